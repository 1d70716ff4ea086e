"""What a review leaves for the next one: the place, the filter and order that it is walked through in, unsaved text."""

from __future__ import annotations

from dataclasses import dataclass

from unpack_core.database import DatabaseFile
from unpack_core.queue import Arrangement

_PLACE = "review.place"
_WAY = "review.filter"
_UNSAVED = "editor.unsaved"


@dataclass(frozen=True, slots=True)
class Way:
    """What is walked through, and how: everything as it is read, by default."""

    filter: str = ""
    arrangement: Arrangement = Arrangement.DOCUMENT


EVERYTHING = Way()


def place(store: DatabaseFile) -> tuple[int | None, int | None]:
    """The paragraph and the layer that were in view, where they are still there."""
    kept = store.setting(_PLACE, {})
    paragraph_id = kept.get("paragraph")
    if not paragraph_id or not store.one("SELECT 1 FROM paragraph WHERE id = ?", (paragraph_id,)):
        return None, None
    return paragraph_id, kept.get("layer")


def keep_place(store: DatabaseFile, paragraph_id: int, layer_id: int | None) -> None:
    kept = {"paragraph": paragraph_id, "layer": layer_id}
    if store.setting(_PLACE) != kept:
        store.set_setting(_PLACE, kept)


def way(store: DatabaseFile) -> Way:
    """The way that was kept; everything where an order is named that there is not."""
    kept = store.setting(_WAY, {})
    try:
        return Way(kept.get("filter", ""), Arrangement(kept.get("order", Arrangement.DOCUMENT)))
    except ValueError:
        return EVERYTHING


def keep_way(store: DatabaseFile, kept: Way) -> None:
    store.set_setting(_WAY, {"filter": kept.filter, "order": kept.arrangement})


def keep_unsaved(store: DatabaseFile, file: str) -> None:
    """Remember the file in which an editor that was ended has what was not saved."""
    store.set_setting(_UNSAVED, file)


def unsaved(store: DatabaseFile) -> str:
    """That file, told once; "" for none."""
    file = str(store.setting(_UNSAVED, ""))
    if file:
        store.set_setting(_UNSAVED, "")
    return file
