"""Plain text as paragraphs: split at blank lines, wrapped lines joined, lines that are lines kept.

Whether a line was wrapped is told by the word that follows: it would not have fitted any more. Width is measured on the
document's first lines. A block of short lines that were not wrapped is verse, or an address, and keeps its lines; list
items, speech after a dash, entries with an indent and headings on top of a block are paragraphs of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise

_SAMPLE = 400
"""Lines that tell how wide a document was wrapped."""
_LONGEST_BLOCK = 2000
"""Lines: a longer block is cut, so that a file without blank lines is not held whole."""
_WIDEST = 150
"""Nobody wraps wider: lines beyond are paragraphs, a line each."""
_VERSE = 60
"""Characters of a line of verse, at most."""
_MANY_LINES = 40
"""More lines than these without a blank one that were not wrapped are paragraphs, a line each."""
_LONGEST_POEM = 200
_NARROWEST = 30
"""Nobody wraps narrower: such lines are names, numbers, verse."""

_SPACES = re.compile(r" {2,}| *\t\s*")
_TYPESET = re.compile(r"(?<=[^\W\d_])‐(?=\s*\Z)")
_WITHIN = re.compile(r"\w‐\w")
_GAP = re.compile(r"\S(?: {2,}| ?\t)")
_RULE = re.compile(r"\s*([-=*_~#+·•—–])(?:\s*\1){2,}\s*\Z")
_QUOTED = re.compile(r"[ \t]*>[ \t]?")
_SPEECH = re.compile(r"[—–]\s*(?=\w)|[—–-]\s")
_BULLET = re.compile(r"([*•‣◦▪+-])\s|\(?(?:\d{1,3}|[a-zа-яё])[.)]\s")
_ENDED = re.compile(r"[.!?…:;。！？][\"'’”»)\]]*\Z")
_HEADING = re.compile(
    r"#{1,6}\s+\S|(?i:chapter|part|section|book|глава|часть|раздел|книга)\s+(?:\d+|[ivxlc]+)\b.{0,60}\Z"
)
_OPENING = "\"'“‘«„([*_—–- "


@dataclass(slots=True)
class _Line:
    """A line with what is asked of it again and again."""

    text: str
    indent: int = 0
    end: int = 0
    """The column at which it ends, tabs counted as what they fill."""
    filled: bool = False
    """Whether the next line's first word would not have fitted."""
    long: bool = False
    """Whether it reaches nearly as far as lines do here."""
    far: bool = False
    """Whether it reaches well beyond the middle: one that was wrapped more narrowly than the rest does."""

    @property
    def ended(self) -> bool:
        return bool(_ENDED.search(self.text))

    @property
    def is_item(self) -> bool:
        return bool(_BULLET.match(self.text) or _SPEECH.match(self.text))

    @property
    def begins(self) -> bool:
        """Whether a sentence may begin here."""
        letters = self.text.lstrip(_OPENING)[:1]
        return not letters.islower()


@dataclass(slots=True)
class _Block:
    lines: list[_Line]
    wrapped: bool = field(init=False)
    base: int = field(init=False)
    """Its margin."""
    hanging: bool = field(init=False)
    """Whether entries begin at the margin and go on with an indent, rather than the other way round."""

    def __post_init__(self) -> None:
        inner = self.lines[:-1]
        self.wrapped = 2 * sum(line.filled for line in inner) >= len(inner)
        self.base = min(line.indent for line in self.lines)
        self.hanging = _is_hanging(self.lines, self.base)


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
    without_space = hyphened or (_is_wide(before[-1:]) and _is_wide(after[:1]))
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


def _split(block: list[str], width: int) -> Iterator[str]:
    if _is_quoted(block[0]):
        for quoted in _blocks(_QUOTED.sub("", line, count=1) for line in block):
            yield from _split(quoted, width)
        return
    lines = [_measured(line) for line in block]
    longest = max(line.end for line in lines)
    if len(lines) > 1 and longest > _WIDEST:
        yield from (line.text for line in lines)
        return
    _fill(lines, width or longest)
    if _VERSE < longest < width and not any(line.filled for line in lines):  # wrapped more narrowly than the rest
        _fill(lines, longest)
    while len(lines) > 1 and (_is_heading(lines) or _is_over_entries(lines)):
        yield lines.pop(0).text
    found = _Block(lines)
    if len(lines) > 1 and (_is_verse(lines, longest) or _is_table(lines)):
        yield "\n".join(line.text for line in lines)
    elif len(lines) > _MANY_LINES and not found.wrapped and not found.hanging:
        yield from (_run(part) for part in _lines_each(lines))
    else:
        for part in _parts(found):
            while found.wrapped and len(part) > 1 and part[0].indent == part[1].indent and _is_heading(part):
                yield part.pop(0).text
            yield _text(part)


def _measured(line: str) -> _Line:
    text = line.strip()
    margin = line[: len(line) - len(line.lstrip())]
    return _Line(text, len(margin.expandtabs()), len(line.expandtabs().rstrip()))


def _fill(lines: list[_Line], width: int) -> None:
    if width < _NARROWEST and not any(_is_wide(line.text[0]) for line in lines):
        return
    for line, following in pairwise(lines):
        word = following.text.split(None, 1)[0]
        room = 1 if _is_wide(word[0]) else len(word) + 1
        line.filled = line.end + room > width
        line.long = line.filled or line.end > 0.85 * width
        line.far = line.end > 0.65 * width


def _is_heading(lines: list[_Line]) -> bool:
    """Whether the first line stands over the others without a blank line between."""
    first, second = lines[0], lines[1]
    if _HEADING.match(first.text):
        return True
    one_of_many = first.indent < second.indent and any(line.indent == first.indent for line in lines[2:])
    if first.text.isupper() and not (second.text.isupper() or one_of_many or first.is_item):
        return len(first.text) <= _VERSE
    if first.filled or first.text[-1] in ".,;:!?…-—–" or first.is_item or not second.begins or second.is_item:
        return False
    if second.indent > first.indent:  # a term and its definition
        return False
    inner = lines[1:-1]
    if not inner:
        return len(second.text) > len(first.text) and second.ended
    return 2 * sum(line.filled for line in inner) >= len(inner) and len(first.text) < 0.75 * len(second.text)


def _is_verse(lines: list[_Line], longest: int) -> bool:
    if longest > _VERSE or len(lines) > _LONGEST_POEM or 3 * sum(line.is_item for line in lines) > len(lines):
        return False
    if _indented(lines) and lines[0].ended and not lines[0].filled:  # paragraphs of a line each, set in
        return False
    if _is_sentence(lines):
        return False
    filled = sum(line.filled for line in lines[:-1])
    if 2 * filled < len(lines) - 1:
        return True
    capitals = sum(line.begins and not _is_wide(line.text[0]) for line in lines)
    return capitals >= 0.9 * len(lines) and (len(lines) > 3 or (len(lines) == 3 and filled < 2))


def _is_table(lines: list[_Line]) -> bool:
    """Whether gaps stand in most lines, as between columns, and few were wrapped: lines set flush have gaps too."""
    if len(lines) > _LONGEST_POEM or 5 * sum(line.filled for line in lines) > len(lines):
        return False
    return 3 * sum(bool(_GAP.search(line.text)) for line in lines) > 2 * len(lines)


def _is_sentence(lines: list[_Line]) -> bool:
    """Whether they are one sentence that was wrapped narrowly: verse begins its lines large, or stops at their ends."""
    if not lines[-1].ended or any(line.begins or line.is_item for line in lines[1:]):
        return False
    return len(lines) == 2 or any(line.text[-1].isalnum() for line in lines[:-1])


def _indented(lines: list[_Line]) -> bool:
    base = min(line.indent for line in lines)
    return any(line.indent > base for line in lines[1:])


def _parts(block: _Block) -> Iterator[list[_Line]]:
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


def _lines_each(lines: list[_Line]) -> Iterator[list[_Line]]:
    """A line each, but for those that were wrapped in the middle of a sentence."""
    part = lines[:1]
    for before, line in pairwise(lines):
        if not before.filled or before.ended:
            yield part
            part = []
        part.append(line)
    yield part


def _is_hanging(lines: list[_Line], base: int) -> bool:
    """Whether most of what stands at the margin before something set in goes on there."""
    if lines[0].indent > base:
        return False
    over = [line for line, below in pairwise(lines) if line.indent == base < below.indent]
    return 2 * sum(line.filled or line.is_item or not line.ended for line in over) > len(over)


def _is_over_entries(lines: list[_Line]) -> bool:
    """Whether the first line stands alone at the margin, over entries that are set in and go on further in."""
    first, *rest = lines
    base = min(line.indent for line in rest)
    return first.indent < base and not (first.filled or first.ended or first.is_item) and _is_hanging(rest, base)


def _begins(before: _Line, line: _Line, first: _Line, block: _Block) -> bool:
    if line.is_item:
        if _BULLET.match(line.text) and _BULLET.match(first.text):
            return True
        return before.ended or not before.long
    if block.hanging:
        return line.indent == block.base and (before.indent > block.base or not before.filled)
    if line.indent == block.base or (first.is_item and line.indent > first.indent):
        return False
    if line.indent == before.indent and before.far and not (before.ended or line.begins):
        return False
    return not before.filled or (before.ended and line.begins)


def _text(part: list[_Line]) -> str:
    """One paragraph; a term that stands over its definition keeps its line, the end of a letter all of them."""
    first, *rest = part
    if len(part) > 2 and not any(line.filled or line.is_item or line.end > _VERSE for line in part):
        return "\n".join(line.text for line in part)
    if rest and not first.filled and rest[0].indent > first.indent and not first.is_item:
        return f"{first.text}\n{_run(rest)}"
    return _run(part)


def _run(lines: list[_Line]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        text = joined(text, line.text)
    return _SPACES.sub(" ", text) if len(lines) > 1 else text  # lines that were set flush on both sides


def _is_wide(character: str) -> bool:
    """Of a script that is written without spaces."""
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
