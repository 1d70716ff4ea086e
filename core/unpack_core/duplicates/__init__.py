"""Near-duplicates in the database: found once, looked up in an instant, settled as steps of the log.

What is alike in more than pairs is in `groups`, which the review does not wait for.
"""

from unpack_core.duplicates.comparing import catch_up, compare_now, forget, to_compare
from unpack_core.duplicates.known import Memory
from unpack_core.duplicates.pairs import (
    Pair,
    Rejected,
    any_open,
    counts,
    likest_reject,
    pairs,
    resembled_rejects,
    resembles,
    set_threshold,
    threshold,
    unsettled,
)
from unpack_core.duplicates.settling import keep, keep_all, keep_both, merge

__all__ = [
    "Memory",
    "Pair",
    "Rejected",
    "any_open",
    "catch_up",
    "compare_now",
    "counts",
    "forget",
    "keep",
    "keep_all",
    "keep_both",
    "likest_reject",
    "merge",
    "pairs",
    "resembled_rejects",
    "resembles",
    "set_threshold",
    "threshold",
    "to_compare",
    "unsettled",
]
