"""One text: how it is compared, and the letter counts that are kept beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

BUCKETS = 64
"""Length of a signature in bytes."""

REVISION = f"letters-1/unicode-{unicodedata.unidata_version}"
"""Names how texts are normalised and counted. A signature stored under another revision must be made anew."""

_ITEM_NUMBER = re.compile(r"^\s*\(\d+\)", re.MULTILINE)


def normalize(text: str) -> str:
    """The text as it is compared: NFKC, case folded, the item number `(n)` of each line dropped, white space collapsed.

    In this order, so that `⑴` and `（１）` are item numbers too. Total: any str will do. Not idempotent, and nothing
    here applies it twice: case folding may leave a letter decomposed that NFKC would compose, and a second number on
    a line is part of the text, where a second pass would take it for the line's own.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_ITEM_NUMBER.sub("", folded).split())


def _letter_buckets() -> NDArray[np.uint8]:
    """Which of 64 buckets a code point of the Basic Multilingual Plane is counted in.

    Any choice is a bound; the fewer common letters share a bucket, the tighter. Latin and Cyrillic small letters and
    the space get one each, other code points the one that their number gives, so that neighbours never collide.
    """
    buckets = (np.arange(0x10000) % BUCKETS).astype(np.uint8)
    own = " abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюя"
    buckets[[ord(letter) for letter in own]] = np.arange(len(own))
    return buckets


_BUCKET = _letter_buckets()


def signature(normalized: str) -> bytes:
    """How many letters of a normalised text fall into each of 64 buckets: a byte each, 255 standing for 255 or more."""
    code_points = np.frombuffer(normalized.encode("utf-32-le", "surrogatepass"), np.uint32)
    counts = np.bincount(_BUCKET[code_points & 0xFFFF], minlength=BUCKETS)
    return np.minimum(counts, 255).astype(np.uint8).tobytes()


def narrow(texts: Sequence[str]) -> list[str]:
    """Normalised texts with their letters drawn together into 256, so that rapidfuzz can look them up in a table.

    Equal letters stay equal, so a common subsequence stays one: LCS of narrow texts >= LCS of the texts, which makes it
    a bound for any script. ASCII stands as it is and Cyrillic keeps its letters apart; rarer scripts share some. All
    texts are drawn together at once, because most of the price is that of a call.
    """
    code_points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    letters = (code_points & 127).astype(np.uint8)
    letters[code_points > 127] |= 128
    joined = letters.tobytes().decode("latin-1")
    ends = list(accumulate(map(len, texts), initial=0))
    return [joined[start:end] for start, end in pairwise(ends)]
