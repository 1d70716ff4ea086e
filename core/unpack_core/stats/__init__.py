"""How far the work is, how it goes and how far to trust it, as plain numbers: the object that `stats --json` prints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

from unpack_core import recheck
from unpack_core.duplicates import counts, to_compare
from unpack_core.filter import compiled
from unpack_core.joins import LAYERS
from unpack_core.judgements import preference_counts
from unpack_core.spending import spent
from unpack_core.stats.certainty import agreement
from unpack_core.stats.groups import Documents, Group, Groups, Scope, groups
from unpack_core.stats.pace import Pace, pace
from unpack_core.store import Store

__all__ = ["Agreed", "Counts", "Documents", "Group", "Pace", "Rechecked", "Stats", "collect", "count_layers"]


class Counts(TypedDict):
    total: int
    pending: int
    accepted: int
    rejected: int
    flagged: int


class Agreed(TypedDict):
    """How the curator agrees with themselves; `kappa`, `low` and `high` are None where `why_not` says why."""

    name: str
    n: int
    agreed: int
    kappa: float | None
    low: float | None
    high: float | None
    why_not: str


class Rechecked(TypedDict):
    """Decisions that were asked for again."""

    open: int
    all: Agreed
    kinds: list[Agreed]


class Stats(Groups):
    """What a filter narrows is counted of the layers that it finds; the rest is of the whole file."""

    where: str
    """The filter; "" for everything."""
    documents: int
    paragraphs: int
    layers: Counts
    tags: dict[str, int]
    findings: dict[str, int]
    """Pending layers by what was found in them."""
    decisions: int
    edits: int
    drafts: int
    cost_usd: float
    cost_per_accepted_usd: float | None
    pace: Pace
    """The session is that of the whole file; what is left is what the filter finds."""
    recheck: Rechecked
    duplicates: dict[str, int]
    """`open` and `settled` pairs of layers, of the whole file."""
    to_compare: int
    """Texts that have not been compared with the others yet, of the whole file."""
    unmade: dict[str, int]
    """Paragraphs whose layers a model did not bring, by the reason, of the whole file."""
    preference_pairs: int
    """How many pairs `export preference` would write, of the whole file."""


_UNMADE = (
    "SELECT reason, count(DISTINCT r.paragraph_id) FROM request r"
    " WHERE r.state IN ('failed', 'refused') AND r.layer_id IS NULL AND EXISTS (SELECT 1 FROM json_each(r.kinds) k"
    "  WHERE NOT EXISTS (SELECT 1 FROM layer l WHERE l.paragraph_id = r.paragraph_id AND l.kind = k.value))"
    " GROUP BY reason ORDER BY 2 DESC, 1"
)


def collect(store: Store, where: str = "") -> Stats:
    """Count everything, of one moment. Raises FilterError for a filter with a word that means nothing."""
    with store.one_moment(), _scope(store, where) as scope:
        layers = count_layers(store, scope)
        if scope.ids:
            documents, paragraphs = store.one(
                f"SELECT count(DISTINCT l.rank >> 32), count(DISTINCT l.paragraph_id) FROM {scope.layers}"
            )
        else:  # those without layers too
            paragraphs = _count(store, "SELECT count(*) FROM paragraph")
            documents = _count(store, "SELECT count(*) FROM document")
        cost = _cost(store, scope)
        return {
            "where": where.strip(),
            "documents": documents,
            "paragraphs": paragraphs,
            "layers": layers,
            "tags": _pairs(
                store,
                "SELECT t.name, count(lt.layer_id) FROM tag t JOIN layer_tag lt ON lt.tag_id = t.id"
                f" WHERE {scope.within('lt.layer_id')} GROUP BY t.id ORDER BY t.id",
            ),
            "duplicates": dict(zip(("open", "settled"), counts(store), strict=True)),
            "to_compare": to_compare(store),
            "findings": _findings(store, scope),
            "unmade": _pairs(store, _UNMADE),
            "cost_usd": cost,
            "cost_per_accepted_usd": cost / layers["accepted"] if layers["accepted"] and cost else None,
            "decisions": _events(store, scope, "decide"),
            "edits": _events(store, scope, "edit"),
            "drafts": _count(store, f"SELECT count(*) FROM draft WHERE {scope.within('layer_id')}"),
            "pace": pace(store, layers["pending"]),
            "recheck": _rechecked(store, scope),
            "preference_pairs": sum(preference_counts(store).values()),
            **groups(store, scope),
        }


def count_layers(store: Store, scope: Scope | None = None) -> Counts:
    """How many layers there are, and what was decided."""
    total, pending, accepted, rejected, flagged = store.one(
        "SELECT count(*), count(*) FILTER (WHERE l.status = 'pending'), count(*) FILTER (WHERE l.status = 'accepted'),"
        " count(*) FILTER (WHERE l.status = 'rejected'), count(*) FILTER (WHERE l.flagged)"
        f" FROM {(scope or Scope()).layers}"
    )
    return {"total": total, "pending": pending, "accepted": accepted, "rejected": rejected, "flagged": flagged}


@contextmanager
def _scope(store: Store, where: str) -> Iterator[Scope]:
    """What a filter finds, looked for once and held in a temporary table."""
    if not where.strip():
        yield Scope()
        return
    clause = compiled(store, where)
    store.rows("CREATE TABLE temp.counted (layer_id INTEGER PRIMARY KEY)")
    store.rows(f"INSERT INTO temp.counted SELECT l.id FROM {LAYERS} WHERE {clause.sql}", clause.parameters)
    try:
        yield Scope(
            "temp.counted n CROSS JOIN layer l ON l.id = n.layer_id",  # in this order: they may be few
            "SELECT layer_id FROM temp.counted",
        )
    finally:
        store.rows("DROP TABLE IF EXISTS temp.counted")


def _count(store: Store, sql: str) -> int:
    return int(store.one(sql)[0])


def _events(store: Store, scope: Scope, action: str) -> int:
    return _count(store, f"SELECT count(*) FROM event WHERE action = '{action}' AND {scope.within('layer_id')}")


def _pairs(store: Store, sql: str) -> dict[str, int]:
    return dict(store.rows(sql).fetchall())


def _cost(store: Store, scope: Scope) -> float:
    if not scope.ids:
        return spent(store)  # answers that came to nothing included
    return float(store.one(f"SELECT total(cost_usd) FROM version WHERE {scope.within('layer_id')}")[0])


def _findings(store: Store, scope: Scope) -> dict[str, int]:
    return _pairs(
        store,
        f"SELECT f.name, count(DISTINCT l.id) FROM {scope.layers} JOIN finding f ON f.version_id = l.head_id"
        " WHERE l.status = 'pending' GROUP BY f.name ORDER BY 2 DESC, 1",
    )


def _rechecked(store: Store, scope: Scope) -> Rechecked:
    tables = recheck.answers(store, scope.ids)
    both, lost, won, neither = (sum(column) for column in zip(*tables.values(), strict=True)) if tables else (0,) * 4
    return {
        "open": recheck.progress(store).open,
        "all": _agreed("", (both, lost, won, neither)),
        "kinds": [_agreed(kind, table) for kind, table in tables.items()],
    }


def _agreed(name: str, table: tuple[int, int, int, int]) -> Agreed:
    found = agreement(*table)
    return {
        "name": name,
        "n": found.n,
        "agreed": found.agreed,
        "kappa": found.kappa,
        "low": found.low,
        "high": found.high,
        "why_not": found.why_not,
    }
