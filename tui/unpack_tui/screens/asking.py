"""What the review asks of a model: a layer again, with an instruction, as candidates; and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from unpack_core import duplicates
from unpack_core.errors import UnpackError
from unpack_core.generate.estimate import estimate_rewrites
from unpack_core.generate.ledger import Ledger
from unpack_core.generate.price import Prices
from unpack_tui import paint
from unpack_tui.maker import Job, Maker, Setting
from unpack_tui.screens.bulk import BulkScreen
from unpack_tui.screens.candidates import CandidatesScreen
from unpack_tui.screens.instruction import InstructionScreen
from unpack_tui.terminal import money

if TYPE_CHECKING:
    from unpack_tui.screens.review import ReviewScreen

CANDIDATES = 3
COMPARED_AT_ONCE = 3000
"""More texts than these are compared by `unpack-tui dedupe`, not while the curator waits."""


class Asking:
    """The jobs of one review screen."""

    def __init__(self, screen: ReviewScreen, setting: Setting) -> None:
        self.screen = screen
        self.review = screen.review
        self.maker = Maker(setting, self._news, screen.say)

    def coming(self) -> str | None:
        """What has come so far for the layer in view; None where it waits for nothing."""
        job = self.maker.of(self.review.layer.id) if self.review.layer else None
        return job.text if job and not job.bulk else None

    def ask(self, instruction: str = "", count: int = 1) -> None:
        """Ask for the layer in view again, once or as so many candidates."""
        layer = self.review.layer
        if not layer:
            self.screen.say(paint.NOTHING_HERE)
        elif self.maker.of(layer.id):
            self.screen.say("This layer is being asked for already; esc cancels it.")
        else:
            self.maker.ask(layer.id, instruction, count)
            what = f"{count} candidates for" if count > 1 else "again for"
            name = paint.title(self.review, layer)
            self.screen.say(f"Asking {self.maker.setting.model} {what} {name} …  esc cancels.")

    def instruct(self) -> None:
        """The same, with a line of what should be better."""
        if not self.review.layer:
            self.screen.say(paint.NOTHING_HERE)
            return
        what = f"What should be better in this layer ({paint.title(self.review, self.review.layer)})?"
        self._instruction(what, self.ask)

    def instruct_all(self) -> None:
        """One instruction to all in the filter, after the count and the price."""
        self._instruction("What should be better in every layer of the filter?", self._price_all)

    def cancel(self) -> bool:
        """Take back what is asked for the layer in view; False where nothing is."""
        job = self.maker.of(self.review.layer.id) if self.review.layer else None
        if job:
            self.maker.cancel(job)
        return job is not None

    def _instruction(self, what: str, then: Callable[[str], None]) -> None:
        last = Ledger(self.review.store).instructions()
        self.screen.app.push_screen(InstructionScreen(what, last), lambda said: then(said) if said else None)

    def _price_all(self, instruction: str) -> None:
        review, setting = self.review, self.maker.setting
        if review.selection is None:
            return
        layer_ids = list(review.selection.layer_ids())
        try:
            prices = Prices.load(setting.prices)
            cost = estimate_rewrites(review.store, prices, review.recipe, setting.model, layer_ids, instruction)
        except UnpackError as error:
            self.screen.say(str(error))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                for layer_id in layer_ids:
                    self.maker.ask(layer_id, instruction, bulk=True)
                self.screen.say(f"{len(layer_ids):,} layers are asked for again, “{instruction}”.")

        price = "at a price that is not known" if cost is None else f"for about {money(cost)}"
        bulk = BulkScreen(review, f"Regenerate {price}, “{instruction}”:", "they come one by one, each undone by its u")
        self.screen.app.push_screen(bulk, answered)

    def _news(self, job: Job) -> None:
        """Show a job where it is in view, say how it ended."""
        screen, review = self.screen, self.review
        if not job.ended:
            if review.layer and review.layer.id == job.layer_id and screen.is_current:
                screen.show()
            return
        if job.taken and duplicates.to_compare(review.store) <= COMPARED_AT_ONCE:
            duplicates.catch_up(review.store)  # the review says what the new text resembles
        review.refresh()
        if job.count > 1 and job.versions and screen.is_current:
            layer = review.store.layer(job.layer_id)
            versions = [review.store.version(version_id) for version_id in job.versions]
            screen.say("")
            screen.app.push_screen(CandidatesScreen(review, layer, versions), lambda said: screen.back(said or ""))
        elif job.bulk and self.maker.jobs:
            screen.say(f"{len(self.maker.jobs):,} layers are still to come.")
        else:
            screen.say(self._ended(job))

    def _ended(self, job: Job) -> str:
        if not job.versions:
            return job.failed
        name = paint.title(self.review, self.review.store.layer(job.layer_id))
        if job.count > 1:
            return f"{len(job.versions)} candidates for {name} are among its versions: v."
        if not job.taken:
            return f"A new text for {name} waits among its versions (v): the layer was changed meanwhile."
        return f"{name} is new; v shows both. {job.note}".rstrip()
