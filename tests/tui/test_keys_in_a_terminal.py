"""Keys, clipboard and configuration over a real terminal: bytes in, bytes out."""

from __future__ import annotations

import base64
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.tui.terminal import Terminal, opened

_OSC_52 = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


def copied(terminal: Terminal) -> list[str]:
    """What the terminal was asked to take, in order."""
    return [base64.b64decode(found).decode() for found in _OSC_52.findall(terminal.written)]


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    """What another program reads in the file."""
    with sqlite3.connect(database) as connection:
        return connection.execute(sql).fetchall()


def test_a_layer_and_a_command_are_copied(database: Path) -> None:
    with opened(database, TMUX="/tmp/tmux,1,0") as terminal:
        terminal.expect("1 of 4")
        terminal.press("y")
        terminal.expect("Copied the layer (in tmux this wants: set -g set-clipboard on).")
        terminal.press("Fkind:analogy lang:en\r")
        terminal.expect("of 2")
        terminal.press("Y")
        terminal.expect("Copied unpack-tui export chat")
        terminal.quit()
    layer, command = copied(terminal)
    assert layer == "(1) “Justice” definition 0 — [answer 0]"
    where = "--where 'kind:analogy lang:en'"
    assert command == f"unpack-tui export chat -o chat.jsonl {where} --db {database.name}"


def test_what_is_copied_cannot_act_where_it_is_pasted(database: Path) -> None:
    hostile = "(1) “Justice” \x1b[201~\nrm -rf ~\n\x07\x1b]0;title\x07\x9b2J"
    with sqlite3.connect(database) as connection:  # as an older program may have let it in
        columns = "INSERT INTO version (layer_id, origin, text, created_at)"
        connection.execute(f"{columns} VALUES (1, 'imported', ?, '2026-01-01')", (hostile,))
        connection.execute("UPDATE layer SET head_id = (SELECT max(id) FROM version) WHERE id = 1")
    with opened(database, TMUX="") as terminal:
        terminal.expect("1 of 4")
        terminal.press("y")
        terminal.expect("Copied the layer")
        terminal.quit()
    assert copied(terminal) == ["(1) “Justice” [201~\nrm -rf ~\n]0;title2J"]
    rest = _OSC_52.sub(b"", terminal.written)
    assert b"\x1b[201~" not in rest
    assert b"\x1b]0;title" not in rest


def test_what_is_typed_in_one_breath_is_done_in_its_order(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("e" + "abcdefghij" * 5 + "\x13")
        terminal.expect("Kept as a new version")
        terminal.press("tweak nice\r")
        terminal.expect("1 nice  2 weak")
        terminal.press("jjaxuU\x10copy\x7f")  # ctrl+p
        terminal.expect("cop ")
        terminal.settle(1)  # with a cursor that blinks it would never be quiet
        terminal.press("\x1b")
        terminal.expect_gone("cop ")
        terminal.expect("2 decided now")
        terminal.quit()
    ((text,),) = rows(database, "SELECT text FROM version ORDER BY id DESC LIMIT 1")
    assert text.endswith("abcdefghij" * 5)


@pytest.mark.parametrize(
    ("keys", "there"),
    [
        ("exyz\x7f\x7f!\x13jx", "Open question rejected"),  # backspace, ctrl+s
        ("e\x1bjx", "Open question rejected"),
        ("eb\x1bn", "Keep the change?"),  # a letter right behind esc comes as alt with it: no answer
        ("tweak\x7f\x7flm\ra", "Definition accepted"),
        ("Fkind:quess\x7ftion\rx", "Open question rejected"),
        ("/norm\r?", "Keys: the review"),
        ("?\x1bjx", "Open question rejected"),
        ("v\x1bjx", "Open question rejected"),
        ("Fkind:question\rAyu", "Took back: the decision on 4 layers"),
    ],
)
def test_what_follows_a_key_that_leads_elsewhere_in_one_breath_is_done_there(
    keys: str, there: str, database: Path
) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press(keys)
        terminal.expect(there)
    kept = rows(database, "SELECT text FROM version WHERE origin = 'edited'")
    tags = rows(database, "SELECT name FROM tag")
    drafts = rows(database, "SELECT text FROM draft")
    assert [text[-2:] for (text,) in kept] == (["x!"] if "xyz" in keys else [])
    assert tags == ([("welm",)] if "welm" in keys.replace("ak\x7f\x7f", "") else [])
    assert len(drafts) == keys.startswith("eb")


def test_help_comes_by_its_key_where_one_writes_too(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("\x1bOP")  # F1
        terminal.expect("Keys: the review")
        terminal.press("?")
        terminal.expect("1 of 4")
        terminal.press("e?")
        terminal.expect("[answer 0]?")
        terminal.press("\x07")  # ctrl+g
        terminal.expect("Keys: editing")
        terminal.press("q")
        terminal.expect("[answer 0]?")
        terminal.press("\x13")  # ctrl+s
        terminal.expect("Kept as a new version")
        terminal.quit()


def keymap(folder: Path, lines: str) -> str:
    """A configuration with a keymap of one's own; the folder that it is looked for in."""
    (folder / "unpack-tui").mkdir()
    (folder / "unpack-tui" / "config.toml").write_text(f"[keys]\n{lines}\n")
    return str(folder)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('accept = "x"', "the key x would mean both accept and reject in the review."),
        ('keep = "k"', "the key k is for writing in editing: keep wants one such as ctrl+s."),
        ('accept = "ctrl+shift+a"', "accept cannot be ctrl+shift+a: not every terminal can send it"),
        ('acept = "y"', "there is no action “acept”. Did you mean accept?"),
    ],
)
def test_a_keymap_that_cannot_work_is_one_sentence_at_the_start(
    database: Path, tmp_path: Path, lines: str, said: str
) -> None:
    with opened(database, XDG_CONFIG_HOME=keymap(tmp_path, lines)) as terminal:
        assert terminal.wait() == 1
    out = terminal.written.decode()
    assert said in out
    assert out.count("\n") == 1


def test_a_key_of_ones_own_decides(database: Path, tmp_path: Path) -> None:
    with opened(database, XDG_CONFIG_HOME=keymap(tmp_path, 'accept = "enter"\nhelp = "f2"')) as terminal:
        terminal.expect("enter accept")
        terminal.press("\r")
        terminal.expect("Definition accepted.")
        terminal.press("\x1bOQ")  # F2
        terminal.expect("Keys: the review")
        terminal.press("qq")
        assert terminal.wait() == 0


def test_what_is_typed_behind_d_is_for_the_duplicates_though_something_is_compared_first(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("ewords\x13da")  # ctrl+s: the new text has not been compared
        terminal.expect("Near-duplicates")
        terminal.press("\x1b")
        terminal.expect("12 left")
        terminal.quit()
    assert rows(database, "SELECT action FROM step") == [("add",), ("edit",)]
