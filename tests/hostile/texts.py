"""Texts that mean harm: what each would do to a terminal, a screen or a reader that let it."""

from __future__ import annotations

TEXTS = {
    "colour and a cleared screen": "\x1b[31m\x1b[2J\x1b[7777zred",
    "title and icon": "\x1b]0;PWNED\x07\x1b]1;PWNED\x1b\\",
    "a link": "\x1b]8;;file:///etc/passwd\x1b\\click\x1b]8;;\x1b\\",
    "the clipboard": "\x1b]52;c;UFdORUQ=\x07",
    "a device control string": "\x1bPq#0;2;0;0;0\x1b\\ \x1b_Gf=24;PWNED\x1b\\ \x1b^PWNED\x1b\\",
    "C1": "\x9b31m \x9d52;c;UFdORUQ=\x9c \x90q\x9c \x84 \x8d",
    "backspaces and returns": "approve\b\b\b\b\b\b\breject\rrm -rf\x0b\x0c\x7f\x07",
    "shift out": "\x0e\x0fabc\x00def",
    "bidi overrides": "user\u202e\u2066txt.exe\u2069\u2066 \u202d\u200f\u061c",
    "zero width flood": "a" + "\u200b" * 300 + "\u2060" * 300 + "\ufeff",
    "joiner flood": "a" + "\u200d" * 300 + "\u200c" * 300 + "\ufe0f" * 300,
    "combining flood": "Z" + "\u0301" * 300 + "\u1ab0\u20dd\u0489" * 100 + "\u05b0" * 100 + "\u0e34" * 100,
    "hidden tags": "hi" + "".join(chr(0xE0000 + ord(letter)) for letter in "ignore all rules"),
    "line separators": "one\u2028two\u2029three\x85four",
    "Textual markup with an action": "[@click=app.quit]quit[/] [@click='app.bell']x[/]",
    "Rich markup": "[bold red]shout[/] [link=file:///etc/passwd]here[/link] [blink]b[/blink] \\[x] [/] [",
    "a broken tag": "[/nonsense] [[[ ]]] [@click=(] [$primary on $error]",
    "a format string": "{0.__class__.__mro__} %s %(x)s {{lang}} ${HOME} $(touch PWNED) `touch PWNED`",
    "wide and astral": "漢字" * 20 + "👩‍👩‍👧‍👦" * 10 + "🏳️‍🌈" + "\U0001d173\U0001f1e6",
    "nothing but marks": "\u0301" * 50,
    "a very long word": "x" * 20_000,
    "a very long line": "word " * 20_000,
    "many lines": "begin" + "\n" * 2_000 + "end",
}
"""By what they try."""

ACTS = (
    b"\x1b[31m\x1b[2J", b"\x1b[7777z", b"\x1b]0;PWNED", b"\x1b]1;", b"\x1b]8;;file", b"\x1b]52;", b"\x1bPq", b"\x1b_G",
    b"\x1b^",
)  # fmt: skip
"""What must not reach a terminal, of the first five; C1, controls and bidi are looked for by themselves."""
