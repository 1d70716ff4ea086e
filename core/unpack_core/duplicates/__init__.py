"""Near-duplicates in the database: found once, looked up in an instant, settled as steps of the log."""

from unpack_core.duplicates.comparing import catch_up, compare_now, forget, to_compare
from unpack_core.duplicates.groups import Copy, Group, group, open_groups
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
    "Copy",
    "Group",
    "Pair",
    "Rejected",
    "any_open",
    "catch_up",
    "compare_now",
    "counts",
    "forget",
    "group",
    "keep",
    "keep_all",
    "keep_both",
    "likest_reject",
    "merge",
    "open_groups",
    "pairs",
    "resembled_rejects",
    "resembles",
    "set_threshold",
    "threshold",
    "to_compare",
    "unsettled",
]
