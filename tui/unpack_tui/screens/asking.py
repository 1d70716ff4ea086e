"""What the review asks of a model: a layer again, with an instruction, as candidates; and what comes of it."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from unpack_core import duplicates
from unpack_core.errors import StoreError, UnpackError
from unpack_tui import paint
from unpack_tui.maker import Job, Maker, Setting
from unpack_tui.screens import opening
from unpack_tui.terminal import count, money

if TYPE_CHECKING:
    from textual.timer import Timer

    from unpack_tui.screens.instruction import Said
    from unpack_tui.screens.review import ReviewScreen


class Asking:
    """The jobs of one review screen."""

    def __init__(self, screen: ReviewScreen, setting: Setting) -> None:
        self.screen = screen
        self.review = screen.review
        self.maker = Maker(setting, self._news, screen.say)
        self._progress = ""
        self._said_at = 0.0
        self._later: Timer | None = None
        self._memory = duplicates.Memory(screen.review.store)

    def coming(self) -> Job | None:
        """What the layer in view waits for, unless it is one of many."""
        job = self.maker.of(self.review.layer.id) if self.review.layer else None
        return job if job and not job.bulk else None

    def ask(self, instruction: str = "", count: int = 1) -> None:
        """Ask for the layer in view again, once or as so many candidates."""
        layer = self.review.layer
        if not layer:
            self.screen.say(self.screen.nothing_here())
        elif self.maker.of(layer.id):
            self.screen.say(f"This layer is being asked for already; {self.screen.key('leave')} cancels it.")
        else:
            self.review.store.place.stay()
            job = self.maker.ask(layer.id, instruction, count)
            what = f"{count} candidates for" if count > 1 else "again for"
            name = paint.title(self.review, layer)
            doing = f"Asking {job.model} {what} {name}" if job.model else f"Drafting {name} by rules, offline"
            self.screen.say(f"{doing} …  {self.screen.key('leave')} cancels.")

    def instruct(self, *, for_all: bool = False) -> None:
        """Ask with a line of what should be better: for the layer in view or, where a filter is set, for all in it."""
        layer, selection = self.review.layer, self.review.selection
        if not layer:
            self.screen.say(self.screen.nothing_here())
            return

        def said(instruction: Said | None) -> None:
            if instruction and instruction.for_all:
                self._price_all(instruction.text)
            elif instruction:
                self.ask(instruction.text)

        from unpack_core.generate.ledger import Ledger  # with what else asks a model: only who asks waits for it

        last = Ledger(self.review.store).instructions()
        every = selection.size if selection else 0
        name = paint.title(self.review, layer)
        self.screen.app.push_screen(opening.an_instruction(name, last, every=every, for_all=for_all), said)

    def cancel(self) -> bool:
        """Take back what is asked for the layer in view; False where nothing is. Many layers want a second word."""
        job = self.maker.of(self.review.layer.id) if self.review.layer else None
        if job is None:
            return False
        left, key = count(job.count - len(job.versions), "layer"), self.screen.key("leave")
        sure = f"{left} still being asked for: {key} again cancels that."
        if job.bulk and self.screen.message != sure:
            self.screen.say(sure)
        else:
            self.maker.cancel(job)
            self.screen.say("")
        return True

    def under_way(self) -> str:
        """What goes on after the screen has gone, as a sentence; "" for nothing."""
        left = sum(job.count - len(job.versions) - job.failures for job in self.maker.jobs.values())
        return f"{count(left, 'text')} still being asked for: what comes is stored." if left else ""

    def _price_all(self, instruction: str) -> None:
        review, setting = self.review, self.maker.setting
        if review.selection is None:
            return
        from unpack_core.generate.estimate import estimate_rewrites
        from unpack_core.generate.price import Prices

        layer_ids = list(review.selection.layer_ids())
        try:
            prices = Prices.load(setting.prices)
            cost = estimate_rewrites(review.store, prices, review.recipe, setting.model, layer_ids, instruction)
        except UnpackError as error:
            self.screen.say(str(error))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                review.store.place.stay()
                self.screen.message = ""
                self._say_of_many(self.maker.ask_all(layer_ids, instruction))

        price = "at a price that is not known" if cost is None else f"for about {money(cost)}"
        how = f"“{instruction}”, taken up in one step at the end"
        bulk = opening.bulk(review, "Regenerate", how, price)
        self.screen.app.push_screen(bulk, answered)

    def _news(self, job: Job) -> None:
        """Show a job where it is in view, say how it ended."""
        screen, review = self.screen, self.review
        if not job.ended:
            if job.bulk:
                self._say_of_many(job)
            elif review.layer and review.layer.id == job.layer_id and screen.is_current:
                screen.show()
            return
        if job.failed:
            screen.watching.stay_in_place()
        if job.versions and not job.bulk:
            with suppress(StoreError):  # what the new texts resemble is said beside them, else later
                duplicates.compare_now(review.store, job.versions, self._memory)
        review.refresh()
        if not job.bulk and job.count > 1 and job.versions and screen.in_front:
            layer = review.store.layer(job.layer_id)
            versions = [review.store.version(version_id) for version_id in job.versions]
            screen.say("")
            missing = f"{job.failures} of {job.count} did not come. {job.failed}" if job.failures else ""
            offered = opening.candidates(review, layer, versions, missing)
            screen.app.push_screen(offered, lambda said: screen.back(said or ""))
        else:
            screen.say(self._ended(job))

    def _say_of_many(self, job: Job) -> None:
        """How far many layers are, once a second at most, unless something else is being said."""
        if self._later:
            self._later.stop()
        if job.ended or self.screen.message not in ("", self._progress):
            return
        early = self._said_at + 1 - monotonic()
        if self.screen.message and early > 0:
            self._later = self.screen.set_timer(early, lambda: self._say_of_many(job))  # more may be long in coming
            return
        self._said_at = monotonic()
        left = job.count - len(job.versions) - job.failures
        spent = f", {money(job.cost)} so far" if job.cost else ""
        self._progress = f"{left:,} of {count(job.count, 'layer')} still to come{spent}."
        self.screen.murmur(self._progress)

    def _ended(self, job: Job) -> str:
        undo, versions = self.screen.key("undo"), self.screen.key("versions")
        if job.bulk:
            new = f"{count(job.taken, 'layer')} new, as one step: {undo} takes that back." if job.taken else ""
            waiting = len(job.versions) - job.taken
            where = "the other layers" if new else "layers that were changed meanwhile"
            told = waiting and (new or not job.failed)
            wait = f"{count(waiting, 'new text')} among the versions of {where}." if told else ""
            return " ".join(filter(None, [new, wait, f"{job.failures:,} × {job.failed}" if job.failures else ""]))
        if not job.versions:
            return job.failed
        name = paint.title(self.review, self.review.store.layer(job.layer_id))
        if job.count > 1:
            came, are = len(job.versions), "is" if len(job.versions) == 1 else "are"
            return f"{count(came, 'candidate')} for {name} {are} among its versions: {versions}."
        if not job.taken:
            return f"A new text for {name} waits among its versions ({versions}): the layer was changed meanwhile."
        return f"{name} is new; {versions} shows both. {job.note}".rstrip()
