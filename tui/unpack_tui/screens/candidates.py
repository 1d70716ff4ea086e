"""Several new texts for one layer, beside each other, each with what differs from the one that is shown now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from unpack_core.duplicates import likest_reject
from unpack_core.errors import StaleError
from unpack_core.model import Layer, Version
from unpack_core.review import Review
from unpack_tui.keys import HELP
from unpack_tui.paint import compare as drawn
from unpack_tui.screens.page import Spread
from unpack_tui.terminal import count
from unpack_tui.widgets.foot import Foot
from unpack_tui.widgets.pane import Pane

MOST = 9


class CandidatesScreen(Spread[str]):
    """A digit picks; gives back a message. Those that are not picked stay among the versions."""

    MODE = "candidates"

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(n), f"pick({n})", "… pick", tooltip="Show the n-th from now on.", id=f"pick-{n}", show=n == 1)
            for n in range(1, MOST + 1)
        ),
        Binding("escape,q", "leave", "Leave", tooltip="Pick none.",
                id="leave-candidates"),
        HELP,
    ]  # fmt: skip

    def __init__(self, review: Review, layer: Layer, versions: Sequence[Version], missing: str = "") -> None:
        """`missing` is why there are not as many as were asked for."""
        super().__init__()
        self.said = missing
        self.review = review
        self.offered_to = layer
        self.versions = versions[:MOST]
        self.alike = [likest_reject(review.store, version.id) for version in self.versions]

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        yield Pane(id="now")
        with Container(id="body"):
            for n in range(len(self.versions)):
                with Container(classes="side"):
                    yield Pane(id=f"about-{n}", scrolls=False)
                    yield Pane(id=f"text-{n}")
        yield Foot()

    def show(self) -> None:
        self.pane("#header").show(drawn.candidates_header(self.review, self.offered_to, self.size.width - 2))
        self.pane("#now").show(drawn.shown_now(self.offered_to.head.text))
        for n, version in enumerate(self.versions):
            same = version.text == self.offered_to.head.text
            self.pane(f"#about-{n}").show(drawn.candidate(n + 1, version, self.alike[n], same=same))
            self.pane(f"#text-{n}").show(drawn.news(self.offered_to.head.text, version.text))
        self.show_keys()

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:
        if action == "pick" and parameters[0] > len(self.versions):
            return f"there {'is' if len(self.versions) == 1 else 'are'} only {count(len(self.versions), 'candidate')}"
        return ""

    def action_pick(self, number: int) -> None:
        try:
            self.review.take_up(self.offered_to.id, self.versions[number - 1].id, self.offered_to.head.id)
        except StaleError as error:
            self.dismiss(f"{error} The candidates are among the versions: {self.key('versions')}.")
        else:
            self.dismiss(f"Candidate {number} is shown now; {self.key('undo')} takes that back.")

    def action_leave(self) -> None:
        self.dismiss(f"All of them are among the versions: {self.key('versions')}.")
