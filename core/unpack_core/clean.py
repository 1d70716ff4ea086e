"""What may be stored: text without control characters. A terminal must never be spoken to by a source or a model."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n?|\x85")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(text: str) -> tuple[str, int]:
    """The text with `\\n` as its only line end, lone surrogates as U+FFFD and no other control character than tab.

    Returns it with the number of characters that were dropped or replaced, line ends not counted.
    """
    if text.isprintable():  # the common case of one line, at the speed of C
        return text, 0
    text = _LINE_ENDS.sub("\n", text)
    return _CONTROLS.subn(lambda found: "\ufffd" if found[0] >= "\ud800" else "", text)
