"""Plain text as paragraphs: split at blank lines, hard-wrapped lines joined, lines that are lines kept.

A block keeps its lines where they are verse, a list or speech: a line stands for itself when it begins with a bullet, a
number or a dash of speech; and a block of lines that are all short and do not fill the width is verse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_OWN_LINE = re.compile(r"\s*(?:[—–-]\s|[*•‣]\s|\(?\d{1,3}[.)]\s)")
_FULL_LINE = 45
"""A wrapped line is about as long as the others, and longer than verse is as a rule."""


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a text, in order, none of them empty."""
    for block in re.split(r"\n[ \t]*\n+", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")):
        lines = [line.rstrip() for line in block.split("\n") if line.strip()]
        yield from _paragraphs_of(lines)


def _paragraphs_of(lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    if _is_verse(lines):
        yield "\n".join(line.strip() for line in lines)
        return
    part: list[str] = []
    base = min(len(line) - len(line.lstrip()) for line in lines)
    for line in lines:
        indented = len(line) - len(line.lstrip()) > base and base == 0 and _first_line_style(lines)
        if part and (_OWN_LINE.match(line) or indented):
            yield _joined(part)
            part = []
        part.append(line)
    yield _joined(part)


def _first_line_style(lines: list[str]) -> bool:
    """Paragraphs that follow each other without a blank line, each with its first line set in."""
    return lines[0].startswith((" ", "\t")) or any(line.startswith(("  ", "\t")) for line in lines[1:])


def _is_verse(lines: list[str]) -> bool:
    longest = max(map(len, lines))
    return len(lines) > 2 and longest <= _FULL_LINE and not any(_OWN_LINE.match(line) for line in lines)


def _joined(lines: list[str]) -> str:
    """Wrapped lines as one. A hyphen at a line's end stays: it may be the word's own."""
    text = lines[0].strip()
    for line in lines[1:]:
        words = line.strip()
        text += words if _without_space(text[-1:], words[:1]) else f" {words}"
    return text


def _without_space(before: str, after: str) -> bool:
    """Scripts without spaces are joined without one; so is what a soft hyphen or a hyphen holds together."""
    if before == "-":
        return after.isalpha()
    return _is_wide(before) and _is_wide(after)


def _is_wide(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
