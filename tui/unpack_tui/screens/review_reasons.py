"""Why a key of the review can do nothing now, and what some of them do that one might not expect."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from unpack_core import duplicates
from unpack_core.generate.secrets import key_in_sight

if TYPE_CHECKING:
    from unpack_tui.screens.review import ReviewScreen

_OF_THE_LAYER = frozenset({
    "decide", "edit", "edit_elsewhere", "regenerate", "instruct", "candidates", "versions", "tags", "toggle_tag",
    "flag", "copy",
})  # fmt: skip
_OF_ALL = frozenset({"decide_all", "retag_all", "untag_all", "instruct_all"})
_OF_TEXTS = frozenset({
    "skip", "duplicates", "layer", "paragraph", "first", "last", "page", "page_source", "search", "filter", "order",
    "arrange",
})  # fmt: skip
_ASKING = frozenset({"instruct", "candidates", "instruct_all"})


def why_not(screen: ReviewScreen, action: str, parameters: tuple[Any, ...]) -> str:
    """A clause, or "" where the action is possible."""
    review, key = screen.review, screen.key
    if not review.view and action in _OF_THE_LAYER | _OF_ALL | _OF_TEXTS:
        return "no text is here yet"
    if not review.layer and action in _OF_THE_LAYER:
        return f"this paragraph has no layers: {key('next-paragraph')} goes to the next one"
    if action in _OF_ALL and not (review.filter or review.search):
        return f"“all” means all in a filter: {key('filter')} sets one, as status:pending"
    if action in _ASKING and not key_in_sight():
        return f"there is no API key: set ANTHROPIC_API_KEY; {key('regenerate')} drafts by rules, offline"
    reason = _REASONS.get(action)
    return reason(screen, *parameters) if reason else ""


def note(screen: ReviewScreen, action: str) -> str:
    """What an action will do now beyond what its sentence says."""
    review = screen.review
    if action == "regenerate" and not key_in_sight():
        return "There is no API key: rules draft it, offline."
    if action == "duplicates" and review.layer and not _alike(screen):
        return "This layer has none; others do."
    if action == "versions" and review.layer and review.layer.versions == 1:
        return "There is one."
    return ""


def _undo(screen: ReviewScreen) -> str:
    return "" if screen.review.store.can_undo() else "nothing to take back"


def _redo(screen: ReviewScreen) -> str:
    return "" if screen.review.store.can_redo() else "nothing to do again"


def _asked(screen: ReviewScreen) -> str:
    layer = screen.review.layer
    if layer and screen.asking.maker.of(layer.id):
        return f"this layer is being asked for already; {screen.key('leave')} cancels it"
    return ""


def _edit_elsewhere(_: ReviewScreen) -> str:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    return "" if named else "no editor is named: set EDITOR, as in export EDITOR=nano"


def _tag(screen: ReviewScreen, number: int) -> str:
    there = number <= len(screen.review.store.tags())
    return "" if there else f"there is no tag {number} yet: {screen.key('tags')} gives the first tags"


def _duplicates(screen: ReviewScreen) -> str:
    store = screen.review.store
    some = _alike(screen) or duplicates.to_compare(store) or duplicates.any_open(store)
    return "" if some else "there are no near-duplicates, of this layer or others, left to settle"


def _alike(screen: ReviewScreen) -> bool:
    store, layer = screen.review.store, screen.review.layer
    return bool(
        layer and (duplicates.resembles(store, layer.id) or duplicates.resembled_rejects(store, layer.id))
    )  # fmt: skip


def _layer(screen: ReviewScreen, direction: int) -> str:
    view, at = screen.review.view, screen.review.at
    within = view and 0 <= at + direction < len(view.layers)
    return "" if within else _paragraph(screen, direction)


def _paragraph(screen: ReviewScreen, direction: int) -> str:
    return "" if screen.review.has_paragraph(direction) else _END[direction]


def _first(screen: ReviewScreen) -> str:
    return _paragraph(screen, -1)


def _last(screen: ReviewScreen) -> str:
    return _paragraph(screen, 1)


def _page(screen: ReviewScreen, direction: int) -> str:
    return "" if screen.pane("#text").can_scroll(direction) else f"the layer {_ENDS[direction]} here"


def _page_source(screen: ReviewScreen, direction: int) -> str:
    return "" if screen.pane("#source").can_scroll(direction) else f"the source {_ENDS[direction]} here"


def _leave(screen: ReviewScreen) -> str:
    review = screen.review
    asked = review.layer and screen.asking.maker.of(review.layer.id)
    there = asked or screen.seeking.under_way or review.search or review.filter
    return "" if there else "there is no search and no filter to end"


_END = {1: "this is the end", -1: "this is the beginning"}
_ENDS = {1: "ends", -1: "begins"}
_REASONS: dict[str, Callable[..., str]] = {  # each takes the screen and the action's own parameters
    "undo": _undo,
    "redo": _redo,
    "regenerate": _asked,
    "candidates": _asked,
    "edit_elsewhere": _edit_elsewhere,
    "toggle_tag": _tag,
    "duplicates": _duplicates,
    "layer": _layer,
    "paragraph": _paragraph,
    "first": _first,
    "last": _last,
    "page": _page,
    "page_source": _page_source,
    "leave": _leave,
}
