"""What the curator says of near-duplicates: one is kept, two are merged, or they are distinct. Each is one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unpack_core.model import Status
from unpack_core.steps import Step
from unpack_core.store import Store

Seen = Mapping[int, int]
"""The heads that the curator was looking at, by layer: StaleError where one is not the head any more."""


def keep(store: Store, kept: int, others: Sequence[int], *, seen: Seen | None = None) -> Step | None:
    """Keep one copy: the others are rejected as near-duplicates of it. A rejected one that is kept is open again."""
    decided = dict.fromkeys(others, Status.REJECTED)
    if store.layer(kept).status == Status.REJECTED:
        decided[kept] = Status.PENDING
    pairs = [(other, kept) for other in others]
    return store.settle(pairs, "kept", decided, seen=seen, note=f"near-duplicate of layer {kept}")


def merge(store: Store, kept: int, other: int, text: str, *, seen: Seen | None = None) -> Step | None:
    """Make one text of two: it is a new version of the copy that is kept, and the other copy is rejected."""
    note = f"near-duplicate of layer {kept}, merged into it"
    return store.settle([(other, kept)], "merged", {other: Status.REJECTED}, seen=seen, rewrite=(kept, text), note=note)


def keep_both(store: Store, one: int, other: int, *, seen: Seen | None = None) -> Step | None:
    """Two texts that are not copies of each other, whatever the score: remembered for that pair for ever."""
    return store.settle([(other, one)], "distinct", seen=seen)


def keep_all(store: Store, pairs: Sequence[tuple[int, int]], *, seen: Seen | None = None) -> Step | None:
    """The same of many pairs, as of those that an opening which all of them share has made."""
    return store.settle(pairs, "distinct", seen=seen)
