"""What differs between two texts, word by word, in any script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from unpack_core.model import Span

# A word; else one character, so that scripts without spaces are compared character by character.
_TOKENS = re.compile(r"[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the old text and what stands for it in the new one; one of the two may be empty."""

    same: bool
    old: Span
    new: Span


def compare(old: str, new: str) -> list[Piece]:
    """The two texts as stretches that are the same and stretches that are not, in order, all of both."""
    from rapidfuzz.distance import Indel  # with all its measures: the review opens without it

    before, after = _tokens(old), _tokens(new)
    opcodes = Indel.opcodes([word for _, word in before], [word for _, word in after])
    old_ends = [start for start, _ in before] + [len(old)]
    new_ends = [start for start, _ in after] + [len(new)]
    pieces = list(
        _joined(
            Piece(
                code.tag == "equal",
                Span(old_ends[code.src_start], old_ends[code.src_end]),
                Span(new_ends[code.dest_start], new_ends[code.dest_end]),
            )
            for code in opcodes
        )
    )
    return list(_joined(_rewritten(old, pieces)))


def _tokens(text: str) -> list[tuple[int, str]]:
    return [(found.start(), found[0]) for found in _TOKENS.finditer(text)]


def _rewritten(old: str, pieces: list[Piece]) -> Iterator[Piece]:
    """Where words on both sides of a space or a comma were replaced, that was too: else two texts would be plaited."""
    for n, piece in enumerate(pieces):
        between = 0 < n < len(pieces) - 1 and _replaced(pieces[n - 1]) and _replaced(pieces[n + 1])
        words = old[piece.old.start : piece.old.end]
        shared = piece.same and not (between and "\n" not in words and not any(map(str.isalnum, words)))
        yield Piece(shared, piece.old, piece.new)


def _replaced(piece: Piece) -> bool:
    return not piece.same and piece.old.start < piece.old.end and piece.new.start < piece.new.end


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours that differ become one: a replaced word is one change, not a deletion and an insertion."""
    last: Piece | None = None
    for piece in pieces:
        if last and last.same == piece.same:
            last = Piece(piece.same, Span(last.old.start, piece.old.end), Span(last.new.start, piece.new.end))
        else:
            if last:
                yield last
            last = piece
    if last:
        yield last
