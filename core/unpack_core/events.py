"""The log and what is in force: a layer's state is the fold of its events, each of which says before and after.

An event carries only the columns that it changed. Undo writes the same events the other way round, redo writes them
again, so that replaying the log never needs to know what undo is. Pure: no clock, no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from unpack_core.model import Status


class Action(StrEnum):
    """What a step did."""

    ADD = "add"
    DECIDE = "decide"
    FLAG = "flag"
    TAG = "tag"
    EDIT = "edit"
    REGENERATE = "regenerate"
    RESTORE = "restore"
    SETTLE = "settle"
    RECHECK = "recheck"
    UNDO = "undo"
    REDO = "redo"


class Patch(TypedDict, total=False):
    """The columns of a layer's state that an event sets; also the JSON in `event.before` and `event.after`."""

    status: str
    flagged: bool
    head: int
    tags: list[str]
    settled: dict[str, str | None]
    """Of pairs with other layers, by their ids: what was said of the near-duplicate; None for nothing yet."""
    rechecked: dict[str, str | None]
    """What was answered to questions that were asked again, by their ids; None for nothing yet."""
    lost: dict[str, tuple[str, str]]
    """Of a layer that came in with a past: by version, how it had lost and what was said of it. Not a column."""


def is_patch(said: object) -> bool:
    """Whether JSON is that of a Patch, of the log of this program or of a later one that says more."""
    return isinstance(said, dict) and all(_FITS.get(name, _anything)(value) for name, value in said.items())


def _anything(_: object) -> bool:
    return True


def _by_id(*words: str) -> Callable[[object], bool]:
    return lambda said: (
        isinstance(said, dict)
        and all(key.isdecimal() and (value is None or value in words) for key, value in said.items())
    )


def _by_version(said: object) -> bool:
    return isinstance(said, dict) and all(
        key.isdecimal() and isinstance(value, list) and [type(one) for one in value] == [str, str]
        for key, value in said.items()
    )


_FITS: Mapping[str, Callable[[object], bool]] = {
    "status": lambda said: isinstance(said, str) and said in frozenset(Status),
    "flagged": lambda said: isinstance(said, bool),
    "head": lambda said: isinstance(said, int),
    "tags": lambda said: isinstance(said, list) and all(isinstance(tag, str) for tag in said),
    "settled": _by_id("distinct", "kept", "merged"),
    "rechecked": _by_id("accepted", "rejected"),
    "lost": _by_version,
}


@dataclass(frozen=True, slots=True)
class State:
    """What is in force for one layer."""

    status: Status
    flagged: bool
    head: int
    tags: tuple[str, ...] = ()

    def patched(self, patch: Patch) -> State:
        """This state after an event."""
        return State(
            Status(patch.get("status", self.status)),
            patch.get("flagged", self.flagged),
            patch.get("head", self.head),
            tuple(patch.get("tags", self.tags)),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One event to be: on one layer, what was and what is from now on."""

    layer_id: int
    before: Patch
    after: Patch

    def reversed(self) -> Change:
        return Change(self.layer_id, self.after, self.before)


def added(layer_id: int, state: State, lost: Mapping[int, tuple[str, str]]) -> Change:
    """A layer comes into being, perhaps with a past: `lost` tells of its versions how they lost, and why."""
    after: Patch = {"status": state.status, "flagged": state.flagged, "head": state.head, "tags": list(state.tags)}
    if lost:
        after["lost"] = {str(version): said for version, said in lost.items()}
    return Change(layer_id, {}, after)


def decided(layer_id: int, state: State, status: Status) -> Change | None:
    """Accept, reject or reopen; None where it is so already."""
    if state.status == status:
        return None
    return Change(layer_id, {"status": state.status}, {"status": status})


def flagged(layer_id: int, state: State, value: bool) -> Change | None:
    if state.flagged == value:
        return None
    return Change(layer_id, {"flagged": state.flagged}, {"flagged": value})


def tagged(layer_id: int, state: State, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Change | None:
    tags = tuple(sorted((set(state.tags) | set(add)) - set(remove)))
    if tags == state.tags:
        return None
    return Change(layer_id, {"tags": list(state.tags)}, {"tags": list(tags)})


def settled(
    layer_id: int, state: State, said: Mapping[int, tuple[str | None, str]], status: Status | None
) -> Change | None:
    """What was and what is said of near-duplicate pairs of this layer, by the other's id, and with it of the layer."""
    told = {str(other): words for other, words in said.items() if words[0] != words[1]}
    change = decided(layer_id, state, status) if status else None
    if not told:
        return change
    was: Patch = {"settled": {other: before for other, (before, _) in told.items()}}
    now: Patch = {"settled": {other: after for other, (_, after) in told.items()}}
    if change:
        was["status"], now["status"] = change.before["status"], change.after["status"]
    return Change(layer_id, was, now)


def rechecked(layer_id: int, question_id: int, answer: str) -> Change:
    """A decision that was asked for again is answered: the layer's own state stays what it is."""
    return Change(layer_id, {"rechecked": {str(question_id): None}}, {"rechecked": {str(question_id): answer}})


def rewritten(layer_id: int, state: State, head: int, *, by_curator: bool) -> Change:
    """Another version becomes the head.

    What the curator wrote or chose stays accepted if it was; what was rejected is open again, since the text that was
    rejected is gone. A text that no human has seen is open whatever the old one was.
    """
    keeps = state.status == Status.ACCEPTED and by_curator
    status = Status.ACCEPTED if keeps else Status.PENDING
    before: Patch = {"head": state.head}
    after: Patch = {"head": head}
    if status != state.status:
        before["status"], after["status"] = state.status, status
    return Change(layer_id, before, after)


def replay(patches: Iterable[Patch]) -> State:
    """The state of one layer from all its events' `after`, oldest first; the first is that of its `add`."""
    state = State(Status.PENDING, False, 0)
    for patch in patches:
        state = state.patched(patch)
    return state
