"""Decisions asked again, blind: the same keys as in the review, and nothing changes but the answer."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import Static

from unpack_core import recheck
from unpack_core.filter import compiled, count
from unpack_core.model import Status
from unpack_core.recheck import Question
from unpack_core.review import Review
from unpack_tui import paint
from unpack_tui.keys import HELP
from unpack_tui.paint import recheck as drawn
from unpack_tui.screens.page import Dialog, Spread
from unpack_tui.screens.stats import StatsScreen
from unpack_tui.widgets.foot import Foot
from unpack_tui.widgets.hints import Hints
from unpack_tui.widgets.pane import Pane

DIFFERING = "recheck:differs"
"""The filter that finds what was answered otherwise than it stands."""


class RecheckScreen(Spread[str]):
    """One question at a time, in random order; gives back a filter to go to, or ""."""

    MODE = "asked again"

    # The ids are those of the review, so that a keymap of one's own holds here too.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "answer('accepted')", "Accept", tooltip="Keep it, as you see it now.", id="accept"),
        Binding("x", "answer('rejected')", "Reject", tooltip="Drop it, as you see it now.", id="reject"),
        Binding("space", "skip", "Skip", tooltip="Leave it open; it comes again.", id="skip"),
        Binding("u,backspace", "undo", "Undo", tooltip="Take back the last answer.", id="undo"),
        Binding("pagedown", "page(1)", "Layer down", tooltip="Scroll a long layer down.", id="page-down", show=False),
        Binding("pageup", "page(-1)", "Layer up", tooltip="Scroll a long layer up.", id="page-up", show=False),
        Binding(
            "right_square_bracket", "page_source(1)", "Source down",
            tooltip="Scroll a long source down.", id="source-down", show=False,
        ),
        Binding(
            "left_square_bracket", "page_source(-1)", "Source up",
            tooltip="Scroll a long source up.", id="source-up", show=False,
        ),
        Binding("ctrl+z", "app.suspend_process", "Suspend", tooltip="To the shell.", id="suspend", show=False),
        HELP,
        Binding("escape,q", "leave", "Back", tooltip="To the review; what is open stays.", id="leave-questions"),
    ]  # fmt: skip

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review
        self.question: Question | None = None

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        with Container(id="body"):
            yield Pane(id="source")
            with Container(id="aside"):
                yield Pane(id="about", scrolls=False)
                yield Pane(id="text")
        yield Pane(id="status", scrolls=False)
        yield Foot()

    def on_mount(self) -> None:
        self.question = recheck.next_question(self.review.store)

    def show(self) -> None:
        """Paint the question, or that there is none."""
        review, question, width = self.review, self.question, self.size.width - 2
        nothing = paint.message("")
        source, about, text = (self.pane(name) for name in ("#source", "#about", "#text"))
        if question:
            left = recheck.progress(review.store).open
            self.pane("#header").show(drawn.question_header(question, left, width))
            words, first = drawn.question_source(question)
            source.show(words, top=0, reveal=first)
            about.show(drawn.question_about(review, question))
            text.show(drawn.question_text(review, question), top=0)
        else:
            self.pane("#header").show(paint.message("Asked again"))
            source.show(drawn.nothing_asked(review), top=0)
            about.show(nothing)
            text.show(nothing, top=0)
        self.pane("#status").show(drawn.blind() if question else nothing)
        self.show_keys()

    def _go(self, question: Question | None, message: str = "") -> None:
        self.question, self.said = question, message
        self.show()

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:
        if action in ("answer", "skip") and self.question is None:
            return "nothing is asked"
        if action == "undo" and not recheck.can_take_back(self.review.store):
            return "no answer to take back"
        if action in ("page", "page_source"):
            pane = self.pane("#text" if action == "page" else "#source")
            return "" if pane.can_scroll(parameters[0]) else "that is all of it"
        return ""

    def action_answer(self, status: str) -> None:
        store, question = self.review.store, self.question
        if question is None:
            return
        noted = recheck.answer(store, question, Status(status))
        name = paint.title(self.review, question.layer)
        said = f"Noted: {name} {status}." if noted else "That one was answered or dropped in another window."
        self._go(recheck.next_question(store, question.id), said)
        if self.question is None:
            self.app.push_screen(AnsweredScreen(self.review), self._ended)

    def _ended(self, key: str | None) -> None:
        if key == "undo":
            self.action_undo()
        elif key == "stats":
            self.app.push_screen(StatsScreen(self.review))
        elif key is not None:
            self.dismiss(key)

    def action_skip(self) -> None:
        if self.question:
            self._go(recheck.next_question(self.review.store, self.question.id))

    def action_undo(self) -> None:
        back = recheck.take_back(self.review.store)
        said = "Took back your answer; here it is again." if back else "No answer to take back."
        self._go(back or self.question, said)

    def action_page(self, direction: int) -> None:
        self.pane("#text").page(direction)

    def action_page_source(self, direction: int) -> None:
        self.pane("#source").page(direction)

    def action_leave(self) -> None:
        self.dismiss("")


class AnsweredScreen(Dialog[str]):
    """The end of the questions; gives back `undo`, `stats`, a filter to go to, or "" for the review."""

    MODE = "the end of asked again"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "differing", "Show them", tooltip="Where you said something else.", id="show-differing"),
        Binding("s", "dismiss('stats')", "Agreement", tooltip="How far you agree with yourself.", id="show-agreement"),
        Binding("u,backspace", "dismiss('undo')", "Undo", tooltip="Take back the last answer.", id="undo-answer"),
        Binding("escape,q", "dismiss('')", "Back", tooltip="Back to the review.", id="leave-answered"),
        HELP,
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review
        self.differing = count(review.store, compiled(review.store, DIFFERING)).layers

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(drawn.answered(recheck.progress(self.review.store), self.differing))
            yield Hints(self)

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:  # noqa: ARG002
        return "no answer differs" if action == "differing" and not self.differing else ""

    def action_differing(self) -> None:
        self.dismiss(DIFFERING)
