"""Typing a filter or a search: how much it finds, what could come next, and what is wrong with it, at every key."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ClassVar

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from unpack_core.errors import FilterError, StoreError
from unpack_core.filter import Count, LiveCount, for_words
from unpack_core.filter.complete import Completion, Role, Vocabulary, complete, mistakes, tokens, vocabulary
from unpack_core.review import Review
from unpack_core.store import Store
from unpack_tui import paint
from unpack_tui.keys import HELP_WRITING
from unpack_tui.paint import sheets as drawn
from unpack_tui.screens.page import Dialog
from unpack_tui.widgets.hints import Hints
from unpack_tui.widgets.line import Line

_COMPLETIONS = 8
_MISTAKES = 3
"""As many are said at a time; all are marked."""
_NOTHING = Vocabulary({})
_COLOURS = {Role.FIELD: "primary", Role.TEXT: "accent", Role.WRONG: "error"}


class Colours(Highlighter):
    """Colours an expression by what its words are, in the colours of a theme."""

    def __init__(self, theme: Mapping[str, str]) -> None:
        self._styles = {role: Style(color=Color.parse(theme[name]).rich_color) for role, name in _COLOURS.items()}
        self._styles[Role.WRONG] += Style(underline=True)
        self._styles[Role.NOT] = Style(bold=True)

    def highlight(self, text: Text) -> None:
        for token in tokens(text.plain):
            text.stylize(self._styles.get(token.role, ""), token.start, token.end)


class CountingDialog(Dialog[str | None]):
    """A line that is counted as it is typed; gives back a filter expression, or None to change nothing."""

    FIELD = Input

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "apply", "Apply", tooltip="Go through what was found; everything if nothing is typed.",
                id="apply"),
        Binding("escape", "dismiss(None)", "Leave", tooltip="Leave all as it is.", id="leave-asking"),
        HELP_WRITING,
    ]  # fmt: skip

    heading = ""

    def __init__(self, review: Review, typed: str = "") -> None:
        super().__init__()
        self.review = review
        self.typed = typed
        self.counter = LiveCount(review.store)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content(self.heading))
            yield self.line()
            yield Static(id="found")
            yield Static(id="next", classes="cut")
            yield Hints(self)

    def line(self) -> Line:
        return Line(self.typed)

    def on_mount(self) -> None:
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

    @work
    async def count(self, expression: str) -> None:
        try:
            found = await asyncio.to_thread(self.counter.count, expression)  # Textual's would hold on to this screen
        except FilterError as error:
            self.show_errors(mistakes(expression) or [error])
        else:
            if found is not None:
                self.show_count(found)

    def show_count(self, found: Count) -> None:
        self._found(drawn.found(found))

    def show_errors(self, errors: Sequence[FilterError]) -> None:
        self._found(paint.wrong("\n".join(map(str, errors[:_MISTAKES]))))

    def _found(self, said: Content) -> None:
        for line in self.query("#found").results(Static):  # none: who types fast may have left before it was counted
            line.update(said)

    def action_apply(self) -> None:
        typed = self.query_one(Input).value
        self.dismiss(self.expression(typed) if typed.strip() else "")


def _in_use(store: Store, kinds: Mapping[str, str]) -> Vocabulary:
    """The words of a file, on a connection of its own; none where the file is gone, which the count says."""
    try:
        with store.again() as again:
            return vocabulary(again, kinds)
    except StoreError:
        return _NOTHING


class FilterScreen(CountingDialog):
    """`F`: an expression, with completion."""

    MODE = "the filter"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", tooltip="Take the first of what could come next.",
                id="complete-filter"),
    ]  # fmt: skip

    heading = "Show only what matches"

    def __init__(self, review: Review, typed: str = "") -> None:
        super().__init__(review, typed)
        self._kinds = {kind.id: kind.title("en") for kind in review.recipe.kinds}
        self._coming: Future[Vocabulary] | None = None

    def on_mount(self) -> None:
        self.call_after_refresh(self._read)

    def _read(self) -> Future[Vocabulary]:
        """The words of the file, which may be large: in a thread, as soon as the dialog has been painted."""
        if self._coming is None:
            thread = ThreadPoolExecutor(1)
            self._coming = thread.submit(_in_use, self.review.store, self._kinds)
            thread.shutdown(wait=False)
        return self._coming

    def line(self) -> Line:
        example = "kind:analogy status:pending"
        colours = Colours(self.app.theme_variables)
        return Line(self.typed, highlighter=colours, placeholder=example)

    def look(self, typed: str) -> None:
        super().look(typed)
        self.query_one("#next", Static).update(drawn.completions(self._completions()))

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:  # noqa: ARG002
        return "there is nothing to complete" if action == "complete" and not self._completions() else ""

    def say(self, message: str) -> None:
        self._found(paint.message(message))

    def _completions(self) -> list[Completion]:
        line = self.query_one(Input)
        known = self._read().result() if line.value else _NOTHING  # before a letter is there, the fields are proposed
        return complete(line.value, line.cursor_position, known)[: self.room(_COMPLETIONS)]

    def action_complete(self) -> None:
        line = self.query_one(Input)
        found = self._completions()
        if found:
            first = found[0]
            line.value = line.value[: first.start] + first.text + line.value[first.end :]
            line.cursor_position = first.start + len(first.text)


class SearchScreen(CountingDialog):
    """`/`: words in sources and layers."""

    MODE = "the search"

    heading = "Search in sources and layers"

    def expression(self, typed: str) -> str:
        return for_words(typed)
