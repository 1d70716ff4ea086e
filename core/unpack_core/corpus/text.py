"""Plain text as paragraphs: split at blank lines, wrapped lines joined, lines that are lines kept.

Whether a line was wrapped is told by the word that follows: it would not have fitted any more. Width is measured on the
document's first lines. A block of short lines that were not wrapped is verse, or an address, and keeps its lines; list
items, speech after a dash, entries with an indent and headings on top of a block are paragraphs of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice, pairwise

from unpack_core.corpus.shape import (
    VERSE,
    Block,
    Line,
    fill,
    is_heading,
    is_over_entries,
    is_sentence,
    is_table,
    is_verse,
    is_wide,
    measured,
)

_SAMPLE = 400
"""Lines that tell how wide a document was wrapped."""
_LONGEST_BLOCK = 2000
"""Lines: a longer block is cut, so that a file without blank lines is not held whole."""
_WIDEST = 150
"""Nobody wraps wider: lines beyond are paragraphs, a line each."""
_MANY_LINES = 40
"""More lines than these without a blank one that were not wrapped are paragraphs, a line each."""

_SPACES = re.compile(r" {2,}| *\t\s*")
_TYPESET = re.compile(r"(?<=[^\W\d_])‐(?=\s*\Z)")
_WITHIN = re.compile(r"\w‐\w")
_RULE = re.compile(r"\s*([-=*_~#+·•—–])(?:\s*\1){2,}\s*\Z")
_QUOTED = re.compile(r"[ \t]*>[ \t]?")
_QUOTED_DEEPLY = re.compile(r"(?:[ \t]*>[ \t]?)+")
_DEEPEST = 20
"""Quotations in quotations that are told apart."""


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """The paragraphs of a text, in order, none of them empty. No word is lost but for the marks of e-mail quotation."""
    lines = iter(lines)
    first = list(islice(lines, _SAMPLE))
    width = _width(first)
    lines = chain(first, lines)
    if any(map(_TYPESET.search, first)) and not any(map(_WITHIN.search, first)):
        lines = _soft(lines)
    for block in _blocks(lines):
        yield from _split(block, width)


def _soft(lines: Iterable[str]) -> Iterator[str]:
    """Typesetters, man's among them, break words with U+2010: where words hold none within a line, it goes again."""
    before: str | None = None
    for line in lines:
        if before is not None:
            yield _TYPESET.sub("\u00ad", before) if line.lstrip()[:1].islower() else before
        before = line
    if before is not None:
        yield before


def joined(before: str, after: str) -> str:
    """Two lines as one. A hyphen at the end stays, since it may be the word's own; a soft one goes."""
    if before.endswith("\u00ad"):
        return before[:-1] + after
    hyphened = before[-1:] in "-‐" and before[-2:-1].isalpha() and after[:1].isalpha()
    without_space = hyphened or (is_wide(before[-1:]) and is_wide(after[:1]))
    return before + after if without_space else f"{before} {after}"


def _width(lines: list[str]) -> int:
    """The length that nine in ten lines keep to, of those that another follows; 0 where there are none."""
    lengths = sorted(
        length
        for line, following in pairwise(lines)
        if following.strip() and 0 < (length := len(line.expandtabs().rstrip())) <= _WIDEST
    )
    return lengths[-1 - len(lengths) // 10] if lengths else 0


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines between blank lines or rules; what is quoted with `>` apart from what is not."""
    block: list[str] = []
    for line in lines:
        blank = not line.strip() or bool(_RULE.match(line))
        if block and (blank or len(block) >= _LONGEST_BLOCK or _is_quoted(line) != _is_quoted(block[0])):
            yield block
            block = []
        if not blank:
            block.append(line)
    if block:
        yield block


def _is_quoted(line: str) -> bool:
    return bool(_QUOTED.match(line))


def _split(block: list[str], width: int, depth: int = 0) -> Iterator[str]:
    if _is_quoted(block[0]):
        marks = _QUOTED if depth < _DEEPEST else _QUOTED_DEEPLY
        for quoted in _blocks(marks.sub("", line, count=1) for line in block):
            yield from _split(quoted, width, depth + 1)
        return
    lines = [measured(line) for line in block]
    longest = max(line.end for line in lines)
    if len(lines) > 1 and longest > _WIDEST:
        yield from (line.text for line in lines)
        return
    fill(lines, width or longest)
    if VERSE < longest < width and not any(line.filled for line in lines):  # wrapped more narrowly than the rest
        fill(lines, longest)
    while len(lines) > 1 and (is_heading(lines) or is_over_entries(lines)):
        yield lines.pop(0).text
    found = Block(lines)
    if len(lines) > 1 and (is_verse(lines, longest) or is_table(lines)):
        yield "\n".join(line.text for line in lines)
    elif len(lines) > _MANY_LINES and not found.wrapped and not found.hanging:
        yield from (_run(part) for part in _lines_each(lines))
    else:
        for part in _parts(found):
            while found.wrapped and len(part) > 1 and part[0].indent == part[1].indent and is_heading(part):
                yield part.pop(0).text
            yield _text(part)


def _parts(block: Block) -> Iterator[list[Line]]:
    """The paragraphs of a block, which follow each other without a blank line."""
    part = block.lines[:1]
    for before, line in pairwise(block.lines):
        if _begins(before, line, part[0], block) or (
            block.wrapped and not before.filled and before.ended and line.begins and not line.indent > part[0].indent
        ):
            yield part
            part = []
        part.append(line)
    yield part


def _lines_each(lines: list[Line]) -> Iterator[list[Line]]:
    """A line each, but for those that were wrapped in the middle of a sentence."""
    part = lines[:1]
    for before, line in pairwise(lines):
        if not before.filled or before.ended:
            yield part
            part = []
        part.append(line)
    yield part


def _begins(before: Line, line: Line, first: Line, block: Block) -> bool:
    if line.is_item:
        if line.is_listed and first.is_listed:
            return True
        return before.ended or not before.long
    if block.hanging:
        return line.indent == block.base and (before.indent > block.base or not before.filled)
    if line.indent == block.base or (first.is_item and line.indent > first.indent):
        return False
    if line.indent == before.indent and before.far and not (before.ended or line.begins):
        return False
    return not before.filled or (before.ended and line.begins)


def _text(part: list[Line]) -> str:
    """One paragraph; a term that stands over its definition keeps its line, the end of a letter all of them."""
    first, *rest = part
    few = not any(line.filled or line.is_item or line.end > VERSE for line in part)
    if len(part) > 2 and few and not is_sentence(part):
        return "\n".join(line.text for line in part)
    if rest and not first.filled and rest[0].indent > first.indent and not first.is_item:
        return f"{first.text}\n{_run(rest)}"
    return _run(part)


def _run(lines: list[Line]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        text = joined(text, line.text)
    return _SPACES.sub(" ", text) if len(lines) > 1 else text  # lines that were set flush on both sides
