"""Writing a layer: what is typed is stored as a draft at every change, so that nothing ends it but the curator."""

from __future__ import annotations

from textual.timer import Timer
from textual.widgets import TextArea

from unpack_core.errors import StoreError
from unpack_core.model import Layer
from unpack_core.review import Review
from unpack_tui import paint
from unpack_tui.keys import in_force
from unpack_tui.paint import writing as drawn
from unpack_tui.screens.dialogs import KeepOrDrop
from unpack_tui.screens.page import Spread
from unpack_tui.widgets.writing import Writing

_PATIENCE = 0.1
_LATER = 1.0
"""Seconds: so long a letter waits for another writer, and then until its draft is tried again."""


class WritingScreen(Spread[str]):
    """A field with a layer's text in it, or with the draft that was begun from it; gives back a message."""

    FIELD = TextArea

    def __init__(self, review: Review, subject: Layer) -> None:
        super().__init__()
        self.review = review
        self.subject = subject
        self.source = review.store.paragraph(subject.paragraph_id).text
        draft = review.store.draft(subject.id)
        self.writing = Writing(draft.text if draft else subject.head.text, self.source, since=subject.head.text)
        self._begun = self.writing.text
        self._resumed = draft is not None
        self._told = ""
        self._again: Timer | None = None
        if draft:
            changed = "; the layer was changed meanwhile" if draft.version_id != subject.head.id else ""
            self._told = f"Your half-typed edit is back{changed}."

    @property
    def text(self) -> str:
        """What is to be kept. A field knows fewer line ends than a text may have: untouched, it is what it was."""
        untouched = self.writing.text == self._begun and not self._resumed
        return self.subject.head.text if untouched else self.writing.text

    def show(self) -> None:
        """The lines around the field; the screens add what stands beside it."""
        width, writing = self.size.width - 2, self.writing
        said = drawn.written(writing.items(), writing.item_here(), self.source, self._told, width)
        self.pane("#status").show(said)
        self.pane("#keys").show(paint.hints(in_force(self, hinted=True), width))

    def fill(self) -> None:
        """The field, too: it would wrap its lines after the first picture."""
        self.writing.wrapped_document.wrap(self.writing.wrap_width, self.writing.indent_width)
        super().fill()

    def say(self, message: str) -> None:
        self._told = message
        self.show()

    def on_text_area_changed(self) -> None:
        self._told = ""
        self._keep_draft()
        self.show()

    def _keep_draft(self) -> None:
        """Store what is typed. On a full disk, or where another program writes, the text stays here and is tried again.

        The next letter is not to wait for them.
        """
        try:
            with self.review.store.waiting(_PATIENCE):
                self._save_draft()
        except StoreError as error:
            self.say(str(error))
            if not self._again:
                self._again = self.set_timer(_LATER, self._try_again)

    def _try_again(self) -> None:
        self._again = None
        if self in self.app.screen_stack:  # else it was left, and what was typed has its place or none
            self.say("")
            self._keep_draft()

    def on_text_area_selection_changed(self) -> None:
        if self.is_current:
            self.show()

    def _save_draft(self) -> None:
        if self.text == self.subject.head.text:
            self.review.store.drop_draft(self.subject.id)
        else:
            self.review.save_draft(self.subject, self.text)

    def action_keep(self) -> None:
        self.writing.count()
        self.keep(self.text)

    def keep(self, text: str) -> None:
        """Make the text that of the layer, and leave."""
        raise NotImplementedError

    def action_leave(self) -> None:
        if self.text == self.subject.head.text:
            self._drop()
        else:
            self.app.push_screen(KeepOrDrop(), self._answered)

    def _answered(self, keep: bool | None) -> None:
        if keep:
            self.action_keep()
        elif keep is False:
            self._drop()

    def _drop(self) -> None:
        """Leave, whatever the disk says to it: a draft that cannot be taken away waits, and does no harm."""
        said = ""
        try:
            self.review.store.drop_draft(self.subject.id)
        except StoreError as error:
            said = f"{error} What was typed waits as a draft."
        self.dismiss(said)
