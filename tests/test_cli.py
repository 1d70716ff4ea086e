"""The command line as another program sees it: stdout, stderr, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from unpack_core import __version__

Run = Callable[..., Result]


def test_version(run: Run) -> None:
    assert run("--version").stdout.strip() == f"unpack-tui {__version__}"


@pytest.mark.parametrize("words", [[], ["review"], ["stats"], ["log"], ["doctor"], ["export"]])
def test_without_a_database_one_line_says_what_to_do(run: Run, words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "unpack-tui import" in result.stderr
    assert "unpack-tui demo" in result.stderr
    assert not Path("unpack.db").exists()


@pytest.mark.parametrize("command", ["demo", "import", "review", "export", "stats", "log", "doctor"])
def test_every_command_has_help_with_an_example(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Example: unpack-tui" in result.stdout


def test_wrong_usage_is_2(run: Run) -> None:
    assert run("nonsense").exit_code == 2
    assert run("import").exit_code == 2
    assert run("stats", "--nonsense").exit_code == 2


def test_import_twice_adds_nothing(run: Run) -> None:
    Path("essay.md").write_text("# On Maps\n\nA map is a promise.\n\nA promise is a map.\n")
    first, second = run("import", "essay.md"), run("import", "essay.md")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Added 1 document, 2 paragraphs and 0 layers." in first.stderr
    assert "Added 0 documents, 0 paragraphs and 0 layers." in second.stderr
    assert json.loads(run("stats", "--json").stdout)["paragraphs"] == 2


def test_bad_lines_are_named_and_the_good_ones_kept(run: Run) -> None:
    last = '{"text": "Good too.", "layers": [{"kind": "question", "text": "(1) Why?"}]}\n'
    Path("b.jsonl").write_text('{"text": "Good."}\nnot json\n{"text": 5}\n' + last)
    result = run("import", "b.jsonl")
    assert result.exit_code == 1
    assert "line 2" in result.stderr
    assert "line 3" in result.stderr
    assert "2 lines or files left out" in result.stderr
    assert json.loads(run("stats", "--json").stdout)["paragraphs"] == 2
    Path("b.jsonl").write_text('{"text": "Good."}\n{"text": "Mended."}\n' + last)
    again = run("import", "b.jsonl")
    assert again.exit_code == 0
    assert "Added 1 document, 1 paragraph and 0 layers." in again.stderr


def test_import_from_stdin(run: Run) -> None:
    result = run("import", "-", "--format", "txt", stdin="Один абзац.\n\nДругой абзац.".encode())
    assert result.exit_code == 0, result.stderr
    assert json.loads(run("stats", "--json").stdout)["paragraphs"] == 2


def test_a_batch_finds_its_source_by_the_file_name(run: Run) -> None:
    Path("texts").mkdir()
    Path("texts/a.md").write_text("The first.\n\nThe second.\n")
    run("import", "texts")
    layer = '{"kind": "meta", "text": "(1) It counts."}'
    Path("batch.jsonl").write_text(
        f'{{"document": "a.md", "position": 1, "text": "The second.", "layers": [{layer}]}}\n'
    )
    result = run("import", "batch.jsonl")
    assert "Added 0 documents, 0 paragraphs and 1 layer." in result.stderr


def test_dry_run_changes_nothing(run: Run) -> None:
    Path("a.txt").write_text("One.\n\nTwo.\n")
    result = run("import", "--dry-run", "a.txt")
    assert "Would add 1 document, 2 paragraphs" in result.stderr
    assert not Path("unpack.db").exists()
    run("import", "a.txt")
    Path("b.txt").write_text("Three.\n")
    run("import", "--dry-run", "b.txt")
    assert json.loads(run("stats", "--json").stdout)["paragraphs"] == 2


def test_a_wrong_path_makes_no_database(run: Run) -> None:
    result = run("import", "nothing.txt")
    assert result.exit_code == 1
    assert "nothing.txt" in result.stderr
    assert not Path("unpack.db").exists()


def test_what_cannot_be_read_is_said_and_makes_no_database(run: Run) -> None:
    Path("folder").mkdir()
    Path("folder/bytes.txt").write_bytes(b"\x00\xff\xfe\xff")
    Path("folder/empty.md").touch()
    Path("folder/broken.jsonl.gz").write_bytes(b"not gzip at all")
    Path("folder/nested.jsonl").write_text("[" * 100_000)
    os.mkfifo("folder/pipe.txt")
    result = run("import", "folder")
    assert result.exit_code == 1
    assert "4 lines or files left out" in result.stderr
    for said in ("neither UTF-8 nor UTF-16", "has no paragraphs", "cannot be read to its end", "not JSON"):
        assert said in result.stderr
    assert not Path("unpack.db").exists()


def test_db_stands_before_or_after_the_command_or_in_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.txt").write_text("One.")
    assert run("--db", "1.db", "import", "a.txt").exit_code == 0
    assert run("import", "--db", "2.db", "a.txt").exit_code == 0
    monkeypatch.setenv("UNPACK_DB", "3.db")
    assert run("import", "a.txt").exit_code == 0
    assert {path.name for path in Path().glob("*.db")} == {"1.db", "2.db", "3.db"}
    assert run("stats", "--db", "1.db").exit_code == 0


def test_db_stands_after_a_command_that_needs_no_file_too(run: Run) -> None:
    assert run("recipe", "init", "mine.toml", "--db", "x.db").exit_code == 0
    for words in (["show"], ["check", "mine.toml"], ["diff", "mine.toml"]):
        assert run("recipe", *words, "--db", "x.db").exit_code == 0
        assert run("recipe", "--db", "x.db", *words).exit_code == 0
    assert not Path("x.db").exists()


def test_demo_without_a_terminal_does_all_but_the_screen(run: Run) -> None:
    result = run("demo")
    assert result.exit_code == 0
    assert "Made unpack-demo.db" in result.stderr
    assert "no terminal" in result.stderr
    assert "layers" in result.stdout
    numbers = json.loads(run("stats", "--json", "--db", "unpack-demo.db").stdout)
    assert numbers["documents"] >= 8
    assert numbers["paragraphs"] >= 60
    assert {row["name"] for row in numbers["kinds"]} == {
        "definition", "assumption", "question", "argument", "counterexample", "paradox", "analogy", "context", "meta"
    }  # fmt: skip
    again = run("demo")
    assert "there already" in again.stderr
    assert json.loads(run("stats", "--json", "--db", "unpack-demo.db").stdout)["layers"] == numbers["layers"]


def test_demo_never_fills_the_curators_own_database(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNPACK_DB", "mine.db")
    run("demo")
    assert not Path("mine.db").exists()


def test_stats_json_has_what_programs_rely_on(run: Run, database: Path) -> None:
    numbers = json.loads(run("stats", "--json", "--db", str(database)).stdout)
    assert numbers["documents"] == 1
    assert numbers["paragraphs"] == 4
    assert numbers["layers"] == {"total": 12, "pending": 12, "accepted": 0, "rejected": 0, "flagged": 0}
    assert numbers["tags"] == {}
    assert set(numbers["duplicates"]) == {"open", "settled"}
    assert numbers["cost_usd"] == 0


def test_stats_of_an_empty_database(run: Run, tmp_path: Path) -> None:
    from unpack_core.store import Store

    Store.open(tmp_path / "e.db", create=True).close()
    assert json.loads(run("stats", "--json", "--db", "e.db").stdout)["layers"]["pending"] == 0
    assert "0 layers" in run("stats", "--db", "e.db").stdout


def test_one_text_to_compare_is_one_text(run: Run, database: Path) -> None:
    from unpack_core.store import Store

    with Store.open(database) as store:
        store.edit(1, "(1) Another.")
    assert "; 1 text still to compare: unpack-tui dedupe" in run("stats", "--db", str(database)).stdout


@pytest.mark.parametrize("words", [["log"], ["log", "--json"]])
def test_log_without_a_decision_says_so_beside_its_data(run: Run, database: Path, words: list[str]) -> None:
    result = run(*words, "--db", str(database))

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"Nothing was decided in {database} yet.\n"


def test_log_tells_decisions_newest_last(run: Run, database: Path) -> None:
    from unpack_core.model import Status
    from unpack_core.store import Store

    with Store.open(database) as store:
        store.decide([1], Status.ACCEPTED)
        store.retag([2], ["weak"])
        store.undo()
    rows = [json.loads(line) for line in run("log", "--json", "--db", str(database)).stdout.splitlines()]
    assert [row["action"] for row in rows] == ["decide", "tag", "undo"]
    assert rows[0]["after"] == {"status": "accepted"}
    assert rows[0]["kind"] == "definition"
    text = run("log", "--db", str(database)).stdout.splitlines()
    assert "pending → accepted" in text[0]
    assert "-#weak" in text[2]


def test_doctor_says_that_a_file_had_nothing_in_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cut.db").touch()
    said = run("--db", "cut.db", "doctor")
    assert (said.exit_code, "cut.db had no bytes" in said.stdout) == (0, True)
    assert "had no bytes" not in run("--db", "cut.db", "doctor").stdout


def test_doctor_is_clean_and_says_when_not(run: Run, database: Path) -> None:
    import sqlite3

    result = run("doctor", "--db", str(database))
    assert result.exit_code == 0
    assert "✗" not in result.stdout
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE layer SET status = 'rejected' WHERE id = 2")
    connection.close()
    broken = run("doctor", "--db", str(database))
    assert broken.exit_code == 1
    assert "layer 2 shows rejected" in broken.stdout


def test_review_without_a_terminal_says_so(run: Run, database: Path) -> None:
    result = run("review", "--db", str(database))
    assert result.exit_code == 1
    assert "needs a terminal" in result.stderr


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "unpack_tui", *words]


@pytest.mark.parametrize("words", [["--help"], ["stats"], ["stats", "--json"], ["export"], ["log"], ["doctor"]])
def test_quick_commands_import_neither_textual_nor_anthropic(database: Path, words: list[str]) -> None:
    script = (
        "import sys\nfrom unpack_tui.cli import cli\n"
        "try: cli(sys.argv[1:], prog_name='unpack-tui')\n"
        "except SystemExit as e: assert not e.code, e.code\n"
        "finally: print(sorted({'textual', 'anthropic'} & set(sys.modules)), file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, "--db", str(database), *words], capture_output=True, text=True, check=True
    )
    assert run.stderr.strip().splitlines()[-1] == "[]"


def test_export_into_a_closed_pipe_ends_quietly(run: Run) -> None:
    run("demo")
    environment = os.environ | {"UNPACK_DB": "unpack-demo.db"}
    export = subprocess.Popen(
        command("export", "layers"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert export.stdout
    assert export.stderr
    assert json.loads(export.stdout.readline())["document"]
    export.stdout.close()
    said = export.stderr.read().decode().splitlines()
    assert len(said) == 1
    assert said[0].startswith("9 pairs of near-duplicates")
    export.stderr.close()
    assert export.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("whole", ["write.whole_file", "folder.whole_folder"])
def test_an_export_that_is_told_to_end_leaves_nothing(number: signal.Signals, whole: str, tmp_path: Path) -> None:
    module, name = whole.split(".")
    script = (
        "import sys\nfrom pathlib import Path\nfrom unpack_tui.__main__ import end_when_told\n"
        f"from unpack_core.export.{module} import {name}\n"
        f"end_when_told()\nwith {name}(Path('x')): print('begun', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as export:
        assert export.stdout
        assert export.stdout.readline() == b"begun\n"
        assert len(list(tmp_path.iterdir())) == 1
        export.send_signal(number)
        assert export.wait() == 128 + number
    assert list(tmp_path.iterdir()) == []
