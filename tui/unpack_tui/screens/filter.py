"""Typing a filter or a search: how much it finds, what could come next, and what is wrong with it, at every key."""

from __future__ import annotations

from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from unpack_core.errors import FilterError
from unpack_core.filter import Completion, Count, LiveCount, Role, Vocabulary, complete, for_words, tokens, vocabulary
from unpack_core.review import Review
from unpack_tui import paint
from unpack_tui.screens.page import Dialog

_COMPLETIONS = 8
_STYLES = {Role.NOT: "bold", Role.FIELD: "cyan", Role.VALUE: "", Role.TEXT: "yellow", Role.WRONG: "red underline"}


class Colours(Highlighter):
    """Colours an expression by what its words are."""

    def highlight(self, text: Text) -> None:
        for token in tokens(text.plain):
            text.stylize(_STYLES[token.role], token.start, token.end)


class Asking(Dialog[str | None]):
    """A line that is counted as it is typed; gives back a filter expression, or None to change nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Leave", id="leave-asking")]

    heading = ""
    hint = ""

    def __init__(self, review: Review, typed: str = "") -> None:
        super().__init__()
        self.review = review
        self.typed = typed
        self.counter = LiveCount(review.store.path)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content(self.heading))
            yield self.line()
            yield Static(id="found")
            yield Static(id="next")
            yield Static(Content(self.hint), classes="hint")

    def line(self) -> Input:
        return Input(self.typed, select_on_focus=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False
        self.look(self.typed)

    def on_unmount(self) -> None:
        self.counter.close()

    def expression(self, typed: str) -> str:
        """What was typed as a filter."""
        return typed

    def on_input_changed(self, event: Input.Changed) -> None:
        self.look(event.value)

    def look(self, typed: str) -> None:
        """Count what was typed."""
        if typed.strip():
            self.count(self.expression(typed))
        else:
            self.counter.cancel()
            self.query_one("#found", Static).update(paint.message(""))

    @work(thread=True)
    def count(self, expression: str) -> None:
        try:
            found = self.counter.count(expression)
        except FilterError as error:
            self.app.call_from_thread(self.show_error, error)
        else:
            if found is not None:
                self.app.call_from_thread(self.show_count, found)

    def show_count(self, found: Count) -> None:
        self._found(paint.found(found))

    def show_error(self, error: FilterError) -> None:
        self._found(paint.wrong(str(error)))

    def _found(self, said: Content) -> None:
        for line in self.query("#found").results(Static):  # none: who types fast may have left before it was counted
            line.update(said)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(self.expression(event.value) if event.value.strip() else "")


class FilterScreen(Asking):
    """`F`: an expression, with completion."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", id="complete-filter", priority=True),
    ]

    heading = "Show only what matches"
    hint = "tab  complete     enter  apply, everything if empty     esc  leave"

    def __init__(self, review: Review, typed: str = "") -> None:
        super().__init__(review, typed)
        self.known: Vocabulary = vocabulary(review.store, {kind.id: kind.title("en") for kind in review.recipe.kinds})

    def line(self) -> Input:
        example = "kind:analogy status:pending"
        return Input(self.typed, select_on_focus=False, highlighter=Colours(), placeholder=example)

    def look(self, typed: str) -> None:
        super().look(typed)
        self.query_one("#next", Static).update(paint.completions(self._completions()))

    def _completions(self) -> list[Completion]:
        line = self.query_one(Input)
        return complete(line.value, line.cursor_position, self.known)[:_COMPLETIONS]

    def action_complete(self) -> None:
        line = self.query_one(Input)
        found = self._completions()
        if found:
            first = found[0]
            line.value = line.value[: first.start] + first.text + line.value[first.end :]
            line.cursor_position = first.start + len(first.text)


class SearchScreen(Asking):
    """`/`: words in sources and layers."""

    heading = "Search in sources and layers"
    hint = "enter  go through what was found with n and p     esc  leave"

    def expression(self, typed: str) -> str:
        return for_words(typed)
