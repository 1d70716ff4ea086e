"""Hostile texts and a real terminal: what is written to it is ours alone."""

from __future__ import annotations

import re
import signal
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.hostile.test_plain import acts
from tests.hostile.texts import ACTS, TEXTS
from tests.tui.terminal import Terminal
from unpack_core.recipe import built_in

Command = Callable[..., Result]

COMMANDS = """
import sys
from unpack_tui.cli import cli
for words in sys.argv[1:]:
    print("$", ascii(words), flush=True)
    try:
        cli.main(words.split(), prog_name="unpack-tui")
    except SystemExit:
        pass
"""
WORDS = [
    "stats", "stats --json", "log", "log --all", "log --json --all", "dedupe", "dedupe --json", "doctor", "export",
    "export layers --status all", "export w3c", "export pretrain", "export preference", "generate --dry-run",
    "import hostile.jsonl", "recipe show", "review --where tga:\x1b]0;PWNED\x07", "export \x9b31m", "backup",
    "export -o no\x1b[7777z/such/folder.jsonl", "--db no\x1b]52;c;UFdO\x07.db stats",
    "generate --kinds no\x1b[7777z\u202e", "export --status no\x9b31m\u202e", "log no\x1b[7777z",
]  # fmt: skip
_OURS = re.compile(rb"\x1b\[[0-9;:?<>=]*[ -/]?[@-~]|\x1b\]22;[a-z]*\x07")
"""Control sequences, as Textual writes them: to move, to colour, to ask the terminal things; the pointer's shape."""


def assert_harmless(written: bytes) -> None:
    """No sequence of a hostile text is in what a terminal was given, and nothing else that acts, but for our own."""
    assert [act for act in ACTS if act in written] == []
    rest = _OURS.sub(b"", written).decode("utf-8")
    where = next((n for n, letter in enumerate(rest) if acts(letter) and letter not in "\r\b"), None)
    assert where is None, ascii(rest[max(0, where - 200) : where + 50])


@pytest.mark.parametrize("kind", ["hostile", "poisoned"])
def test_no_command_lets_a_text_act(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    request.getfixturevalue(kind)
    with Terminal(*WORDS, folder=tmp_path, command=("-c", COMMANDS)) as terminal:
        assert terminal.wait() == 0
        where = terminal.written.find(b"\x1b")
        assert where < 0, terminal.written[max(0, where - 200) : where + 100]
        assert b"Traceback" not in terminal.written
        assert terminal.written.count(b"$ ") >= len(WORDS)
        assert_harmless(terminal.written)


def test_no_filter_acts(hostile: Path) -> None:
    with Terminal("review --where tag:\x1b]0;PWNED\x07", folder=hostile.parent, command=("-c", COMMANDS)) as terminal:
        assert terminal.wait() == 0
        assert_harmless(terminal.written)
        assert b"Nothing matches" in terminal.written


def test_no_recipe_acts(tmp_path: Path) -> None:
    (tmp_path / "wild.toml").write_text(f"# \x9b31m \u202e\n{built_in().toml}")
    words = ["recipe show --recipe wild.toml", "recipe diff wild.toml", "recipe init wi\x1b[31mld.toml"]
    with Terminal(*words, folder=tmp_path, command=("-c", COMMANDS)) as terminal:
        assert terminal.wait() == 0
        assert_harmless(terminal.written)
        assert b"\\u009b31m" in terminal.written
        assert b"\x1b" not in terminal.written


WILD = "wi\x1b[31m\nunpack-tui: all is well.\n\u202eld"


@pytest.mark.parametrize(
    "words",
    [
        ("--db", WILD, "stats"), ("--db", f"{WILD}.db", "demo"), ("import", WILD), ("export", "-o", f"{WILD}/x.jsonl"),
        ("recipe", "check", WILD), ("backup", f"{WILD}/x.db"), ("backup", f"{WILD}.db"),
    ],
)  # fmt: skip
def test_no_name_makes_a_line_of_its_own(words: tuple[str, ...], database: Path, run: Command) -> None:
    (database.parent / "unpack.db").symlink_to(database)
    said = run(*words).stderr
    assert said.count("▯") >= 4
    assert "\nunpack-tui: all is well." not in said
    assert not any(acts(letter) for letter in said.replace("\n", ""))


ESC = "\x1b"
KEYS = [
    "j", "k", "n", "g", "v", ESC, "s", ESC, "?", ESC, "d", ESC, "F", "tag:", ESC, ESC, "t", ESC, "/", "[", "\r",
    "e", ESC, "A", ESC, "G", "p", "x", "u", "o", "\x10", "the", ESC,
]  # fmt: skip


@pytest.mark.parametrize("kind", ["hostile", "poisoned"])
def test_no_screen_lets_a_text_act(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    request.getfixturevalue(kind)
    with Terminal("review", folder=tmp_path) as terminal:
        terminal.expect(f"1 of {len(TEXTS)}")
        for key in KEYS:
            terminal.press(key)
            terminal.settle(0.3 if key == ESC else 0.1)  # a key right behind esc would be alt and that key
        terminal.press("g")
        for _ in TEXTS:
            terminal.settle()
            terminal.press("n")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait() == 0
        assert_harmless(terminal.written)
    assert not list(tmp_path.rglob("PWNED"))


def test_markup_is_shown_as_it_was_written(hostile: Path) -> None:
    names = list(TEXTS)
    with Terminal("review", folder=hostile.parent) as terminal:
        terminal.expect("1 of")
        for _ in range(names.index("Textual markup with an action")):
            terminal.press("n")
        terminal.expect("[@click=app.quit]quit[/]")
        terminal.press("n")
        terminal.expect("[bold red]shout[/] [link=file:///etc/passwd]here[/link]")
        terminal.press("n")
        terminal.expect("[/nonsense] [[[ ]]] [@click=(]")
        terminal.press("n")
        terminal.expect("{0.__class__.__mro__} %s %(x)s {{lang}} ${HOME} $(touch PWNED) `touch PWNED`")


def test_the_classes_above_tell_our_sequences_from_others() -> None:
    assert unicodedata.category("\x9b") == "Cc"
    for text in (b"\x9b31m", "\x9b31m".encode(), b"\x1b]8;;x\x1b\\", b"\x1b]52;c;eA==\x07", "\u202e".encode(), b"\x07"):
        with pytest.raises((AssertionError, UnicodeDecodeError)):
            assert_harmless(text)
    assert_harmless(b"\x1b[38;2;1;2;3mred\x1b[0m\x1b[?2026$p\r\n")
