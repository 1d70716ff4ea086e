"""Near-duplicates side by side: what differs lit, what is shared muted, and one key to settle a group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content

from unpack_core import duplicates
from unpack_core.duplicates.desk import Desk
from unpack_core.duplicates.groups import Copy, Score
from unpack_core.duplicates.pairs import Rejected
from unpack_core.errors import StaleError, UnpackError
from unpack_core.review import Review
from unpack_core.steps import Step
from unpack_tui import paint
from unpack_tui.keys import HELP
from unpack_tui.paint import duplicates as drawn
from unpack_tui.paint.duplicates import Sheet
from unpack_tui.screens.merge import MergeScreen
from unpack_tui.screens.page import Spread
from unpack_tui.widgets.foot import Foot
from unpack_tui.widgets.pane import Pane

_WIDE_ROWS, _NARROW_ROWS = 7, 3
"""At most so many copies are listed at once."""


class DuplicatesScreen(Spread[str]):
    """A group at a time: the copy to keep, and beside it one of the others; gives back a message."""

    MODE = "near-duplicates"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "keep(0)", "Keep 1", tooltip="Keep the first copy, reject those near it.", id="keep-first"),
        Binding("2", "keep(1)", "Keep 2", tooltip="Keep the second copy, reject those near it.", id="keep-second"),
        Binding("m", "merge", "Merge", tooltip="Write one text of the two; the second is rejected.", id="merge"),
        Binding("b", "both", "Both", tooltip="They are not copies: remembered for ever.", id="keep-both"),
        Binding("B", "all", "Keep all", tooltip="No two of this group are copies.", id="keep-all", show=False),
        Binding("j,down", "copy(1)", "Next", tooltip="Next copy, then the next group.", id="next-copy"),
        Binding("k,up", "copy(-1)", "Previous copy", tooltip="The copy before.", id="previous-copy", show=False),
        Binding("n,right", "group(1)", "Group", tooltip="Leave this group open, go on.", id="next-group"),
        Binding("p,left", "group(-1)", "Previous", tooltip="Previous group.", id="previous-group", show=False),
        Binding("u,backspace", "undo", "Undo", tooltip="Take back the last step.", id="undo-pair"),
        Binding("enter", "visit", "To it", tooltip="To the second copy, in the review.", id="visit-copy", show=False),
        Binding("pagedown", "page(1)", "Down", tooltip="Scroll both texts down.", id="pairs-down", show=False),
        Binding("pageup", "page(-1)", "Up", tooltip="Scroll both texts up.", id="pairs-up", show=False),
        Binding("escape,d,q", "leave", "Back", tooltip="Back to the review.", id="leave-pairs"),
        HELP,
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review
        self.desk = Desk(review.store, review.layer.id if review.layer else None)
        self._settled = 0
        self._shown: tuple[object, object] = (None, None)

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        yield Pane(id="copies", scrolls=False)
        with Container(id="body"):
            for n in (0, 1):
                with Container(id=f"side-{n}", classes="side"):
                    yield Pane(id=f"about-{n}", scrolls=False)
                    yield Pane(id=f"text-{n}")
        yield Foot()

    # --- what is possible --------------------------------------------------------------------------------------

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:
        desk = self.desk
        if action == "undo":
            return "" if self.review.store.can_undo() else "nothing to take back"
        if action in ("keep", "merge", "both", "all", "copy", "group", "visit", "page") and desk.group is None:
            return "no group is left"
        if action == "merge" and not isinstance(desk.right, Copy):
            return "that text was rejected and replaced before: there is nothing to merge"
        if action in ("copy", "group") and not desk.has(parameters[0], group=action == "group"):
            return "this is the end" if parameters[0] > 0 else "this is the beginning"
        if action == "page" and not any(self.pane(f"#text-{n}").can_scroll(parameters[0]) for n in (0, 1)):
            return "that is all of both texts"
        return ""

    # --- what is seen ------------------------------------------------------------------------------------------

    def say(self, message: str) -> None:
        """Show where we are, with a message in place of the keys until the next one."""
        self.said = message
        self.show()

    def show(self) -> None:
        desk, width = self.desk, self.size.width - 2
        rest = duplicates.to_compare(self.review.store)
        self.pane("#header").show(drawn.groups_header(desk, rest, width))
        self._show_list()
        if desk.left is None or desk.right is None:
            self._show_sides((Content(""), drawn.no_groups(rest, self._settled)), (Content(""), Content("")))
        else:
            self._show_two(desk.left, desk.right)
        self.show_keys()

    def _show_list(self) -> None:
        """The other copies, where there are more than the two that are shown."""
        desk, pane = self.desk, self.pane("#copies")
        many = len(desk.others) > 1
        pane.display = many
        if not many or desk.left is None:
            return
        height = min(_WIDE_ROWS if self.has_class("-wide") else _NARROW_ROWS, len(desk.others))
        top = max(0, min(desk.beside - height // 2, len(desk.others) - height))
        sheets = [(0, self._sheet(desk.left))]
        sheets += [(n + 1, self._sheet(desk.others[n])) for n in range(top, top + height)]
        pane.styles.height = height + 3  # two heads, and the line below
        pane.show(drawn.copies(desk, sheets, self.size.width - 2))

    def _show_two(self, left: Copy, right: Copy | Rejected) -> None:
        one, two = self._sheet(left), self._sheet(right)
        score = self.desk.score(right) if isinstance(right, Copy) else Score(right.score, near=True)
        reason = self.desk.group.reason if self.desk.group else ""
        self._show_sides(
            (self._about(one, 0, f"to keep: {reason}"), drawn.copy_text(one.version.text, two.version.text)),
            (
                self._about(two, 1, drawn.right_words(score, two.rejected_before)),
                drawn.copy_text(two.version.text, one.version.text),
            ),
        )

    def _about(self, sheet: Sheet, side: int, why: str) -> Content:
        width = self.pane(f"#about-{side}").size.width
        tall = self.has_class("-wide")
        return drawn.copy_about(self.review.recipe, sheet, side + 1, why, width, tall=tall)

    def _show_sides(self, *sides: tuple[Content, Content]) -> None:
        shown = self.desk.left, self.desk.right
        top = 0 if shown != self._shown else None  # other texts are read from their beginning
        self._shown = shown
        for n, (about, text) in enumerate(sides):
            self.pane(f"#about-{n}").show(about)
            self.pane(f"#text-{n}").show(text, top=top)

    def _sheet(self, copy: Copy | Rejected) -> Sheet:
        store = self.review.store
        layer = store.layer(copy.layer_id)
        paragraph = store.paragraph(layer.paragraph_id)
        place = f"{store.document(paragraph.document_id).uri} ¶{paragraph.position + 1}"
        if isinstance(copy, Rejected):
            return Sheet(layer, place, store.version(copy.version_id), paragraph.text, rejected_before=True)
        return Sheet(layer, place, layer.head, paragraph.text)

    # --- keys --------------------------------------------------------------------------------------------------

    def action_keep(self, which: int) -> None:
        self._settle(lambda: self.desk.keep(right=bool(which)))

    def action_both(self) -> None:
        self._settle(self.desk.keep_both)

    def action_all(self) -> None:
        self._settle(self.desk.keep_all)

    def _settle(self, settle: Callable[[], Step | None]) -> None:
        if not self.desk.group:
            return
        left = self.desk.rest
        try:
            step = settle()
        except StaleError as error:
            self.desk.read_again(self.desk.left.layer_id if self.desk.left else None)
            self.say(f"{error}")
        except UnpackError as error:
            self.say(str(error))
        else:
            self._settled += step is not None
            self._counted(step)
            rest = " What is not settled of the group is still here." if self.desk.rest == left else ""
            self.say(f"{drawn.settled(step, self.key('undo-pair'))}{rest}" if step else "That is so already.")

    def _counted(self, step: Step | None) -> None:
        if step:
            self.review.count(step)
        self.review.refresh()

    def action_merge(self) -> None:
        left, right = self.desk.left, self.desk.right
        if left and right:
            self.app.push_screen(
                MergeScreen(self.review, self.desk, self._sheet(left), self._sheet(right)), self._merged
            )

    def _merged(self, message: str | None) -> None:
        self.review.refresh()
        self.say(message or "")

    def action_copy(self, direction: int) -> None:
        moved = self.desk.next_copy() if direction > 0 else self.desk.previous_copy()
        self.say("" if moved else paint.edge(direction))

    def action_group(self, direction: int) -> None:
        moved = self.desk.next_group() if direction > 0 else self.desk.previous_group()
        self.say("" if moved else paint.edge(direction))

    def action_undo(self) -> None:
        step = self.desk.undo()
        self._counted(step)
        self.say(f"Took back: {paint.step_words(self.review, step)}" if step else "Nothing to take back.")

    def action_visit(self) -> None:
        if self.desk.right:
            self.review.go_to(self.desk.right.layer_id)
            self.dismiss("")

    def action_page(self, direction: int) -> None:
        for n in (0, 1):
            self.pane(f"#text-{n}").page(direction)

    def action_leave(self) -> None:
        self.dismiss("")
