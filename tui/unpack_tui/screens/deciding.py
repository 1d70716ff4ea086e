"""One key a decision: what is said of it, of what is taken back, and that nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpack_core.errors import UnpackError
from unpack_core.model import Status
from unpack_core.steps import Step
from unpack_tui import paint
from unpack_tui.screens import opening

if TYPE_CHECKING:
    from unpack_tui.screens.review import ReviewScreen


class Deciding:
    """The decisions of a review screen."""

    def __init__(self, screen: ReviewScreen) -> None:
        self.screen = screen
        self.review = screen.review

    def decide(self, status: Status) -> None:
        layer, finished = self.review.layer, self.review.finished
        try:
            self.review.decide(status, seen=self.screen.watching.seen(layer) if layer else None)
        except UnpackError as error:
            self.screen.back(str(error))
            return
        said = f"{paint.GLYPHS[status]} {paint.title(self.review, layer)} {status}." if layer else ""
        if finished:  # a second thought after the end: the end was said already
            self.screen.say(said)
        else:
            self.went_on(said or self.screen.nothing_here())

    def skip(self) -> None:
        self.review.go_on()
        self.went_on("")

    def went_on(self, message: str) -> None:
        """Say what was done and, where nothing is left, that."""
        through = self.review.selection is not None and not self.review.left
        over = f"Nothing is left in this filter; {self.screen.key('leave')} shows everything."
        self.screen.say(f"{message} {over}".strip() if through else message)
        self.end()

    def end(self) -> None:
        """Say that all is decided, where it is."""
        if self.review.finished:
            self.screen.app.push_screen(opening.the_end(self.review), self._at_the_end)

    def undo(self) -> None:
        self._say_step("Took back", self.review.undo(), "Nothing to take back.")

    def redo(self) -> None:
        self._say_step("Did again", self.review.redo(), "Nothing to do again.")

    def _at_the_end(self, key: str | None) -> None:
        if key == "undo":
            self.undo()
        elif key == "quit":
            self.screen.action_quit()

    def _say_step(self, verb: str, step: Step | None, nothing: str) -> None:
        self.screen.say(f"{verb}: {paint.step_words(self.review, step)}" if step else nothing)
