"""All versions of a layer: where each comes from, what differs between any two, and taking one back."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from unpack_core.review import Review
from unpack_tui.keys import HELP
from unpack_tui.paint import compare as drawn
from unpack_tui.screens.page import Spread
from unpack_tui.widgets.foot import Foot
from unpack_tui.widgets.pane import Pane


class VersionsScreen(Spread[str]):
    """Versions, oldest first, and the word diff from a base to the one in view; gives back a message."""

    MODE = "versions"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "go(1)", "Next", tooltip="Next version.", id="next-version"),
        Binding("k,up", "go(-1)", "Previous", tooltip="Previous version.", id="previous-version"),
        Binding("b", "base", "Compare with", tooltip="Compare the others with this version.", id="compare-with"),
        Binding("enter", "take_back", "Take back", tooltip="Show this version from now on.", id="take-back"),
        Binding("pagedown", "page(1)", "Down", tooltip="Scroll down.", id="versions-down", show=False),
        Binding("pageup", "page(-1)", "Up", tooltip="Scroll up.", id="versions-up", show=False),
        Binding("escape,v,q", "leave", "Back", tooltip="Back to the review.", id="leave-versions"),
        HELP,
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        assert review.layer is not None
        self.review = review
        self.head = review.layer.head
        self.versions = review.store.versions(review.layer.id)
        self.at = next(n for n, version in enumerate(self.versions) if version.id == self.head.id)
        self.base: int | None = None

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        with Container(id="body"):
            yield Pane(id="versions", marked=True)
            with Container(id="aside"):
                yield Pane(id="about", scrolls=False)
                yield Pane(id="text")
        yield Foot()

    def show(self) -> None:
        version = self.versions[self.at]
        base = self._base()
        listed = self.pane("#versions")
        content, reveal = drawn.version_list(self.versions, self.at, self.head.id, listed.size.width)
        listed.show(content, reveal=reveal)
        self.pane("#header").show(drawn.versions_header(self.review, self.size.width - 2))
        self.pane("#about").show(drawn.compared(base, self.at))
        text = drawn.diff(self.versions[base].text, version.text) if base is not None else drawn.text(version.text)
        self.pane("#text").show(text)
        self.show_keys()

    def _base(self) -> int | None:
        """What the version in view is compared with: the one that was chosen, else the one it was made from."""
        if self.base is not None and self.base != self.at:
            return self.base
        parent = self.versions[self.at].parent_id
        return next((n for n, version in enumerate(self.versions) if version.id == parent), None)

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:
        if action in ("go", "base") and len(self.versions) == 1:
            return "there is only one version"
        if action == "go" and not 0 <= self.at + parameters[0] < len(self.versions):
            return "this is the newest version" if parameters[0] > 0 else "this is the oldest version"
        if action == "take_back" and self.versions[self.at].id == self.head.id:
            return "this version is shown already"
        if action == "page" and not self.pane("#text").can_scroll(parameters[0]):
            return "that is all of it"
        return ""

    def action_go(self, direction: int) -> None:
        self.at += direction
        self.show()

    def action_base(self) -> None:
        self.base = None if self.base == self.at else self.at
        self.show()

    def action_page(self, direction: int) -> None:
        self.pane("#text").page(direction)

    def action_take_back(self) -> None:
        step = self.review.restore(self.versions[self.at].id)
        again = f"Version {self.at + 1} is shown again; {self.key('undo')} takes that back."
        self.dismiss(again if step else "It is shown already.")

    def action_leave(self) -> None:
        self.dismiss("")
