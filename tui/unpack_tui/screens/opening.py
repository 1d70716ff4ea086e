"""The screens that open over the review, each imported when it opens.

The review is painted before any of them is read: Textual's own editor and what the others bring would be a tenth of the
time that one waits for the first paragraph. What all dialogs are made of is read soon after that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen

    from unpack_core.model import Layer, Version
    from unpack_core.review import Review
    from unpack_tui.screens.instruction import Said


def read_dialogs() -> None:
    """Read the filter's dialog, which brings what the others need."""
    import unpack_tui.screens.filter  # noqa: F401


def editing(review: Review) -> Screen[str]:
    from unpack_tui.screens.edit import EditScreen

    return EditScreen(review)


def versions(review: Review) -> Screen[str]:
    from unpack_tui.screens.versions import VersionsScreen

    return VersionsScreen(review)


def tags(review: Review) -> Screen[str]:
    from unpack_tui.screens.tags import TagsScreen

    return TagsScreen(review)


def near_duplicates(review: Review) -> Screen[str]:
    from unpack_tui.screens.duplicates import DuplicatesScreen

    return DuplicatesScreen(review)


def asked_again(review: Review) -> Screen[str]:
    """Gives back a filter for the answers that differ, if the curator wants to see them."""
    from unpack_tui.screens.recheck import RecheckScreen

    return RecheckScreen(review)


def the_end(review: Review) -> Screen[str | None]:
    from unpack_tui.screens.done import DoneScreen

    return DoneScreen(review)


def stats(review: Review) -> Screen[None]:
    from unpack_tui.screens.stats import StatsScreen

    return StatsScreen(review)


def a_filter(review: Review) -> Screen[str | None]:
    from unpack_tui.screens.filter import FilterScreen

    return FilterScreen(review, review.filter)


def a_search(review: Review) -> Screen[str | None]:
    from unpack_tui.screens.filter import SearchScreen

    return SearchScreen(review)


def bulk(review: Review, verb: str, how: str = "", price: str = "") -> Screen[bool]:
    from unpack_tui.screens.bulk import BulkScreen

    return BulkScreen(review, verb, how, price)


def bulk_tags(review: Review, typed: str) -> Screen[tuple[list[str], list[str]] | None]:
    from unpack_tui.screens.bulk import BulkTagsScreen

    return BulkTagsScreen(review.store.tags(), typed)


def an_instruction(name: str, last: Sequence[str], *, every: int, for_all: bool) -> Screen[Said | None]:
    from unpack_tui.screens.instruction import InstructionScreen

    return InstructionScreen(name, last, every=every, for_all=for_all)


def candidates(review: Review, layer: Layer, offered: Sequence[Version], missing: str = "") -> Screen[str]:
    from unpack_tui.screens.candidates import CandidatesScreen

    return CandidatesScreen(review, layer, offered, missing)
