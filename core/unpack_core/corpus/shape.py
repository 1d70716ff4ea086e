"""What lines of text look like: how far they reach, and what a block of them is.

A line was wrapped where the first word of the next would not have fitted any more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

VERSE = 60
"""Characters of a line of verse, at most."""
_LONGEST_POEM = 200
_NARROWEST = 30
"""Nobody wraps narrower: such lines are names, numbers, verse."""

_GAP = re.compile(r"\S(?: {2,}| ?\t)")
_SPEECH = re.compile(r"[—–]\s*(?=\w)|[—–-]\s")
_BULLET = re.compile(r"([*•‣◦▪+-])\s|\(?(?:\d{1,3}|[a-zа-яё])[.)]\s")
_ENDED = re.compile(r"[.!?…:;。！？][\"'’”»)\]]*\Z")
_HEADING = re.compile(
    r"#{1,6}\s+\S|(?i:chapter|part|section|book|глава|часть|раздел|книга)\s+(?:\d+|[ivxlc]+)\b.{0,60}\Z"
)
_OPENING = "\"'“‘«„([*_—–- "


@dataclass(slots=True)
class Line:
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
    def is_listed(self) -> bool:
        """Whether a mark or a number of a list stands before it."""
        return bool(_BULLET.match(self.text))

    @property
    def is_item(self) -> bool:
        """Whether it is listed, or speech after a dash."""
        return bool(_BULLET.match(self.text) or _SPEECH.match(self.text))

    @property
    def begins(self) -> bool:
        """Whether a sentence may begin here."""
        letters = self.text.lstrip(_OPENING)[:1]
        return not letters.islower()


@dataclass(slots=True)
class Block:
    """Lines that no blank one divides."""

    lines: list[Line]
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


def measured(line: str) -> Line:
    text = line.strip()
    margin = line[: len(line) - len(line.lstrip())]
    return Line(text, len(margin.expandtabs()), len(line.expandtabs().rstrip()))


def fill(lines: list[Line], width: int) -> None:
    if width < _NARROWEST and not any(is_wide(line.text[0]) for line in lines):
        return
    for line, following in pairwise(lines):
        word = following.text.split(None, 1)[0]
        room = 1 if is_wide(word[0]) else len(word) + 1
        line.filled = line.end + room > width
        line.long = line.filled or line.end > 0.85 * width
        line.far = line.end > 0.65 * width


def is_heading(lines: list[Line]) -> bool:
    """Whether the first line stands over the others without a blank line between."""
    first, second = lines[0], lines[1]
    if _HEADING.match(first.text):
        return True
    one_of_many = first.indent < second.indent and any(line.indent == first.indent for line in lines[2:])
    if first.text.isupper() and not (second.text.isupper() or one_of_many or first.is_item):
        return len(first.text) <= VERSE
    if first.filled or first.text[-1] in ".,;:!?…-—–" or first.is_item or not second.begins or second.is_item:
        return False
    if second.indent > first.indent:  # a term and its definition
        return False
    inner = lines[1:-1]
    if not inner:
        return len(second.text) > len(first.text) and second.ended
    return 2 * sum(line.filled for line in inner) >= len(inner) and len(first.text) < 0.75 * len(second.text)


def is_verse(lines: list[Line], longest: int) -> bool:
    if longest > VERSE or len(lines) > _LONGEST_POEM or 3 * sum(line.is_item for line in lines) > len(lines):
        return False
    if _indented(lines) and lines[0].ended and not lines[0].filled:  # paragraphs of a line each, set in
        return False
    if is_sentence(lines):
        return False
    filled = sum(line.filled for line in lines[:-1])
    if 2 * filled < len(lines) - 1:
        return True
    capitals = sum(line.begins and not is_wide(line.text[0]) for line in lines)
    return capitals >= 0.9 * len(lines) and (len(lines) > 3 or (len(lines) == 3 and filled < 2))


def is_table(lines: list[Line]) -> bool:
    """Whether gaps stand in most lines, as between columns, and few were wrapped: lines set flush have gaps too."""
    if len(lines) > _LONGEST_POEM or 5 * sum(line.filled for line in lines) > len(lines):
        return False
    return 3 * sum(bool(_GAP.search(line.text)) for line in lines) > 2 * len(lines)


def is_sentence(lines: list[Line]) -> bool:
    """Whether they are one sentence that was wrapped narrowly: verse begins its lines large, or stops at their ends."""
    if any(line.begins or line.is_item for line in lines[1:]):
        return False
    goes_on = any(line.text[-1].isalnum() for line in lines[:-1])
    return (lines[-1].ended or goes_on) if len(lines) == 2 else lines[-1].ended and goes_on


def _indented(lines: list[Line]) -> bool:
    base = min(line.indent for line in lines)
    return any(line.indent > base for line in lines[1:])


def _is_hanging(lines: list[Line], base: int) -> bool:
    """Whether most of what stands at the margin before something set in goes on there."""
    if lines[0].indent > base:
        return False
    over = [line for line, below in pairwise(lines) if line.indent == base < below.indent]
    return 2 * sum(line.filled or line.is_item or not line.ended for line in over) > len(over)


def is_over_entries(lines: list[Line]) -> bool:
    """Whether the first line stands alone at the margin, over entries that are set in and go on further in."""
    first, *rest = lines
    base = min(line.indent for line in rest)
    return first.indent < base and not (first.filled or first.ended or first.is_item) and _is_hanging(rest, base)


def is_wide(character: str) -> bool:
    """Of a script that is written without spaces."""
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
