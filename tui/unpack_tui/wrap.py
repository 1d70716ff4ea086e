"""Where lines break: between words, and between the characters of scripts that do not put spaces between words.

Textual breaks at white space alone, so that a Chinese sentence behind a Latin word would be pushed to the next line.
"""

from __future__ import annotations

import re
from functools import cache

from rich.cells import cell_len

_IDEOGRAPH = "\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6"
_CLOSES = "、。，．：；！？」』）】〉》〕］｝”’»"
_OPENS = "「『（【〈《〔［｛“‘«"
_WORDS = re.compile(r"\S+\s*|\s+")


def has_ideographs(text: str) -> bool:
    """Whether a text has characters between which a line may break."""
    return max(text, default="") >= _IDEOGRAPH[0] and _ideograph().search(text) is not None


@cache
def _ideograph() -> re.Pattern[str]:
    return re.compile(f"[{_IDEOGRAPH}]")


@cache
def _words_and_ideographs() -> re.Pattern[str]:
    """What must stay on one line: a word with what clings to it, or one ideograph with its punctuation.

    Compiled where there are ideographs: Python takes ten milliseconds for so many ranges.
    """
    return re.compile(
        rf"[{_OPENS}]*[{_IDEOGRAPH}][{_CLOSES}\u0300-\u036f\ufe00-\ufe0f]*\s*|[^\s{_IDEOGRAPH}]+[{_CLOSES}]*\s*|\s+"
    )


def line_starts(text: str, width: int) -> list[int]:
    """The positions (code points) at which the lines of one paragraph begin, the first at 0; `width` is in cells.

    White space at the end of a line may hang over. A piece that is wider than a line is cut where the line ends.
    """
    starts, used = [0], 0
    pieces = _words_and_ideographs() if has_ideographs(text) else _WORDS
    for piece in pieces.finditer(text):
        start, words = piece.start(), piece[0]
        size = cell_len(words.rstrip())
        if used and used + size > width:
            starts.append(start)
            used = 0
        if size > width:
            starts.extend(start + cut for cut in _cuts(words, width - used))
            used = cell_len(words[starts[-1] - start :]) if starts[-1] > start else used + cell_len(words)
        else:
            used += cell_len(words)
    return starts


def _cuts(words: str, width: int) -> list[int]:
    """Where a piece that is too wide is cut so that each part has at most `width` cells."""
    cuts, used = [], 0
    for n, character in enumerate(words):
        size = cell_len(character)
        if used and used + size > width:
            cuts.append(n)
            used = 0
        used += size
    return cuts
