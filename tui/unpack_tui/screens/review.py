"""The review: a source paragraph, its layers, and one key a decision."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen

from unpack_core.errors import StaleError, UnpackError
from unpack_core.model import Layer, Status
from unpack_core.review import Review
from unpack_core.store import Step
from unpack_tui import paint
from unpack_tui.editor import EditorError, edit_elsewhere
from unpack_tui.keys import in_force
from unpack_tui.screens import SIZES
from unpack_tui.screens.done import DoneScreen
from unpack_tui.screens.edit import EditScreen
from unpack_tui.screens.help import HelpScreen
from unpack_tui.screens.stats import StatsScreen
from unpack_tui.screens.tags import TagsScreen
from unpack_tui.screens.versions import VersionsScreen
from unpack_tui.widgets.pane import Pane

_POLL_SECONDS = 1.0


class ReviewScreen(Screen[None]):
    """Shows where the review is, and gives it each key."""

    HORIZONTAL_BREAKPOINTS = SIZES

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "a",
            "decide('accepted')",
            "Accept",
            tooltip="Keep this layer and go on to the next that is open.",
            id="accept",
        ),
        Binding("x", "decide('rejected')", "Reject", tooltip="Drop this layer and go on.", id="reject"),
        Binding("space", "skip", "Skip", tooltip="Leave it open and go on; it comes again at the end.", id="skip"),
        Binding(
            "u,backspace",
            "undo",
            "Undo",
            tooltip="Take back the last step, a bulk step whole, from any session.",
            id="undo",
        ),
        Binding("U", "redo", "Redo", tooltip="Do again what was taken back.", id="redo", show=False),
        Binding("e", "edit", "Edit", tooltip="Edit the layer here; ctrl+s keeps it.", id="edit"),
        Binding(
            "E", "edit_elsewhere", "Editor", tooltip="Edit in $VISUAL or $EDITOR.", id="edit-elsewhere", show=False
        ),
        Binding("v", "versions", "Versions", tooltip="All versions of the layer and what differs.", id="versions"),
        Binding("t", "tags", "Tags", tooltip="Give the layer tags, with completion.", id="tags"),
        *(
            Binding(
                str(n),
                f"toggle_tag({n})",
                f"Tag {n}",
                tooltip=f"Toggle tag {n} of the status line.",
                id=f"tag-{n}",
                show=False,
            )
            for n in range(1, 10)
        ),
        Binding("f", "flag", "Flag", tooltip="Flag the layer to come back to, or take the flag away.", id="flag"),
        Binding(
            "j,down",
            "layer(1)",
            "Next layer",
            tooltip="Next layer, then the next paragraph.",
            id="next-layer",
            show=False,
        ),
        Binding("k,up", "layer(-1)", "Previous layer", tooltip="Previous layer.", id="previous-layer", show=False),
        Binding(
            "n,right", "paragraph(1)", "Next paragraph", tooltip="Next paragraph.", id="next-paragraph", show=False
        ),
        Binding(
            "p,left",
            "paragraph(-1)",
            "Previous paragraph",
            tooltip="Previous paragraph.",
            id="previous-paragraph",
            show=False,
        ),
        Binding("g", "first", "First", tooltip="First paragraph.", id="first", show=False),
        Binding("G", "last", "Last", tooltip="Last paragraph.", id="last", show=False),
        Binding("pagedown", "page(1)", "Layer down", tooltip="Scroll a long layer down.", id="page-down", show=False),
        Binding("pageup", "page(-1)", "Layer up", tooltip="Scroll a long layer up.", id="page-up", show=False),
        Binding(
            "right_square_bracket",
            "page_source(1)",
            "Source down",
            tooltip="Scroll a long source down.",
            id="source-down",
            show=False,
        ),
        Binding(
            "left_square_bracket",
            "page_source(-1)",
            "Source up",
            tooltip="Scroll a long source up.",
            id="source-up",
            show=False,
        ),
        Binding("s", "stats", "Stats", tooltip="How far the work is.", id="stats", show=False),
        Binding("question_mark", "help", "Help", tooltip="All keys.", id="help"),
        Binding("q", "quit", "Quit", tooltip="Leave; the same place is there next time.", id="quit"),
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        with Container(id="body"):
            yield Pane(id="source")
            with Container(id="aside"):
                yield Pane(id="layers", scrolls=False)
                yield Pane(id="about", scrolls=False)
                yield Pane(id="text")
        yield Pane(id="status", scrolls=False)
        yield Pane(id="keys", scrolls=False)

    def on_mount(self) -> None:
        self.set_interval(_POLL_SECONDS, self._look_for_changes)
        self.call_after_refresh(self._open)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show)

    def _open(self) -> None:
        draft = self.review.layer and self.review.store.draft(self.review.layer.id)
        self.show("A half-typed edit is waiting here: e opens it." if draft else "")
        if self.review.finished:
            self.app.push_screen(DoneScreen(self.review), self._leave_done)

    # --- what is seen ------------------------------------------------------------------------------------------

    def show(self, message: str = "") -> None:
        """Paint what the review is at; panes send only what changed."""
        review, wide = self.review, self.has_class("-wide")
        lit = paint.quotations(review)
        source = self.query_one("#source", Pane)
        source.show(
            paint.source(review, lit),
            top=0 if self._new_paragraph() else None,
            reveal=(lit[0].start, lit[0].end) if lit else None,
        )
        layers = self.query_one("#layers", Pane)
        if wide:
            self._fit(layers, paint.list_height(review, self.size.height))
            layers.show(paint.layer_list(review, layers.size.width), top=max(0, review.at - layers.size.height + 2))
        else:
            self._fit(layers, 1)
            layers.show(paint.layer_strip(review, layers.size.width), top=0)
        self.query_one("#about", Pane).show(paint.about(review))
        self.query_one("#text", Pane).show(paint.layer_text(review), top=0 if self._new_layer() else None)
        self.query_one("#header", Pane).show(paint.header(review, self.size.width - 2))
        self.query_one("#status", Pane).show(paint.status(review, self.size.width - 2))
        foot = paint.message(message) if message else paint.hints(in_force(self), self.size.width - 2)
        self.query_one("#keys", Pane).show(foot)

    def _fit(self, pane: Pane, height: int) -> None:
        if pane.styles.height is None or pane.styles.height.value != height:
            pane.styles.height = height

    _paragraph_shown = 0
    _layer_shown = 0

    def _new_paragraph(self) -> bool:
        now = self.review.view.paragraph.id if self.review.view else 0
        new, self._paragraph_shown = now != self._paragraph_shown, now
        return new

    def _new_layer(self) -> bool:
        now = self.review.layer.head.id if self.review.layer else 0
        new, self._layer_shown = now != self._layer_shown, now
        return new

    def _look_for_changes(self) -> None:
        if self.review.store.changed_elsewhere():
            self.review.refresh()
            self.show()

    # --- keys --------------------------------------------------------------------------------------------------

    def action_decide(self, status: str) -> None:
        layer = self.review.layer
        try:
            self.review.decide(Status(status))
        except UnpackError as error:
            self.review.refresh()
            self.show(str(error))
        else:
            said = f"{paint.GLYPHS[Status(status)]} {paint.title(self.review, layer)} {status}." if layer else ""
            self._went_on(said or paint.NOTHING_HERE)

    def action_skip(self) -> None:
        self.review.go_on()
        self._went_on("")

    def _went_on(self, message: str) -> None:
        self.show(message)
        if self.review.finished:
            self.app.push_screen(DoneScreen(self.review), self._leave_done)

    def _leave_done(self, key: str | None) -> None:
        if key == "undo":
            self.action_undo()
        elif key == "quit":
            self.action_quit()

    def action_undo(self) -> None:
        self._say_step("Took back", self.review.undo(), "Nothing to take back.")

    def action_redo(self) -> None:
        self._say_step("Did again", self.review.redo(), "Nothing to do again.")

    def _say_step(self, verb: str, step: Step | None, nothing: str) -> None:
        self.show(f"{verb}: {paint.step_words(self.review, step)}" if step else nothing)

    def action_edit(self) -> None:
        self._open_on_layer(EditScreen)

    def action_edit_elsewhere(self) -> None:
        view, layer = self.review.view, self.review.layer
        if not view or not layer:
            self.show(paint.NOTHING_HERE)
            return
        draft = self.review.store.draft(layer.id)
        try:
            with self.app.suspend():
                text = edit_elsewhere(draft.text if draft else layer.head.text, view.paragraph.text)
        except SuspendNotSupported:
            self.show("This terminal cannot be handed to an editor. Edit here with e.")
        except EditorError as error:
            self.show(str(error))
        else:
            self._keep(layer, text)

    def _keep(self, layer: Layer, text: str) -> None:
        try:
            step = self.review.edit(text, layer.head.id)
        except StaleError as error:
            self.review.store.save_draft(layer.id, layer.head.id, text)
            self.review.refresh()
            self.show(f"{error} Your text is kept as a draft: e opens it.")
        else:
            self.show("Kept as a new version; the old one stays." if step else "Nothing was changed.")

    def action_versions(self) -> None:
        self._open_on_layer(VersionsScreen)

    def action_tags(self) -> None:
        self._open_on_layer(TagsScreen)

    def _open_on_layer(self, screen: type[EditScreen | TagsScreen | VersionsScreen]) -> None:
        if self.review.layer:
            self.app.push_screen(screen(self.review), lambda message: self.show(message or ""))
        else:
            self.show(paint.NOTHING_HERE)

    def action_flag(self) -> None:
        step = self.review.flag()
        self.show("" if step else paint.NOTHING_HERE)

    def action_toggle_tag(self, number: int) -> None:
        tags = self.review.store.tags()
        if number <= len(tags):
            self.review.toggle_tag(tags[number - 1])
            self.show()
        else:
            self.show(f"There is no tag {number} yet: t gives the first tags.")

    def action_layer(self, direction: int) -> None:
        moved = self.review.next_layer() if direction > 0 else self.review.previous_layer()
        self.show("" if moved else paint.edge(direction))

    def action_paragraph(self, direction: int) -> None:
        moved = self.review.next_paragraph() if direction > 0 else self.review.previous_paragraph()
        self.show("" if moved else paint.edge(direction))

    def action_first(self) -> None:
        self.review.first()
        self.show()

    def action_last(self) -> None:
        self.review.last()
        self.show()

    def action_page(self, direction: int) -> None:
        self.query_one("#text", Pane).page(direction)

    def action_page_source(self, direction: int) -> None:
        self.query_one("#source", Pane).page(direction)

    def action_stats(self) -> None:
        self.app.push_screen(StatsScreen(self.review.store))

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen(self))

    def action_quit(self) -> None:
        self.review.save_place()
        self.app.exit()
