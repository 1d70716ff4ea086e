"""The program in a real pseudo-terminal: signals, the editor, suspending, and a line that drops."""

from __future__ import annotations

import shlex
import signal
import sys
from pathlib import Path

import pytest

from tests.tui.terminal import Terminal, opened
from unpack_core.doctor import examine
from unpack_core.kept import way
from unpack_core.store import Store

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOWS_CURSOR = b"\x1b[?25h"


def statuses(database: Path) -> list[str]:
    with Store.open(database) as store:
        assert [sentence for check in examine(store) for sentence in check.broken] == []
        return [status for (status,) in store.rows("SELECT status FROM layer ORDER BY id")]


def test_what_is_typed_behind_the_leaving_is_done_no_more(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("aqxxjjx?d")
        assert terminal.wait() == 0
        assert b"Traceback" not in terminal.written
    assert statuses(database).count("accepted") == 1
    assert "rejected" not in statuses(database)


@pytest.mark.parametrize("line_drops", [signal.SIGHUP, signal.SIGTERM])
def test_a_dropped_line_leaves_a_whole_file_and_the_place(database: Path, line_drops: signal.Signals) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("a")
        terminal.expect("Definition accepted")
        terminal.press("n")
        terminal.expect("2 of 4")
        terminal.signal(line_drops)
        terminal.wait()
        assert SHOWS_CURSOR in terminal.written
        assert LEAVES_ALTERNATE_SCREEN in terminal.written
    assert statuses(database)[0] == "accepted"
    with opened(database) as terminal:
        terminal.expect("2 of 4")
        terminal.press("u")
        terminal.expect("Took back")
        terminal.quit()
    assert statuses(database)[0] == "pending"


_WITHOUT_SIGNALS = """
import fcntl, signal, sys, termios
signal.signal(signal.SIGHUP, signal.SIG_IGN)  # who gives up the terminal of a session hangs up on it
fcntl.ioctl(0, termios.TIOCNOTTY)
from unpack_tui.__main__ import main
main()
"""


def test_a_terminal_that_goes_without_a_signal_ends_the_review_too(database: Path) -> None:
    words = ("review", "--db", database.name)
    with Terminal(*words, command=("-c", _WITHOUT_SIGNALS), folder=database.parent) as terminal:
        terminal.expect("1 of 4")
        terminal.press("an")
        terminal.expect("2 of 4")
        assert terminal.hang_up() in (0, 120)  # Python's own where what was still to be written cannot be
    assert statuses(database)[0] == "accepted"
    with opened(database) as terminal:
        terminal.expect("2 of 4")


@pytest.mark.parametrize(("keys", "there"), [("axj", "2 decided now"), ("aaF", "Show only"), ("aae", "Editing")])
def test_what_is_typed_before_the_review_is_there_is_done_when_it_is(keys: str, there: str, database: Path) -> None:
    with opened(database) as terminal:
        terminal.press(keys)
        terminal.expect(there)
        terminal.signal(signal.SIGHUP)
        terminal.wait()
        assert b"Traceback" not in terminal.written
    assert statuses(database)[0] == "accepted"
    assert statuses(database)[1] != "pending"


@pytest.mark.parametrize(
    ("key", "there"), [("e", "Editing"), ("t", "Tags of this"), ("F", "Show only"), ("/", "Search in")]
)
def test_what_is_typed_in_one_breath_with_the_key_of_a_field_stands_in_it(key: str, there: str, database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press(f"{key}xxaa")
        terminal.expect(there)
        terminal.expect("xxaa")
    assert set(statuses(database)) == {"pending"}


@pytest.mark.parametrize(
    ("key", "there"),
    [("t", "Tags of this"), ("F", "Show only"), ("/", "Search in"), ("s", "How far"), ("?", "Keys: the review")],
)
def test_a_screen_is_left_once_however_often_the_key_came(key: str, there: str, database: Path) -> None:
    """On a slow line keys come in one breath: those after the first must not take away the review."""
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press(key)
        terminal.expect(there)
        terminal.press("\r\r\r")
        terminal.settle()
        terminal.press("a")
        terminal.expect("Definition accepted")
        terminal.quit()


def test_what_a_dialog_gave_back_is_done_before_the_next_key(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.narrow("kind:question")
        terminal.expect("4 left")
        terminal.press("X")
        terminal.expect("Reject")
        terminal.press("yf")
        terminal.expect("0 left")
        terminal.expect("⚑")  # `f` too is done
        terminal.signal(signal.SIGTERM)
        assert terminal.wait() == 0
    with Store.open(database) as store:
        assert store.rows("SELECT action FROM step ORDER BY id DESC LIMIT 2").fetchall() == [("flag",), ("decide",)]


@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGKILL])
def test_a_half_typed_edit_survives(database: Path, end: signal.Signals) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("nj")
        terminal.expect("2 of 4")
        terminal.press("e")
        terminal.expect("Editing")
        terminal.press(" halbfertig")
        terminal.expect("halbfertig")
        while True:  # what is on the screen is stored; the screen may be a moment ahead
            with Store.open(database) as store:
                draft = store.one("SELECT layer_id, text FROM draft")
            if draft and draft[1].endswith("halbfertig"):
                break
        terminal.signal(end)
        terminal.wait()
    with opened(database) as terminal:
        terminal.expect("2 of 4")  # though SIGKILL left no moment to store the place
        terminal.expect("half-typed edit is waiting")
        terminal.press("e")
        terminal.expect("halbfertig")
        terminal.press("\x13")
        terminal.expect("Kept as a new version")
        terminal.quit()
    with Store.open(database) as store:
        assert store.layer(draft[0]).head.text.endswith("halbfertig")


@pytest.mark.parametrize("name", ["dumb", "unknown"])
def test_a_terminal_that_cannot_move_its_cursor_is_told_from_one_that_can(name: str, database: Path) -> None:
    with opened(database, TERM=name) as terminal:
        assert terminal.wait() == 1
        assert f"TERM={name} says that this terminal cannot" in " ".join(terminal.text().split())
        assert b"\x1b" not in terminal.written


def editor(tmp_path: Path, code: str) -> str:
    """An editor that runs Python on the file's text `t`."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, os, pathlib\np = pathlib.Path(sys.argv[1])\nt = p.read_text()\n"
        "assert p.stat().st_mode & 0o777 == 0o600 and p.parent.stat().st_mode & 0o777 == 0o700\n" + code
    )
    return shlex.join([sys.executable, str(script)])


def test_the_editor_gets_the_layer_with_its_source_and_gives_it_back(database: Path, tmp_path: Path) -> None:
    code = "assert '# Justice is the conformity' in t\np.write_text('(1) From elsewhere\\n' + t[t.index('\\n# ---'):])"
    edits = editor(tmp_path, code)
    with opened(database, EDITOR="false", VISUAL=edits) as terminal:
        terminal.expect("1 of 4")
        terminal.press("E")
        terminal.expect("From elsewhere")
        terminal.quit()
    with Store.open(database) as store:
        assert (store.layer(1).head.text, store.layer(1).versions) == ("(1) From elsewhere", 2)


@pytest.mark.parametrize(
    ("code", "said"),
    [("p.write_text(t)", "Nothing was changed"), ("p.write_text('(1) no')\nsys.exit(1)", "nothing was changed")],
)
def test_an_editor_that_changes_nothing_or_fails_changes_nothing(
    database: Path, tmp_path: Path, code: str, said: str
) -> None:
    with opened(database, VISUAL=editor(tmp_path, code)) as terminal:
        terminal.expect("1 of 4")
        terminal.press("E")
        terminal.expect(said)
        terminal.quit()
    with Store.open(database) as store:
        assert store.layer(1).versions == 1


@pytest.mark.parametrize(
    "name",
    ["p", "p.with_name('layer.txt.save')", "p.with_name('#layer.txt#')"],
    ids=["saved", "rescued by nano", "rescued by Emacs"],
)
def test_what_an_editor_saved_before_it_was_ended_waits_as_a_draft(database: Path, tmp_path: Path, name: str) -> None:
    code = f"{name}.write_text('(1) saved, and then the line dropped\\n' + t)\nos.kill(os.getpid(), 1)\n"
    with opened(database, EDITOR=editor(tmp_path, code)) as terminal:
        terminal.expect("1 of 4")
        terminal.press("E")
        terminal.expect("waits as a draft")
        terminal.quit()
    with opened(database) as terminal:
        terminal.expect("half-typed edit is waiting")
        terminal.press("e")
        terminal.expect("and then the line dropped")
        terminal.press("\x13")
        terminal.expect("Kept as a new version")
        terminal.quit()
    with Store.open(database) as store:
        assert store.layer(1).head.text.startswith("(1) saved, and then the line dropped\n(2) ")


def test_what_vim_had_not_saved_when_the_line_dropped_is_kept_and_told_once(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code = "p.with_name('.layer.txt.swp').write_bytes(b'b0VIM')\nos.kill(os.getpid(), 1)\n"
    with opened(database, EDITOR=editor(tmp_path, code)) as terminal:
        terminal.expect("1 of 4")
        terminal.press("E")
        terminal.expect("nothing was changed. What vim had not saved")
        terminal.hang_up()
    (folder,) = tmp_path.glob("unpack-*")
    assert (folder / ".layer.txt.swp").read_bytes() == b"b0VIM"
    with opened(database) as terminal:
        terminal.expect("What vim had not saved is read by: vim -r")
        terminal.expect(f"{folder.name}/layer.txt")
        terminal.quit()
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("j")
        terminal.expect("question 2 of 3")
        assert "vim -r" not in terminal.text()
        terminal.quit()


def test_no_editor_is_said(database: Path) -> None:
    with opened(database, VISUAL="", EDITOR="") as terminal:
        terminal.expect("1 of 4")
        terminal.press("E")
        terminal.expect("No editor is named")


def test_ctrl_z_goes_to_the_shell_and_fg_comes_back(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("\x1a")
        assert terminal.stopped()
        terminal.signal(signal.SIGCONT)
        terminal.press("n")
        terminal.expect("2 of 4")
        terminal.quit()


def test_a_wrong_keymap_is_one_sentence_before_the_screen(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "unpack-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[keys]\naccept = "x"\n')
    with opened(database, XDG_CONFIG_HOME=str(tmp_path / "config")) as terminal:
        terminal.expect("the key x would mean both")
        assert terminal.wait() == 1
        assert LEAVES_ALTERNATE_SCREEN not in terminal.written


def test_the_demo_opens_on_the_first_essay(tmp_path: Path) -> None:
    with Terminal("demo", folder=tmp_path) as terminal:
        terminal.expect("Justice is the conformity of deeds to the norms of morality")
        terminal.quit()


def test_review_opens_on_what_a_filter_finds(database: Path) -> None:
    with Terminal("review", "--where", "kind:analogy", "--db", str(database), folder=database.parent) as terminal:
        terminal.expect("kind:analogy")
        terminal.expect("Analogy")
        terminal.quit()


@pytest.mark.parametrize(("where", "kept"), [(" ", ""), (" kind:analogy ", "kind:analogy")])
def test_blanks_around_a_filter_are_no_part_of_it(database: Path, where: str, kept: str) -> None:
    with Terminal("review", "--where", where, "--db", str(database), folder=database.parent) as terminal:
        terminal.expect("1 of 4")
        terminal.quit()
    with Store.open(database) as store:
        assert way(store).filter == kept


@pytest.mark.parametrize(("where", "said"), [("tag:none", "Nothing matches"), ("knd:x", "Did you mean")])
def test_review_says_what_a_filter_cannot_find(database: Path, where: str, said: str) -> None:
    with Terminal("review", "--where", where, "--db", str(database), folder=database.parent) as terminal:
        terminal.expect(said)
        assert terminal.wait() == 1


@pytest.mark.parametrize("over", ["", "F", "e", "s", "?", "v", "t", "/"])
def test_ctrl_c_leaves_from_anywhere(database: Path, over: str) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("n")
        terminal.expect("2 of 4")
        before = terminal.text()
        terminal.press(over)
        while over and terminal.text() == before:
            terminal.settle()
        terminal.press("\x03")
        assert terminal.wait() == 0
        assert LEAVES_ALTERNATE_SCREEN in terminal.written
        assert SHOWS_CURSOR in terminal.written
    assert set(statuses(database)) == {"pending"}
    with opened(database) as terminal:
        terminal.expect("2 of 4")


SIZES = [(40, 10), (20, 5), (200, 60), (1, 1), (80, 24)]


@pytest.mark.parametrize("over", ["", "F", "e", "s", "?", "v", "t", "d", "\x10"])
def test_the_window_may_have_any_size_at_any_moment(database: Path, over: str) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        for size in SIZES:
            terminal.press(over)
            terminal.resize(*size)
            terminal.settle()
        terminal.press("\x1b")
        terminal.settle(0.3)
        terminal.press("\x1b")
        terminal.settle(0.3)
        terminal.press("\x03")
        assert terminal.wait() == 0
    assert set(statuses(database)) == {"pending"}


def test_a_long_search_holds_up_no_key_and_esc_ends_it(much: Path) -> None:
    with opened(much) as terminal:
        terminal.expect("1 of 1,200")
        terminal.press("/αρχη\r")
        terminal.expect("Looking for")
        terminal.press("a")
        terminal.expect("Definition accepted")
        terminal.press("/τεχνη\r")
        terminal.expect("Looking for")
        terminal.press("\x1b")
        terminal.expect("The search is ended.")
        terminal.press("/αρχη\r")
        terminal.expect("Looking for")
        terminal.expect("of 1,199")
        terminal.quit()


def test_another_order_that_takes_long_holds_up_no_key_and_o_goes_on_from_it(much: Path) -> None:
    with opened(much) as terminal:
        terminal.expect("1 of 1,200")
        terminal.press("Ftext:αρχη\r")
        terminal.expect("of 1,199")
        terminal.press("o")
        terminal.expect("Ordering, problems first")
        terminal.press("a")
        terminal.expect("Definition accepted")
        terminal.press("o\x1b")  # in one breath: esc is known to be one while the order is still waited for
        terminal.expect("The order stays as it was.")
        terminal.press("o")  # from the first order, if that was made meanwhile
        terminal.expect("Ordering, ")
        terminal.expect("Now ")
        terminal.quit()
