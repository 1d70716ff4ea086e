"""The review: a source paragraph, its layers, and one key a decision."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from unpack_core import duplicates, kept, recheck
from unpack_core.errors import StoreError
from unpack_core.model import Status
from unpack_core.queue import Arrangement
from unpack_core.review import Review
from unpack_tui import paint
from unpack_tui.clipboard import copied
from unpack_tui.keys import in_force, key_name
from unpack_tui.maker import Setting
from unpack_tui.screens import elsewhere, opening
from unpack_tui.screens.asking import Asking
from unpack_tui.screens.deciding import Deciding
from unpack_tui.screens.for_all import ForAll
from unpack_tui.screens.paned import Paned
from unpack_tui.screens.panes import Panes, panes
from unpack_tui.screens.review_keys import REVIEW_KEYS
from unpack_tui.screens.review_reasons import note, why_not
from unpack_tui.screens.seeking import Seeking
from unpack_tui.screens.watching import Watching

_ENDS = frozenset({"leave", "quit"})
"""The keys that do not wait for the filter that was kept."""
_COMPARED_SECONDS = 0.5
"""So long `d` compares what is new before it opens; the rest goes on behind."""


class ReviewScreen(Paned[None]):
    """Shows where the review is, and gives it each key."""

    MODE = "the review"

    BINDINGS: ClassVar[list[BindingType]] = REVIEW_KEYS

    def __init__(
        self, review: Review, setting: Setting, painted: Callable[[], None], *, ask_again: bool = False
    ) -> None:
        """`painted` is called after the first picture."""
        super().__init__()
        self._ask_again = ask_again
        self._when_painted = painted
        self.review = review
        self.asking = Asking(self, setting)
        self.seeking = Seeking(self)
        self.for_all = ForAll(self)
        self.deciding = Deciding(self)
        self.watching = Watching(self)
        self._panes = Panes(self)
        self.message = ""

    def compose(self) -> ComposeResult:
        yield from panes(self.review, self.app.size)

    def on_mount(self) -> None:
        self.watching.begin()
        self.seeking.resume()

    def fill(self) -> None:
        self.seeking.look()
        self.call_after_refresh(self._painted)
        if self._ask_again:  # before anything is shown that tells what was decided
            self.action_recheck()
            return
        self.show()
        self.deciding.end()

    def _painted(self) -> None:
        """What the first picture need not wait for."""
        self._when_painted()
        self.watching.comparer.look()
        if not self.message:  # that of a key which came before this stays
            self.murmur(elsewhere.unsaved(kept.unsaved(self.review.store)) or self.half_done())

    def half_done(self) -> str:
        """What the curator left half done."""
        if self.review.layer and self.review.store.draft(self.review.layer.id):
            return f"A half-typed edit is waiting here: {self.key('edit')} opens it."
        asked = recheck.progress(self.review.store).open
        return f"Decisions to be asked again: {asked:,} ({self.key('recheck')})." if asked else ""

    # --- what is seen ------------------------------------------------------------------------------------------

    def say(self, message: str) -> None:
        """Show what the review is at now, with a message in place of the hints until the next key."""
        self.message = message
        if self.filled:
            self.watching.comparer.look()
        self.show()

    def nothing_here(self) -> str:
        return f"This paragraph has no layers: {self.key('next-paragraph')} goes to the next one."

    def show(self) -> None:
        """Paint what the review is at; panes send only what changed."""
        self._panes.show()

    @property
    def in_front(self) -> bool:
        """Whether nothing lies over it: to Textual the screen below another is current, too."""
        return self.app.screen_stack[-1:] == [self]

    def murmur(self, message: str) -> None:
        """Say what goes on beside the review: only the last line is painted."""
        self.message = message
        if self.is_current:
            self._panes.show_foot()

    # --- keys --------------------------------------------------------------------------------------------------

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:
        return why_not(self, action, parameters)

    def ends(self, key: str) -> bool:
        ends = {name for known in in_force(self) if known.id in _ENDS for name in known.names}
        return self.seeking.resuming and key_name(key) in ends

    def note(self, action: str, parameters: tuple[Any, ...]) -> str:  # noqa: ARG002 - none hangs on them
        return note(self, action)

    def action_decide(self, status: str) -> None:
        self.deciding.decide(Status(status))

    def action_skip(self) -> None:
        self.deciding.skip()

    def action_undo(self) -> None:
        self.deciding.undo()

    def action_redo(self) -> None:
        self.deciding.redo()

    def action_edit(self) -> None:
        self._over(opening.editing)

    def action_edit_elsewhere(self) -> None:
        elsewhere.edit_elsewhere(self)

    # --- the model ---------------------------------------------------------------------------------------------

    def action_regenerate(self) -> None:
        self.asking.ask()

    def action_candidates(self) -> None:
        self.asking.ask(count=self.asking.maker.setting.candidates)

    def action_instruct(self) -> None:
        self.asking.instruct()

    def action_instruct_all(self) -> None:
        self.asking.instruct(for_all=True)

    # --- other screens -----------------------------------------------------------------------------------------

    def action_versions(self) -> None:
        self._over(opening.versions)

    def action_duplicates(self) -> None:
        if not duplicates.to_compare(self.review.store):
            self._open_duplicates()
            return
        self.say("Comparing what is new …")
        self.waiting = True
        self.call_after_refresh(self._open_duplicates)

    def _open_duplicates(self) -> None:
        store = self.review.store
        with suppress(StoreError), store.waiting(_COMPARED_SECONDS):  # what is known is shown in any case
            duplicates.catch_up(store, seconds=_COMPARED_SECONDS)
        self.app.push_screen(opening.near_duplicates(self.review), lambda message: self.back(message or ""))
        self.go_on()

    def back(self, message: str) -> None:
        self.review.refresh()
        self.say(message)

    def action_recheck(self) -> None:
        self.app.push_screen(opening.asked_again(self.review), self._rechecked)

    def _rechecked(self, expression: str | None) -> None:
        self.back("")
        if expression:
            self.seeking.end()
            self.review.narrow(expression)
            self.action_first()

    def action_tags(self) -> None:
        self._over(opening.tags)

    def _over(self, screen: Callable[[Review], Screen[str]]) -> None:
        self.app.push_screen(screen(self.review), lambda message: self.say(message or ""))

    def action_flag(self) -> None:
        self.review.flag()
        self.say("")

    def action_toggle_tag(self, number: int) -> None:
        self.review.toggle_tag(self.review.store.tags()[number - 1])
        self.say("")

    def action_layer(self, direction: int) -> None:
        moved = self.review.next_layer() if direction > 0 else self.review.previous_layer()
        self.say("" if moved else paint.edge(direction))

    def action_paragraph(self, direction: int) -> None:
        moved = self.review.next_paragraph() if direction > 0 else self.review.previous_paragraph()
        self.say("" if moved else paint.edge(direction))

    def action_first(self) -> None:
        self.review.first()
        self.say("")

    def action_last(self) -> None:
        self.review.last()
        self.say("")

    def action_page(self, direction: int) -> None:
        self.pane("#text").page(direction)

    def action_page_source(self, direction: int) -> None:
        self.pane("#source").page(direction)

    # --- filter, search, order, bulk ---------------------------------------------------------------------------

    def action_filter(self) -> None:
        self.app.push_screen(opening.a_filter(self.review), self._narrow)

    def action_search(self) -> None:
        self.app.push_screen(opening.a_search(self.review), self._look_for)

    def _narrow(self, expression: str | None) -> None:
        if expression:
            order = self.seeking.ordering or self.review.arrangement
            self.seeking.seek(self.review.narrow_to, expression, expression, order)
        elif expression is not None:
            self.seeking.end()
            self.review.narrow("")
            self.say("")

    def _look_for(self, expression: str | None) -> None:
        if expression:
            self.seeking.seek(self.review.look_at, expression, self.review.within(expression))

    def action_leave(self) -> None:
        ordering, resuming = self.seeking.ordering, self.seeking.resuming
        if self.seeking.end():
            if resuming:
                self.review.narrow("")
            over = "The order stays as it was." if ordering else "The search is ended."
            self.say("Everything is shown." if resuming else over)
        elif not self.asking.cancel() and self.review.leave():
            self.say("Everything is shown again." if not self.review.filter else "The search is ended.")

    def action_order(self) -> None:
        self.seeking.arrange(self.seeking.following)

    def action_arrange(self, order: str) -> None:
        self.seeking.arrange(Arrangement(order))

    def action_decide_all(self, status: str) -> None:
        self.for_all.decide(Status(status))

    def action_retag_all(self) -> None:
        self.for_all.tag()

    def action_untag_all(self) -> None:
        self.for_all.tag("-")

    def action_copy(self) -> None:
        if self.review.layer:
            self.say(copied(self.app, self.review.layer.head.text, "the layer"))

    def action_copy_command(self) -> None:
        from unpack_tui.command_lines import to_copy

        self.say(copied(self.app, to_copy(self.review)[0].command))

    def action_stats(self) -> None:
        self.app.push_screen(opening.stats(self.review))

    def on_unmount(self) -> None:
        self.seeking.leave()
        self.asking.maker.leave()
        self.watching.comparer.leave()

    def action_quit(self) -> None:
        self.app.exit(message=self.asking.under_way() or None)
