"""What was decided, by kind, document, model, revision of the recipe and batch, each counted in one pass."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any, TypedDict

from unpack_core.joins import WRITTEN
from unpack_core.model import Status
from unpack_core.stats.certainty import wilson
from unpack_core.store import Store

_LISTED = 20
"""Documents that are named, those with most left to decide."""
_HASH = 12


class Group(TypedDict):
    """Decisions within one kind, document, model, revision or batch."""

    name: str
    pending: int
    accepted: int
    rejected: int
    edited: int
    """Of those accepted, how many with a text that the curator wrote."""
    kept: float | None
    """The share accepted of those decided; None where none is."""
    low: float | None
    high: float | None
    """Its 95 % interval, Wilson's."""
    cost_usd: float | None
    """What its texts cost, as far as that is known; None for kinds and documents, and where nothing is known."""


class Documents(TypedDict):
    """Those with most left to decide, and how many others have layers."""

    listed: list[Group]
    more: int


class Groups(TypedDict):
    kinds: list[Group]
    by_document: Documents
    models: list[Group]
    recipes: list[Group]
    """Revisions of the recipe, by the beginning of their hash; "" where none is known."""
    batches: list[Group]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which layers are counted."""

    layers: str = "layer l"
    """What to select from: `l` is a layer."""
    ids: str = ""
    """A query for their ids; "" for all."""

    def within(self, column: str) -> str:
        """A condition on a column of layer ids."""
        return f"{column} IN ({self.ids})" if self.ids else "1"


@dataclass(slots=True)
class _Tally:
    """One group's counts as they come."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    edited: int = 0

    def add(self, status: str, edited: bool, number: int) -> None:
        self.counts[status] += number
        if edited and status == Status.ACCEPTED:
            self.edited += number


def groups(store: Store, scope: Scope) -> Groups:
    """Count every layer once for its document, and once for all the rest."""
    documents: dict[int, _Tally] = {}
    for document, status, number in store.rows(
        f"SELECT l.rank >> 32, l.status, count(*) FROM {scope.layers} GROUP BY 1, 2"
    ):
        documents.setdefault(document, _Tally()).add(status, False, number)
    # Few of these differ, so they are counted here: SQLite would sort them all to group them.
    alike = Counter(
        store.rows(
            "SELECT l.kind, w.model, w.recipe, w.batch_id, l.status, v.id <> w.id"
            f" FROM {scope.layers} JOIN version v ON v.id = l.head_id JOIN version w ON w.id = {WRITTEN} ORDER BY l.id"
        )
    )
    tallies: tuple[dict[Any, _Tally], ...] = ({}, {}, {}, {})  # each in the order in which its first layers came
    for (*keys, status, edited), number in alike.items():
        for key, known in zip(keys, tallies, strict=True):
            known.setdefault(key, _Tally()).add(status, edited, number)
    kinds, models, recipes, batches = tallies
    costs = _costs(store, scope)
    return {
        "kinds": [_group(kind, tally) for kind, tally in kinds.items()],
        "by_document": _documents(store, documents),
        "models": [_group(model, tally, costs[0].get(model)) for model, tally in models.items()],
        "recipes": [_group(recipe[:_HASH], tally, costs[1].get(recipe)) for recipe, tally in recipes.items()],
        "batches": [_group(_batch(store, batch), tally, costs[2].get(batch)) for batch, tally in batches.items()],
    }


def _group(name: str, tally: _Tally, cost: float | None = None) -> Group:
    pending, accepted, rejected = (tally.counts[status] for status in Status)
    decided = accepted + rejected
    interval = wilson(accepted, decided) if decided else None
    return {
        "name": name,
        "pending": pending,
        "accepted": accepted,
        "rejected": rejected,
        "edited": tally.edited,
        "kept": accepted / decided if decided else None,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "cost_usd": cost,
    }


def _documents(store: Store, known: dict[int, _Tally]) -> Documents:
    chosen = nsmallest(_LISTED, known.items(), key=lambda one: (-one[1].counts[Status.PENDING], one[0]))
    return {
        "listed": [
            _group(store.one("SELECT coalesce(nullif(title, ''), uri) FROM document WHERE id = ?", (key,))[0], tally)
            for key, tally in chosen
        ],
        "more": len(known) - len(chosen),
    }


def _batch(store: Store, batch_id: int | None) -> str:
    return str(store.one("SELECT id || ' ' || source FROM batch WHERE id = ?", (batch_id,))[0]) if batch_id else ""


def _costs(store: Store, scope: Scope) -> tuple[dict[Any, float], ...]:
    """What the texts of each model, revision and batch cost, those that are not shown any more included."""
    costs: tuple[dict[Any, float], ...] = ({}, {}, {})
    for *keys, cost in store.rows(
        "SELECT model, recipe, batch_id, sum(cost_usd) FROM version"
        f" WHERE cost_usd IS NOT NULL AND {scope.within('layer_id')} GROUP BY 1, 2, 3"
    ):
        for key, known in zip(keys, costs, strict=True):
            known[key] = known.get(key, 0.0) + cost
    return costs
