"""Near-duplicate heads as SQL: which pairs there are, and what is in force for each; for filters and for who settles.

A pair is settled by what the log says of it (`settlement`). `distinct` holds for ever. That one copy was kept holds as
long as the other is rejected: who takes the other up again has two copies again. Two copies that were both rejected
for a third need no word of their own.
"""

from __future__ import annotations

DEFAULT_THRESHOLD = 0.85
"""Where the setting `dedupe.threshold` is not set."""

THRESHOLD = (
    f"(SELECT least_score(coalesce((SELECT value FROM setting WHERE key = 'dedupe.threshold'), '{DEFAULT_THRESHOLD}')))"
)
"""`least_score` of the threshold that is in force; a connection has that function. (The setting is text, and SQLite's
own CAST to REAL is off by a last bit now and then: a pair that meets the threshold exactly would be lost.)"""


def _pairs(join: str) -> str:
    return (
        f"resemblance r {join} layer a ON a.head_id = r.a_id {join} layer b ON b.head_id = r.b_id"
        " LEFT JOIN settlement s ON s.a_id = min(a.id, b.id) AND s.b_id = max(a.id, b.id)"
    )


PAIRS = _pairs("JOIN")
ALL_PAIRS = _pairs("CROSS JOIN")
"""The same for who asks of any or of all: SQLite is to go through the pairs, and not through a million layers."""

_SWEPT = "EXISTS (SELECT 1 FROM settlement o WHERE (o.a_id = {0}.id OR o.b_id = {0}.id) AND o.state <> 'distinct')"

STATE = (
    "CASE WHEN s.state = 'distinct' THEN s.state"
    " WHEN a.status <> 'rejected' AND b.status <> 'rejected' THEN 'open'"
    " WHEN s.state IS NOT NULL THEN s.state"
    f" WHEN a.status = b.status AND {_SWEPT.format('a')} AND {_SWEPT.format('b')} THEN 'kept'"
    " ELSE 'open' END"
)
"""Of one of PAIRS: open, distinct, kept or merged."""

UNDECIDED = f"({STATE}) = 'open' AND (a.status = 'pending' OR b.status = 'pending' OR a.status = b.status)" \
    " AND NOT (a.status = 'rejected' AND b.status = 'rejected')"  # fmt: skip
"""Of an open one of PAIRS: whether there is anything left to decide. There is not where one copy is rejected and the
other has been decided on too."""


def least_score(threshold: float) -> float:
    """The least stored score of a pair that reaches a threshold from 0.5 on.

    A pair reaches it when `ratio >= 100 * threshold`, and stored is `ratio / 100`, each rounded to a double; this is
    the right side treated like the left one. Division by 100 keeps the order of doubles, and tells any two ratios
    apart: rapidfuzz computes `100 * (1 - d)`, where 1 − d from 0.5 to 1 is a multiple of 2^-53, so that ratios are more
    than 1.1e-14 apart, and 1.1e-16 after the division, which is the distance of doubles there. So `score >=
    least_score(threshold)` and the comparison of ratios say the same.
    """
    return 100 * threshold / 100
