"""Groups of near-duplicates: what hangs together by pairs that are to be decided, and which copy to keep.

A group is no claim that all its members resemble each other: a chain joins them, and its ends may have little in
common. So each copy is measured by the one that is proposed to be kept, and only what reaches the threshold is swept
along when that one is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from unpack_core.duplicates.pairs import likeness, threshold
from unpack_core.likeness import PAIRS, UNDECIDED, least_score
from unpack_core.model import Origin, Status
from unpack_core.store import Store


@dataclass(frozen=True, slots=True)
class Outline:
    """A group by the ids of its layers, rising, before any text of it is read."""

    layer_ids: tuple[int, ...]
    pending: int
    """How many of them are pending: so much work one decision may save."""
    best: float
    """The highest score of its pairs."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A member of a group, by what speaks for keeping it."""

    layer_id: int
    head_id: int
    status: Status
    origin: Origin
    findings: int
    length: int
    """Of the normalised text."""


@dataclass(frozen=True, slots=True)
class Score:
    """How much two copies are alike."""

    value: float
    near: bool
    """Whether that reaches the threshold, and nobody has said that the two are distinct."""
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Copies, the one to keep first, then those that are most like it."""

    copies: tuple[Copy, ...]
    reason: str
    """Why the first is proposed, in words."""

    @property
    def proposed(self) -> Copy:
        return self.copies[0]


def open_groups(store: Store, among: Sequence[int] | None = None) -> list[Outline]:
    """The groups with something to decide, those first in which a decision saves most work; no text is read.

    Of all layers, or of some.
    """
    from unpack_core.neardup import groups  # numpy comes with it

    least = least_score(threshold(store))
    parameters: list[object] = [least]
    condition = f"r.score >= ? AND {UNDECIDED}"
    if among is not None:
        some = "(SELECT value FROM json_each(?))"
        condition += f" AND a.id IN {some} AND b.id IN {some}"
        parameters += [orjson.dumps(among).decode()] * 2
    status: dict[int, str] = {}
    best: dict[int, float] = {}
    joined: list[tuple[int, int]] = []
    for a, b, score, status_a, status_b in store.rows(
        f"SELECT a.id, b.id, r.score, a.status, b.status FROM {PAIRS} WHERE {condition}", parameters
    ):
        joined.append((a, b))
        status[a], status[b] = status_a, status_b
        best[a], best[b] = max(score, best.get(a, 0)), max(score, best.get(b, 0))
    found = (
        Outline(
            tuple(members),
            sum(status[member] == Status.PENDING for member in members),
            max(best[member] for member in members),
        )
        for members in groups(joined)
    )
    return sorted(found, key=lambda group: (-group.pending, -group.best, group.layer_ids))


def group(store: Store, layer_ids: Sequence[int]) -> Group:
    """Some layers as a group: the better copy first, the others by their likeness to it."""
    first, *others = sorted(_copies(store, layer_ids), key=_merit, reverse=True)
    reason = _reason(first, others)
    scores = scores_to(store, first)
    others.sort(key=lambda copy: (-scores[copy.layer_id].value if copy.layer_id in scores else 0, copy.layer_id))
    return Group((first, *others), reason)


def scores_to(store: Store, copy: Copy) -> dict[int, Score]:
    """Of the layers whose heads reach the threshold with this copy: their scores."""
    least = least_score(threshold(store))
    other = f"SELECT iif(a.id = ?1, b.id, a.id), r.score, s.state FROM {PAIRS}"
    return {
        layer_id: Score(score, near=state != "distinct", distinct=state == "distinct")
        for layer_id, score, state in store.rows(
            f"{other} WHERE r.a_id = ?2 AND r.score >= ?3 UNION ALL {other} WHERE r.b_id = ?2 AND r.score >= ?3",
            (copy.layer_id, copy.head_id, least),
        )
    }


def score_between(store: Store, one: Copy, other: Copy) -> Score:
    """The score of two copies that do not reach the threshold, exactly."""
    value = likeness(store.version(one.head_id).text, store.version(other.head_id).text)
    return Score(value, near=False)


def _copies(store: Store, layer_ids: Sequence[int]) -> Iterator[Copy]:
    for layer_id, head_id, status, origin, findings, length in store.rows(
        "SELECT l.id, l.head_id, l.status, v.origin, (SELECT count(*) FROM finding WHERE version_id = v.id),"
        " coalesce(g.length, length(v.text)) FROM layer l JOIN version v ON v.id = l.head_id"
        " LEFT JOIN signature g ON g.version_id = v.id WHERE l.id IN (SELECT value FROM json_each(?))",
        (orjson.dumps(layer_ids).decode(),),
    ):
        yield Copy(layer_id, head_id, Status(status), Origin(origin), findings, length)


_STANDING = {Status.REJECTED: 0, Status.PENDING: 1, Status.ACCEPTED: 2}


def _merit(copy: Copy) -> tuple[int, bool, int, int, int]:
    """What speaks for a copy, the weightiest first; of equals the one that came first."""
    return _STANDING[copy.status], copy.origin == Origin.EDITED, -copy.findings, copy.length, -copy.layer_id


def _reason(best: Copy, others: Sequence[Copy]) -> str:
    """What the best has and the next best has not."""
    if not others:
        return ""
    second = others[0]
    if best.status != second.status:
        return "accepted" if best.status == Status.ACCEPTED else "not rejected"
    if best.origin != second.origin and best.origin == Origin.EDITED:
        return "edited by hand"
    if best.findings != second.findings:
        return f"fewer findings ({best.findings}, not {second.findings})"
    if best.length != second.length:
        return f"longer ({best.length:,} letters, not {second.length:,})"
    return "the first of equals"
