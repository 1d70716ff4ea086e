"""How far the work is, as plain numbers: the object that `stats --json` prints."""

from __future__ import annotations

from typing import Any, TypedDict

from unpack_core import checks
from unpack_core.duplicates import counts, to_compare
from unpack_core.spending import spent
from unpack_core.store import Store


class Counts(TypedDict):
    total: int
    pending: int
    accepted: int
    rejected: int
    flagged: int


class Group(TypedDict):
    """Decisions within one kind, model or batch."""

    name: str
    pending: int
    accepted: int
    rejected: int


class Stats(TypedDict):
    documents: int
    paragraphs: int
    layers: Counts
    tags: dict[str, int]
    duplicates: dict[str, int]
    """`open` and `settled` pairs of layers."""
    to_compare: int
    """Texts that have not been compared with the others yet."""
    findings: dict[str, int]
    """Pending layers by what was found in them."""
    unmade: dict[str, int]
    """Paragraphs whose layers a model did not bring, by the reason."""
    cost_usd: float
    decisions: int
    edits: int
    drafts: int
    kinds: list[Group]
    models: list[Group]
    batches: list[Group]


_UNMADE = (
    "SELECT reason, count(DISTINCT r.paragraph_id) FROM request r"
    " WHERE r.state IN ('failed', 'refused') AND r.layer_id IS NULL AND EXISTS (SELECT 1 FROM json_each(r.kinds) k"
    "  WHERE NOT EXISTS (SELECT 1 FROM layer l WHERE l.paragraph_id = r.paragraph_id AND l.kind = k.value))"
    " GROUP BY reason ORDER BY 2 DESC, 1"
)
_STATES = "count(*), sum(l.status = 'pending'), sum(l.status = 'accepted'), sum(l.status = 'rejected')"


def collect(store: Store) -> Stats:
    """Count everything once."""
    total, pending, accepted, rejected, flagged = store.one(f"SELECT {_STATES}, sum(l.flagged) FROM layer l")
    return {
        "documents": _count(store, "SELECT count(*) FROM document"),
        "paragraphs": _count(store, "SELECT count(*) FROM paragraph"),
        "layers": {
            "total": total,
            "pending": pending or 0,
            "accepted": accepted or 0,
            "rejected": rejected or 0,
            "flagged": flagged or 0,
        },
        "tags": dict(
            store.rows(
                "SELECT t.name, count(lt.layer_id) FROM tag t JOIN layer_tag lt ON lt.tag_id = t.id"
                " GROUP BY t.id ORDER BY t.id"
            ).fetchall()
        ),
        "duplicates": dict(zip(("open", "settled"), counts(store), strict=True)),
        "to_compare": to_compare(store),
        "findings": checks.counts(store),
        "unmade": dict(store.rows(_UNMADE).fetchall()),
        "cost_usd": spent(store),
        "decisions": _count(store, "SELECT count(*) FROM event WHERE action = 'decide'"),
        "edits": _count(store, "SELECT count(*) FROM event WHERE action = 'edit'"),
        "drafts": _count(store, "SELECT count(*) FROM draft"),
        "kinds": _groups(store, "l.kind", ""),
        "models": _groups(store, "v.model", "JOIN version v ON v.id = l.head_id"),
        "batches": _groups(
            store,
            "b.id || ' ' || b.source",
            "JOIN version v ON v.id = l.head_id JOIN batch b ON b.id = v.batch_id",
        ),
    }


def _count(store: Store, sql: str) -> int:
    return int(store.one(sql)[0])


def _groups(store: Store, name: str, join: str) -> list[Group]:
    rows: Any = store.rows(f"SELECT {name}, {_STATES} FROM layer l {join} GROUP BY 1 ORDER BY min(l.id)")
    return [
        {"name": label, "pending": pending, "accepted": accepted, "rejected": rejected}
        for label, _, pending, accepted, rejected in rows
    ]
