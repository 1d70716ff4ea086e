"""Two sides, training and validation, without leakage: documents that share a text go to one side together.

Documents hang together when one holds a copy of the other's paragraph or of its layer of the same kind (as near-
duplicates are compared: case, white space and item numbers aside), or when two of their layers are near-duplicates.
What hangs together is never divided.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from hashlib import blake2b

import numpy as np

from unpack_core.duplicates import threshold
from unpack_core.export.rows import Bare, Rows
from unpack_core.export.surfaces import chosen
from unpack_core.likeness import least_score
from unpack_core.neardup import normalize
from unpack_core.store import Store

_WHOLE = 1 << 62


def held_out(rows: Rows, share: float, seed: int, groups: Iterable[Collection[int]] = ()) -> frozenset[int]:
    """The documents (ids) of the validation side: as near to the share of layers as whole groups allow.

    `groups` are layer ids that must not be divided; those that are not exported do not count. Neither side is empty
    unless everything hangs together, when nothing is held out. The same rows and seed give the same sides.
    """
    together = [tuple(group) for group in groups]
    asked = {layer_id for group in together for layer_id in group}
    document_of: dict[int, int] = {}
    weights: dict[int, int] = {}
    names: dict[int, str] = {}
    digests, owners = array("q"), array("q")
    for passage in rows.passages(Bare.EVERY):
        document = passage.document_id
        names.setdefault(document, passage.uri)
        weights[document] = weights.get(document, 0) + len(passage.pieces)
        digests.append(_digest("", passage.text))
        owners.append(document)
        for piece in passage.pieces:
            digests.append(_digest(piece.kind, piece.text))
            owners.append(document)
            if piece.id in asked:
                document_of[piece.id] = document
    forest = _Forest(weights)
    _join_copies(forest, digests, owners)
    for group in together:
        documents = [document_of[layer_id] for layer_id in group if layer_id in document_of]
        for document in documents[1:]:
            forest.join(documents[0], document)
    return _drawn(forest, weights, names, share, seed)


def found_near_duplicates(store: Store) -> Iterable[tuple[int, int]]:
    """Pairs of layers whose versions were found to resemble each other, at the database's threshold."""
    return store.rows(
        "SELECT DISTINCT a.layer_id, b.layer_id FROM resemblance r JOIN version a ON a.id = r.a_id"
        " JOIN version b ON b.id = r.b_id WHERE r.score >= ? AND a.layer_id <> b.layer_id",
        (least_score(threshold(store)),),
    )


class _Forest:
    """Documents and which of them hang together."""

    def __init__(self, members: Iterable[int]) -> None:
        self._above = {member: member for member in members}

    def root(self, member: int) -> int:
        while (above := self._above[member]) != member:
            self._above[member] = self._above[above]
            member = above
        return member

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._above[high] = low

    def groups(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for member in self._above:
            found.setdefault(self.root(member), []).append(member)
        return found


def _join_copies(forest: _Forest, digests: array[int], owners: array[int]) -> None:
    """Join the documents that hold the same text; sixteen bytes a text, however many there are."""
    if not digests:
        return
    texts, documents = np.frombuffer(digests, np.int64), np.frombuffer(owners, np.int64)
    order = np.argsort(texts, kind="stable")
    same = np.flatnonzero(texts[order][1:] == texts[order][:-1])
    for first, second in zip(documents[order][same].tolist(), documents[order][same + 1].tolist(), strict=True):
        forest.join(first, second)


def _drawn(forest: _Forest, weights: dict[int, int], names: dict[int, str], share: float, seed: int) -> frozenset[int]:
    """Groups in an order that the seed and the documents' names give, each held out if that comes nearer the share."""
    groups = forest.groups()
    if len(groups) < 2:
        return frozenset()
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    weight = {root: sum(weights[member] for member in members) for root, members in groups.items()}
    name = {root: min(names[member] for member in members) for root, members in groups.items()}
    order = sorted(groups, key=lambda root: (chosen(seed, name[root], _WHOLE, "split"), name[root]))
    total = sum(weight.values())
    wanted, taken, held = share * total, 0, set[int]()
    for root in order:
        nearer = abs(taken + weight[root] - wanted) < abs(taken - wanted)
        if nearer and len(held) + 1 < len(groups):
            held.add(root)
            taken += weight[root]
    if not held:
        held.add(min(order, key=lambda root: (weight[root] or total, order.index(root))))
    return frozenset(member for root in held for member in groups[root])


def _digest(kind: str, text: str) -> int:
    """64 bits of what is compared; of two texts in a million million pairs one may be taken for a copy: no harm."""
    data = f"{kind}\0{normalize(text)}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)
