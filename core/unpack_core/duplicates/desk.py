"""Where the curator is among the groups: the group, the copy to keep, the one that is looked at beside it.

It knows no screen. A screen calls one of its verbs for a key and shows `left`, `right` and the scores again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from unpack_core.duplicates import settling
from unpack_core.duplicates.groups import Copy, Group, Outline, Score, group, open_groups, score_between, scores_to
from unpack_core.duplicates.pairs import Rejected, resembled_rejects, resembles
from unpack_core.errors import UnpackError
from unpack_core.steps import Step
from unpack_core.store import Store

_PAIRS_AT_ONCE = 5_000


class DeskError(UnpackError):
    """What a key cannot do here, as a sentence."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """The scores of one copy with those that reach the threshold; with others they are computed when asked for."""

    to: Copy
    near: dict[int, Score]
    far: dict[int, Score]


class Desk:
    """The groups with something to decide, held still while they are worked through."""

    def __init__(self, store: Store, here: int | None = None) -> None:
        """Begin at the group of the layer `here`, with that beside the copy to keep; else with the first group."""
        self.store = store
        self.at = 0
        self.beside = 0
        self.group: Group | None = None
        self.groups = open_groups(store)
        self._done: set[Outline] = set()
        self.others: tuple[Copy | Rejected, ...] = ()
        self._measured: tuple[_Measured | None, _Measured | None] = (None, None)
        if here is not None:
            self._begin_at(here)
        self._open()
        if here is not None:
            self._look_at(here)

    # --- what is seen ------------------------------------------------------------------------------------------

    @property
    def left(self) -> Copy | None:
        """The copy that is proposed to be kept."""
        return self.group.proposed if self.group else None

    @property
    def right(self) -> Copy | Rejected | None:
        """The copy beside it, or a text that was rejected before and that the left one resembles."""
        return self.others[self.beside] if self.others else None

    @property
    def number(self) -> int:
        """1 for the first group."""
        return self.at + 1

    @property
    def rest(self) -> int:
        """How many groups are left to decide."""
        return len(self.groups) - len(self._done)

    def score(self, copy: Copy, *, to_right: bool = False) -> Score | None:
        """How much a copy is like the left or the right one; None with itself or where there is no such copy."""
        measured = self._measured[to_right]
        if measured is None or measured.to.layer_id == copy.layer_id:
            return None
        if copy.layer_id in measured.near:
            return measured.near[copy.layer_id]
        if copy.layer_id not in measured.far:
            measured.far[copy.layer_id] = score_between(self.store, measured.to, copy)
        return measured.far[copy.layer_id]

    def swept(self, *, by_right: bool = False) -> list[int]:
        """The layers that are rejected when the left or the right copy is kept."""
        measured = self._measured[by_right]
        if self.group is None or measured is None:
            return []
        near = {layer_id for layer_id, score in measured.near.items() if score.near}
        return [copy.layer_id for copy in self.group.copies if copy.layer_id in near]

    # --- moving ------------------------------------------------------------------------------------------------

    def next_copy(self) -> bool:
        """Look at the next copy, after the last one at the next group; False at the very end."""
        if self.beside + 1 < len(self.others):
            self._set_beside(self.beside + 1)
            return True
        return self.next_group()

    def previous_copy(self) -> bool:
        if self.beside:
            self._set_beside(self.beside - 1)
            return True
        if not self.previous_group():
            return False
        self._set_beside(max(0, len(self.others) - 1))
        return True

    def next_group(self) -> bool:
        return self._go(self._undecided(range(self.at + 1, len(self.groups))))

    def previous_group(self) -> bool:
        return self._go(self._undecided(range(self.at - 1, -1, -1)))

    def has(self, direction: int, *, group: bool = False) -> bool:
        """Whether there is a copy, or a group, after (1) or before (-1) the one in view."""
        if not group and 0 <= self.beside + direction < len(self.others):
            return True
        places = range(self.at + 1, len(self.groups)) if direction > 0 else range(self.at - 1, -1, -1)
        return next(self._undecided(places), None) is not None

    # --- settling ----------------------------------------------------------------------------------------------

    def keep(self, *, right: bool = False) -> Step | None:
        """Keep the left or the right copy and reject what is near it, in one step; go on to the next group."""
        kept = self._real(self.right) if right else self.left
        swept = self.swept(by_right=right)
        if kept is None or not swept:
            raise DeskError("No other copy here is near that one: there is nothing to settle. a and x decide it.")
        return self._did(settling.keep(self.store, kept.layer_id, swept, seen=self._seen()))

    def keep_both(self) -> Step | None:
        """The two that are in view are distinct, for ever."""
        left, right = self.left, self._real(self.right)
        if left is None or right is None:
            return None
        score = self.score(right)
        if score is None or not score.near:
            raise DeskError("These two are not near-duplicates of each other: there is nothing to say of them.")
        return self._did(settling.keep_both(self.store, left.layer_id, right.layer_id, seen=self._seen()))

    def keep_all(self) -> Step | None:
        """All pairs of the group are distinct, as those that a common opening has made."""
        if self.group is None:
            return None
        members = {copy.layer_id for copy in self.group.copies}
        pairs: set[tuple[int, int]] = set()
        for copy in self.group.copies:
            near = (layer_id for layer_id, score in scores_to(self.store, copy).items() if score.near)
            pairs |= {(min(copy.layer_id, other), max(copy.layer_id, other)) for other in near if other in members}
            if len(pairs) > _PAIRS_AT_ONCE:
                raise DeskError(f"This group has more than {_PAIRS_AT_ONCE:,} pairs. A higher threshold divides it.")
        return self._did(settling.keep_all(self.store, sorted(pairs), seen=self._seen()))

    def merge(self, text: str) -> Step | None:
        """The text is the left copy's from now on, and the right copy is rejected."""
        left, right = self.left, self._real(self.right)
        if left is None or right is None:
            return None
        seen = {left.layer_id: left.head_id, right.layer_id: right.head_id}
        step = settling.merge(self.store, left.layer_id, right.layer_id, text, seen=seen)
        return self._did(step)

    def undo(self) -> Step | None:
        """Take back the last step and go to the group where it happened."""
        step = self.store.undo()
        if step:
            self.read_again(step.layer_id)
        return step

    def read_again(self, here: int | None = None) -> None:
        """See all groups anew, from the one that the layer is in."""
        place = self.at
        self.groups, self._done = open_groups(self.store), set()
        held = (n for n, outline in enumerate(self.groups) if here in outline.layer_ids)
        self.at = next(held, min(place, max(0, len(self.groups) - 1)))
        self._open()

    def _real(self, copy: Copy | Rejected | None) -> Copy | None:
        if isinstance(copy, Rejected):
            raise DeskError("That text was rejected and replaced before: it is here for comparison alone.")
        return copy

    def _seen(self) -> dict[int, int]:
        return {copy.layer_id: copy.head_id for copy in self.group.copies} if self.group else {}

    def _did(self, step: Step | None) -> Step | None:
        """Stay at what is left of the group; where nothing is, go on to the next, or to the first that is left."""
        here = self.groups[self.at]
        if left := open_groups(self.store, among=here.layer_ids):
            self.groups[self.at : self.at + 1] = left
            self._open()
            return step
        self._done.add(here)
        order = [*range(self.at + 1, len(self.groups)), *range(self.at)]
        if not self._go(self._undecided(order)):
            self._open(empty=True)
        return step

    # --- opening -----------------------------------------------------------------------------------------------

    def _begin_at(self, here: int) -> None:
        """Find the layer's group; where it has none to decide, lay out what it resembles, to be looked at."""
        held = (n for n, outline in enumerate(self.groups) if here in outline.layer_ids)
        self.at = next(held, -1)
        if self.at >= 0:
            return
        self.at = 0
        alike = resembles(self.store, here)
        if alike or resembled_rejects(self.store, here):
            others = sorted({pair.a for pair in alike} | {pair.b for pair in alike} | {here})
            self.groups.insert(0, Outline(tuple(others), 0, alike[0].score if alike else 0))

    def _open(self, *, empty: bool = False) -> None:
        """Lay out the group at which we are; or nothing, when all is done."""
        self.group = group(self.store, self.groups[self.at].layer_ids) if self.groups and not empty else None
        if self.group:
            self.others = (*self.group.copies[1:], *resembled_rejects(self.store, self.group.proposed.layer_id))
            self._measured = self._measure(self.group.proposed), None
        else:
            self.others, self._measured = (), (None, None)
        self._set_beside(0)

    def _look_at(self, here: int) -> None:
        places = (n for n, other in enumerate(self.others) if isinstance(other, Copy) and other.layer_id == here)
        self._set_beside(next(places, 0))

    def _undecided(self, places: Iterable[int]) -> Iterator[int]:
        return (place for place in places if self.groups[place] not in self._done)

    def _go(self, places: Iterable[int]) -> bool:
        place = next(iter(places), None)
        if place is None:
            return False
        self.at = place
        self._open()
        return True

    def _set_beside(self, place: int) -> None:
        self.beside = place
        right = self.right
        self._measured = self._measured[0], self._measure(right) if isinstance(right, Copy) else None

    def _measure(self, copy: Copy) -> _Measured:
        return _Measured(copy, scores_to(self.store, copy), {})
