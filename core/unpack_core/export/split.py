"""Two sides, training and validation, without leakage: documents that share a text go to one side together.

Documents hang together when one holds a copy of the other's paragraph or of its layer of the same kind (as near-
duplicates are compared: case, white space and item numbers aside), or when two of their layers are near-duplicates.
What hangs together is never divided.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import chain

import numpy as np

from unpack_core.duplicates import threshold
from unpack_core.export.rows import Bare, Rows
from unpack_core.export.surfaces import chosen
from unpack_core.likeness import least_score
from unpack_core.neardup import groups, normalize
from unpack_core.store import Store

_WHOLE = 1 << 62


def held_out(rows: Rows, share: float, seed: int, together: Iterable[tuple[int, int]] = ()) -> frozenset[int]:
    """The documents (ids) of the validation side: as near to the share of layers as whole groups allow.

    `together` are pairs of layers, by their ids, that must not be divided; those that are not exported do not count.
    Neither side is empty unless everything hangs together, when nothing is held out. The same rows and seed give the
    same sides.
    """
    together = list(together)
    asked = set(chain.from_iterable(together))
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
    alone = ((document, document) for document in weights)
    alike = (
        (document_of[one], document_of[other]) for one, other in together if one in document_of and other in document_of
    )
    return _drawn(groups(chain(alone, _copies(digests, owners), alike)), weights, names, share, seed)


def found_near_duplicates(store: Store) -> Iterable[tuple[int, int]]:
    """Pairs of layers whose versions were found to resemble each other, at the database's threshold."""
    return store.rows(
        "SELECT DISTINCT a.layer_id, b.layer_id FROM resemblance r JOIN version a ON a.id = r.a_id"
        " JOIN version b ON b.id = r.b_id WHERE r.score >= ? AND a.layer_id <> b.layer_id",
        (least_score(threshold(store)),),
    )


def _copies(digests: array[int], owners: array[int]) -> Iterator[tuple[int, int]]:
    """Pairs of documents that hold the same text; sixteen bytes a text, however many there are."""
    if not digests:
        return
    texts, documents = np.frombuffer(digests, np.int64), np.frombuffer(owners, np.int64)
    order = np.argsort(texts, kind="stable")
    same = np.flatnonzero(texts[order][1:] == texts[order][:-1])
    yield from zip(documents[order][same].tolist(), documents[order][same + 1].tolist(), strict=True)


def _drawn(
    together: list[list[int]], weights: dict[int, int], names: dict[int, str], share: float, seed: int
) -> frozenset[int]:
    """Groups in an order that the seed and the documents' names give, each held out if that comes nearer the share."""
    if len(together) < 2:
        return frozenset()
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    named = ((min(names[member] for member in members), members) for members in together)
    order = sorted(named, key=lambda group: (chosen(seed, group[0], _WHOLE, "split"), group[0]))
    weighed = [(sum(weights[member] for member in members), members) for _, members in order]
    total = sum(weights.values())
    wanted, taken = share * total, 0
    held: list[list[int]] = []
    for weight, members in weighed:
        nearer = abs(taken + weight - wanted) < abs(taken - wanted)
        if nearer and len(held) + 1 < len(together):
            held.append(members)
            taken += weight
    if not held:
        held.append(min(weighed, key=lambda group: group[0] or total)[1])
    return frozenset(chain.from_iterable(held))


def _digest(kind: str, text: str) -> int:
    """64 bits of what is compared; of two texts in a million million pairs one may be taken for a copy: no harm."""
    data = f"{kind}\0{normalize(text)}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)
