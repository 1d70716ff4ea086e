"""JSON as models write it: among words and fences, with trailing commas or raw line ends, or broken off.

    values('Here: {"a": [1,],}')  ->  {"a": [1]}
    values('{"a": [{"b": 1}, {"b": 2')  ->  {"a": [{"b": 1}]}     what was whole when it broke off

Total, pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import orjson

_TRAILING_COMMA = re.compile(r",(\s*[\]}])")
_OPENING = re.compile(r"[\[{]")
_CLOSED_BY = {"{": "}", "[": "]"}
_MOST_BEGINNINGS = 32
"""So many brackets are tried as the beginning of the JSON: prose may have some of its own."""


def values(text: str) -> Iterator[object]:
    """What can be read as JSON, the likeliest first: all of the text, each balanced stretch of it, what broke off."""
    for stretch in _stretches(text):
        found = _read(stretch)
        if isinstance(found, (dict, list)):
            yield found


def _stretches(text: str) -> Iterator[str]:
    yield text
    broken = []
    at = 0
    for _ in range(_MOST_BEGINNINGS):
        opening = _OPENING.search(text, at)
        if opening is None:
            break
        start, (end, mended) = opening.start(), _balanced(text, opening.start())
        if end:
            yield text[start:end]
        elif mended:
            broken.append(mended)
        at = end or start + 1
    yield from broken


def _balanced(text: str, start: int) -> tuple[int, str]:
    """Where the value that begins here ends, else 0 and the value as far as it was whole, with its brackets closed."""
    open_brackets: list[str] = []
    whole = start
    for at, letter in _brackets(text, start):
        if letter in _CLOSED_BY:
            open_brackets.append(letter)
        elif _CLOSED_BY[open_brackets.pop()] != letter:
            break
        elif not open_brackets:
            return at + 1, ""
        else:
            whole = at + 1
    return 0, _closed(text[start:whole])


def _closed(broken: str) -> str:
    """With its brackets closed, which is done once, at the end: there may be as many as letters."""
    missing: list[str] = []
    for _, letter in _brackets(broken, 0):
        if letter in _CLOSED_BY:
            missing.append(_CLOSED_BY[letter])
        else:
            missing.pop()
    return broken + "".join(reversed(missing))


def _brackets(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Those that stand in no string, with their places."""
    quoted = escaped = False
    for at in range(start, len(text)):
        letter = text[at]
        if quoted:
            quoted = escaped or letter != '"'
            escaped = letter == "\\" and not escaped
        elif letter == '"':
            quoted = True
        elif letter in "[]{}":
            yield at, letter


def _read(letters: str) -> object:
    """The value, or None; strict first, for what only a lenient reader takes may mean something else."""
    for attempt in (letters, _TRAILING_COMMA.sub(r"\1", letters)):
        try:
            return orjson.loads(attempt)
        except (orjson.JSONDecodeError, UnicodeEncodeError):
            pass
        try:  # raw line ends and tabs in strings
            return orjson.loads(orjson.dumps(json.loads(attempt, strict=False)))
        except (ValueError, RecursionError, TypeError):  # TypeError: lone surrogates, numbers beyond 64 bits
            pass
    return None
