"""All keys of a screen, from their declarations."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from unpack_tui.keys import Key, declared, in_force, keymap_of, of_the_field, sheet
from unpack_tui.paint import help as drawn
from unpack_tui.screens.mode import Mode
from unpack_tui.screens.page import Spread
from unpack_tui.widgets.foot import Foot
from unpack_tui.widgets.pane import Pane


class HelpScreen(Spread[None]):
    """The keys of the screen below, as they are at the moment."""

    MODE = "help"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,ctrl+g,f1,q,enter", "dismiss(None)", "Back", tooltip="Back.", id="leave-help"),
        Binding("j,down", "scroll(1)", "Down", tooltip="A line down.", id="help-down"),
        Binding("k,up", "scroll(-1)", "Up", tooltip="A line up.", id="help-up"),
        Binding("space,pagedown", "page(1)", "Page", tooltip="A page down.", id="help-page-down"),
        Binding("b,pageup", "page(-1)", "Page up", tooltip="A page up.", id="help-page-up", show=False),
    ]

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self.below = below

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        yield Pane(id="page")
        yield Foot()

    def show(self) -> None:
        """All keys of the screen below and of the whole program, and how to go back."""
        width, page = self.size.width - 2, self.pane("#page")
        name = self.below.MODE if isinstance(self.below, Mode) else ""
        self.pane("#header").show(drawn.help_header(name, width))
        page.show(drawn.help_sheet(self._keys(), page.size.width))
        self.show_keys()

    def _keys(self) -> list[Key]:
        everywhere = declared(type(self.app), keymap_of(self))
        ours = [*in_force(self.below), *everywhere]
        return sheet([*ours, *of_the_field(type(self.below), ours)])

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:
        if action in ("scroll", "page") and not self.pane("#page").can_scroll(parameters[0]):
            return "that is all"
        return ""

    def action_scroll(self, lines: int) -> None:
        self.pane("#page").scroll_lines(lines)
        self.show()

    def action_page(self, direction: int) -> None:
        self.pane("#page").page(direction)
        self.show()
