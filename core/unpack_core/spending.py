"""What generation has cost, as far as prices were known."""

from __future__ import annotations

from unpack_core.database import DatabaseFile


def spent(store: DatabaseFile) -> float:
    """USD: of what was asked here, answers that came to nothing included, and what imported batches say they cost."""
    ours, theirs = store.one(
        "SELECT (SELECT total(cost_usd) FROM answer), (SELECT total(cost_usd) FROM version WHERE request_id IS NULL)"
    )
    return float(ours + theirs)
