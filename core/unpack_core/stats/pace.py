"""How fast the curator decides, read from the times of the log's own steps.

A session is steps that follow each other within ten minutes: longer than writing a layer anew takes, and far below the
half hour to an hour after which studies of logs begin a new session (Halfaker et al., User session identification based
on strong regularities in inter-activity time, WWW 2015), because here the pauses are counted as work.

A step took the time since the one before it. The first step of a session took nobody knows how long, so it counts for
nothing, and so do answers to what was asked again. A decision taken back is one less, and a bulk step is none: what it
settled at one blow says nothing of what the next layer will take.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice, pairwise
from typing import TypedDict

from unpack_core.database import iso
from unpack_core.events import Action
from unpack_core.store import Store

PAUSE = timedelta(minutes=10)
FEWEST = 5
"""Decisions below which there is no pace."""
_LOOKED_AT = 9
_BARS = 30
_NOT_THE_CURATORS = (Action.ADD, Action.REGENERATE)
_STEPS = (
    "SELECT s.at, s.action, CASE WHEN t.action = 'decide'"
    " AND (SELECT count(*) FROM (SELECT 1 FROM event WHERE step = t.id LIMIT 2)) = 1"
    " THEN iif(s.action = 'undo', -1, 1) ELSE 0 END"
    " FROM step s JOIN step t ON t.id = coalesce(s.target, s.id) ORDER BY s.id DESC"
)


class Pace(TypedDict):
    """A session. `per_minute` and `minutes_left` are None where there is too little to tell."""

    began: str
    """UTC; "" where nothing was done yet."""
    running: bool
    """Whether it is going on, or ended with a pause."""
    minutes: float
    decisions: int
    per_minute: float | None
    minutes_left: float | None
    bars: list[int]
    """Decisions in equal parts of the session, at most thirty of a minute or more each."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the curator did at a time; `decided` is 1, -1 where a decision was taken back, or 0."""

    at: datetime
    action: Action
    decided: int


def pace(store: Store, left: int) -> Pace:
    """What the last session says of so many layers: the last that has a pace, if one of the last few has."""
    now = datetime.now(UTC)
    sessions = (measured(session, left, now) for session in islice(_sessions(store), _LOOKED_AT))
    last = next(sessions, None)
    if last is None:
        return measured([], left, now)
    return next((one for one in chain([last], sessions) if one["per_minute"]), last)


def measured(session: Sequence[Moment], left: int, now: datetime) -> Pace:
    """The same from a session's steps, oldest first."""
    spent, decided = timedelta(), 0
    for before, step in pairwise(session):
        if step.action != Action.RECHECK:
            spent += max(step.at - before.at, timedelta())
            decided += step.decided
    minutes = spent / timedelta(minutes=1)
    per_minute = decided / minutes if decided >= FEWEST and minutes else None
    return {
        "began": iso(session[0].at, "seconds") if session else "",
        "running": bool(session) and now - session[-1].at < PAUSE,
        "minutes": minutes,
        "decisions": sum(step.decided for step in session),
        "per_minute": per_minute,
        "minutes_left": left / per_minute if per_minute else None,
        "bars": _bars(session),
    }


def _bars(session: Sequence[Moment]) -> list[int]:
    if not session:
        return []
    began = min(step.at for step in session)
    whole = max(step.at for step in session) - began
    width = max(timedelta(minutes=1), whole / _BARS)
    counts = [0] * min(_BARS, int(whole / width) + 1)
    for step in session:
        counts[min(len(counts) - 1, int((step.at - began) / width))] += step.decided
    return [max(0, count) for count in counts]


def _sessions(store: Store) -> Iterator[list[Moment]]:
    """The last session first, each with its steps oldest first."""
    session: list[Moment] = []
    for at, action, decided in store.rows(_STEPS):
        if action in _NOT_THE_CURATORS:
            continue
        step = Moment(datetime.fromisoformat(at), Action(action), decided)
        if session and abs(session[-1].at - step.at) > PAUSE:  # a clock may have been set back
            yield session[::-1]
            session = []
        session.append(step)
    if session:
        yield session[::-1]
