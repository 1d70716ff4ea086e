"""A layer that is edited in the curator's own editor, and comes back as a new version or waits as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from unpack_core import kept
from unpack_core.errors import StaleError, StoreError
from unpack_core.model import Layer
from unpack_core.notation import renumbered

if TYPE_CHECKING:
    from unpack_tui.screens.review import ReviewScreen


def edit_elsewhere(screen: ReviewScreen) -> None:
    """Hand the terminal to the editor with the layer in view, and keep what comes back."""
    view, layer = screen.review.view, screen.review.layer
    if not view or not layer:
        return
    draft = screen.review.store.draft(layer.id)
    from unpack_tui import editor

    failed, text, saved, left = "", "", "", ""
    try:
        with screen.app.suspend():
            try:  # within: Textual takes the terminal back only when nothing is raised
                text = editor.edit_elsewhere(draft.text if draft else layer.head.text, view.paragraph.text)
            except editor.EditorError as error:
                failed, saved, left = str(error), error.saved, error.left
    except SuspendNotSupported:
        failed = f"This terminal cannot be handed to an editor; {screen.key('edit')} edits here."
    if saved:
        screen.review.save_draft(layer, saved)
        failed += f" What it had saved waits as a draft: {screen.key('edit')} opens it."
    if left:  # said again by the next review: where the line dropped, nobody sees this one
        failed += f" {unsaved(left)}"
        screen.review.store.keep(lambda store: kept.keep_unsaved(store, left))
    if failed:
        screen.say(failed)
    else:
        _keep(screen, layer, renumbered(text, layer.head.text))


def unsaved(left: str) -> str:
    """What is said of an editor's file with what was not saved."""
    return f"What vim had not saved is read by: vim -r {left}" if left else ""


def _keep(screen: ReviewScreen, layer: Layer, text: str) -> None:
    try:
        step = screen.review.edit(text, layer.head.id)
    except StaleError as error:
        screen.review.store.save_draft(layer.id, layer.head.id, text)
        screen.back(f"{error} Your text is kept as a draft: {screen.key('edit')} opens it.")
    except StoreError:
        screen.review.save_draft(layer, text)  # says the same where the file is gone: it is in what was rescued
        raise
    else:
        screen.say("Kept as a new version; the old one stays." if step else "Nothing was changed.")
