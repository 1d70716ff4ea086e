"""One text: how it is compared, and what of it is kept beside it so that most comparisons need no more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import chain, cycle, islice

import numpy as np
from numpy.typing import NDArray

BUCKETS = 64
"""Letters are told apart by the bucket they fall into, a number below this: the commoner, the lower."""

Class = tuple[int, int]
"""Buckets from one up to another."""

CLASSES = ((28, 64), (21, 28), (13, 21), (5, 13))
"""The buckets in classes from rare to common letters. The five commonest letters of a language are in none."""

CLASSES_AT_HAND = ((31, 64), (22, 31), (13, 22), (5, 13))
"""Classes for texts that are all in memory: the first leaves more and costs half, and nothing has to be looked up."""

REVISION = f"letters-4/unicode-{unicodedata.unidata_version}"
"""Names how texts are normalised and what is in a signature. One stored under another revision must be made anew."""

_ITEM_NUMBER = re.compile(r"^\s*\(\d+\)", re.MULTILINE)


def normalize(text: str) -> str:
    """The text as it is compared: NFKC, case folded, the item number `(n)` of each line dropped, white space collapsed.

    In this order, so that `⑴` and `（１）` are item numbers too. Total: any str will do. Not idempotent, and nothing
    here applies it twice: case folding may leave a letter decomposed that NFKC would compose, and a second number on
    a line is part of the text, where a second pass would take it for the line's own.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    if "(" in folded:  # most texts have no number, and looking for one line by line takes a quarter of all the time
        folded = _ITEM_NUMBER.sub("", folded)
    if folded.isprintable() and "  " not in folded:  # all its white space is single spaces
        return folded.strip()
    return " ".join(folded.split())


_COMMON = " etaoinsrhldcu", "оеаинтсрвлкмдп"
_RARE = "mfpgwybvk,.-'x()\":;jqz?!/[]“”—_>=", "уяыьгзбчйхжюшцщэфъ"
"""Latin and Cyrillic small letters and the marks of prose, from the commonest."""


def _letter_buckets() -> NDArray[np.uint8]:
    """Which of 64 buckets a code point of the Basic Multilingual Plane falls into.

    Any choice is a bound; the fewer letters of a text share a bucket, the tighter. The common ones of Latin and
    Cyrillic get one each, by turns; the rare ones share those of the rarest class across the two, for few texts have
    both; other code points get the one that their number gives, so that neighbours never collide.
    """
    buckets = (np.arange(0x10000) % BUCKETS).astype(np.uint8)
    common = "".join(chain(*zip(*_COMMON, strict=True)))
    for first, letters in ((0, common), *((len(common), rare) for rare in _RARE)):
        buckets[list(map(ord, letters))] = np.arange(first, first + len(letters))
    return buckets


_BUCKET = _letter_buckets()
_BUCKET_OF_ASCII = _BUCKET[:256].tobytes()


def ranks(normalized: str) -> bytes:
    """A normalised text with each letter as the number of its bucket: what rapidfuzz looks up in a table.

    Equal letters stay equal, so a common subsequence stays one: LCS of ranks >= LCS of texts, in any script.
    """
    if normalized.isascii():
        return normalized.encode().translate(_BUCKET_OF_ASCII)
    code_points = np.frombuffer(normalized.encode("utf-32-le", "surrogatepass"), np.uint32)
    ranked = bytearray(len(normalized))  # numpy's own array it would keep, seven of each length up to 1,023
    _BUCKET.take(code_points, out=np.frombuffer(ranked, np.uint8), mode="wrap")
    return bytes(ranked)


_BUT = {
    (low, high): bytes(bucket for bucket in range(BUCKETS) if not low <= bucket < high)
    for low, high in (*CLASSES, *CLASSES_AT_HAND)
}
"""The buckets that are not in each class."""


def _digits() -> bytes:
    """A table from the buckets of the rarest class to 15 digits, forth and back, so that the rarest share the digits
    of those that are least common among the others."""
    low, high = CLASSES[0]
    forth_and_back = cycle("0123456789abcdeedcba9876543210")
    return bytes(low) + "".join(islice(forth_and_back, high - low)).encode() + bytes(256 - high)


_DIGITS = {CLASSES[0]: _digits()}
_NO_DIGIT = "f"


def of_class(ranked: bytes, chosen: Class) -> bytes:
    """Of the ranks of a text those in a class, in their order; those of the first of `CLASSES` as hexadecimal digits,
    so that two go into a byte. Equal letters stay equal there too."""
    return ranked.translate(_DIGITS.get(chosen), _BUT[chosen])


def count(ranked: bytes, lengths: Sequence[int]) -> NDArray[np.uint8]:
    """How many letters of each of a few texts, whose ranks stand one after the other, fall into each of 64 buckets, 255
    standing for 255 or more; shape (n, 64)."""
    places = np.repeat(np.arange(0, len(lengths) * BUCKETS, BUCKETS), lengths)
    places += np.frombuffer(ranked, np.uint8)
    counts = np.bincount(places, minlength=len(lengths) * BUCKETS).reshape(-1, BUCKETS)
    return np.minimum(counts, 255).astype(np.uint8)


_BETWEEN = b"\xff"
"""Neither two digits nor a rank."""


def signature(normalized: str) -> bytes:
    """What is kept of a normalised text: its 64 counts, a byte each; the letters of the rarest class, two a byte; and
    those of the next class."""
    ranked = ranks(normalized)
    rarest = of_class(ranked, CLASSES[0]).decode()
    packed = bytes.fromhex(rarest + _NO_DIGIT * (len(rarest) % 2))
    return b"".join((count(ranked, [len(ranked)]).tobytes(), packed, _BETWEEN, of_class(ranked, CLASSES[1])))


def rarest_packed(signature: bytes) -> bytes:
    """The letters of the rarest class in a signature: `hex` of it gives them as `of_class` does."""
    return signature[BUCKETS : signature.index(_BETWEEN, BUCKETS)]


def next_letters(signature: bytes) -> bytes:
    """The letters of class 1 in a signature."""
    return signature[signature.index(_BETWEEN, BUCKETS) + 1 :]
