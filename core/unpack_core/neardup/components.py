"""What hangs together by pairs, such as near-duplicates."""

from __future__ import annotations

from collections.abc import Iterable


def groups(pairs: Iterable[tuple[int, int, *tuple[object, ...]]]) -> list[list[int]]:
    """The connected components of the pairs, each sorted, in the order of their least members.

    What a pair says beyond its two members, as a score, is no matter; one of a member with itself brings it in. A group
    says that a chain of near-duplicates joins its members, not that each resembles each: the ends of a chain
    may have little in common.
    """
    parent: dict[int, int] = {}

    def root(member: int) -> int:
        while (above := parent.setdefault(member, member)) != member:
            parent[member] = parent[above]  # every walk halves the way of the next
            member = above
        return member

    for first, second, *_ in pairs:
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    members: dict[int, list[int]] = {}
    for member in sorted(parent):
        members.setdefault(root(member), []).append(member)
    return list(members.values())
