"""Where a source holds the words that a layer quotes: exactly, else with other typography, else nearly.

A quotation is located by position and words, as the Web Annotation Data Model has it (W3C, 2017, 4.2.4 and 4.2.5).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TypedDict

from unpack_core.model import Span
from unpack_core.notation import Item, parse

CUTOFF = 85.0
"""The least likeness, of 100, at which words count as quoted: a letter in seven may differ.

The likeness is `fuzz.partial_ratio`, or `fuzz.ratio` with the whole words that the alignment fell on if that is more.
"""
NEARLY_FROM = 8
"""Quotations of fewer letters must stand in the source as they are, typography aside: short words resemble much."""
_WORTH_A_LOOK = 70.0
"""The least `partial_ratio` of an alignment whose ends may yet be moved: it cannot leave out or take in words."""
_NEAR = 12
"""How far the ends of an alignment are moved, in letters: a word or two."""


@dataclass(frozen=True, slots=True)
class Grounding:
    """Where a quotation stands."""

    span: Span
    """Code points of the source; never empty, never outside."""
    exact: bool
    """Whether the source holds it letter by letter."""
    score: float
    """0 to 100; 100 too where only white space, marks, dashes or case differ."""


class PositionSelector(TypedDict):
    type: str
    start: int
    end: int


class QuoteSelector(TypedDict):
    type: str
    exact: str
    prefix: str
    suffix: str


class Selectors(TypedDict):
    """The `selector` of a Web Annotation's target."""

    selector: list[PositionSelector | QuoteSelector]


def ground(layer_text: str, source: str) -> tuple[tuple[Item, Grounding | None], ...]:
    """Every item of a layer with the place of its quotation: None where it has none and where none was found."""
    return tuple((item, locate(item.quote, source) if item.quote else None) for item in parse(layer_text))


def occurrences(quote: str, source: str) -> tuple[Span, ...]:
    """Where the source holds the quote letter by letter, in order, not overlapping."""
    if not quote:
        return ()
    return tuple(Span(found.start(), found.end()) for found in re.finditer(re.escape(quote), source))


def locate(quote: str, source: str) -> Grounding | None:
    """The place of a quote in a source, None if it is not there.

    Of several exact places the first that is made of whole words, else the first. Then without regard to white space,
    case, accents (ё is е) and the shapes of quotation marks and dashes, to punctuation at the quote's ends and to what
    it leaves out by an ellipsis. Then the best alignment that scores at least `CUTOFF`, in whole words.
    """
    quote = quote.strip()
    if not quote:
        return None
    places = occurrences(quote, source)
    if places:
        return Grounding(next((place for place in places if _is_whole(place, source)), places[0]), True, 100.0)
    folded, offsets = _folded(source)
    wanted = _folded(quote)[0].strip(_EDGES)
    if not wanted or not folded:
        return None
    found = _alike(wanted, folded)
    if found:
        return Grounding(_original(found, offsets, source), False, 100.0)
    return _nearly(wanted, folded, offsets, source)


def selectors(span: Span, source: str, context: int = 32) -> Selectors:
    """A span as the two selectors that exports carry, to be merged into a target; `context` in code points a side."""
    return {
        "selector": [
            {"type": "TextPositionSelector", "start": span.start, "end": span.end},
            {
                "type": "TextQuoteSelector",
                "exact": source[span.start : span.end],
                "prefix": source[max(0, span.start - context) : span.start],
                "suffix": source[span.end : span.end + context],
            },
        ]
    }


# --- with other typography -------------------------------------------------------------------------------------

_EDGES = " \"'.,;:!?-…"
_ELLIPSIS = re.compile(r" ?[\[(]?(?:…|\.\.\.)[\])]? ?")
_SHAPES = dict.fromkeys("“”„‟«»″「」『』", '"') | dict.fromkeys("‘’‚‛‹›′`´", "'") | dict.fromkeys("‐‑‒–—―−", "-")
_ACCENTS = re.compile("[\u0300-\u036f]")  # of Latin, Greek and Cyrillic; elsewhere marks are letters


@lru_cache(maxsize=4096)  # an alphabet or three
def _letters(character: str) -> str:
    """A character without regard to shape, case and accents: none, one or several characters."""
    if character.isspace():
        return " "
    if character == "…":  # compatibility would make it three full stops
        return character
    if character in "\u00ad\u200b\u200c\u200d\u2060\ufeff":  # they say where to break, not what is written
        return ""
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", _SHAPES.get(character, character)).casefold())


@lru_cache(maxsize=8)  # all quotations of a paragraph come together
def _folded(text: str) -> tuple[str, tuple[int, ...]]:
    """The text as it is compared, and for each of its characters the one of the original that it came from."""
    pieces: list[str] = []
    offsets: list[int] = []
    last = ""
    for offset, character in enumerate(text):
        piece = _letters(character)
        if not piece or (piece == " " and last == " "):
            continue
        last = piece
        pieces.append(piece)
        offsets.extend([offset] * len(piece))
    return "".join(pieces), tuple(offsets)


def _alike(wanted: str, folded: str) -> tuple[int, int] | None:
    """Where the folded source holds the words, or their parts one after the other if an ellipsis divides them."""
    at = _word_index(wanted, folded)
    if at >= 0:
        return at, at + len(wanted)
    parts = [part for part in _ELLIPSIS.split(wanted) if part]
    if len(parts) < 2:
        return None
    start = end = -1
    for part in parts:
        at = folded.find(part, max(end, 0))
        if at < 0:
            return None
        start = at if start < 0 else start
        end = at + len(part)
    return start, end


def _word_index(wanted: str, folded: str) -> int:
    """The first place of whole words, else the first place, else -1."""
    first = at = folded.find(wanted)
    while at >= 0:
        if _is_whole(Span(at, at + len(wanted)), folded):
            return at
        at = folded.find(wanted, at + 1)
    return first


# --- nearly ----------------------------------------------------------------------------------------------------


def _nearly(wanted: str, folded: str, offsets: tuple[int, ...], source: str) -> Grounding | None:
    """The best alignment, its ends moved to where the words are most alike."""
    if len(wanted) < NEARLY_FROM:
        return None
    from rapidfuzz import fuzz  # most quotations are found exactly

    if len(wanted) > len(folded):  # partial_ratio would look for the source in the quote
        score = fuzz.ratio(wanted, folded, score_cutoff=CUTOFF)
        return Grounding(_original((0, len(folded)), offsets, source), False, score) if score else None
    best = fuzz.partial_ratio_alignment(wanted, folded, score_cutoff=_WORTH_A_LOOK)
    if best is None or best.dest_start >= best.dest_end:
        return None
    start, end = best.dest_start, best.dest_end
    start = max(_edges_near(start, folded), key=lambda at: fuzz.ratio(wanted, folded[at:end]))
    end = max(_edges_near(end, folded), key=lambda at: fuzz.ratio(wanted, folded[start:at]))
    stretch = folded[start:end]
    score = max(best.score, fuzz.ratio(wanted, stretch))
    start += len(stretch) - len(stretch.lstrip(_EDGES))
    end = start + len(stretch.strip(_EDGES))
    if score < CUTOFF or start >= end:
        return None
    return Grounding(_original((start, end), offsets, source), False, score)


def _edges_near(at: int, folded: str) -> list[int]:
    """Where words begin or end near a place, or the place itself where no spaces divide the words.

    An alignment is as long as what was looked for, so its ends are off by as many letters as the words differ.
    """
    low, high = max(0, at - _NEAR), min(len(folded), at + _NEAR)
    edges = [place for place in range(low, high + 1) if not _inside(folded, place)]
    return edges or [at]


def _original(found: tuple[int, int], offsets: tuple[int, ...], source: str) -> Span:
    """A stretch of the folded text in the original, with the accents that belong to its last letter."""
    start, end = offsets[found[0]], offsets[found[1] - 1] + 1
    while end < len(source) and unicodedata.combining(source[end]):
        end += 1
    return Span(start, end)


# Scripts that write words without spaces between them: there every place may be the edge of a word.
_UNSPACED = (
    (0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0xA4CF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip


@lru_cache(maxsize=4096)
def _in_a_word(character: str) -> bool:
    return character.isalnum() and not any(first <= ord(character) <= last for first, last in _UNSPACED)


def _inside(text: str, at: int) -> bool:
    """Whether a word goes on from before `at` to after it."""
    return 0 < at < len(text) and _in_a_word(text[at - 1]) and _in_a_word(text[at])


def _is_whole(span: Span, text: str) -> bool:
    return not _inside(text, span.start) and not _inside(text, span.end)
