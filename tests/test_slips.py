"""Slips on the command line: an empty variable, a number that is none, an export onto what it is made from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
TOO_LONG = "n" * 300


@pytest.fixture(autouse=True)
def curated(run: Run) -> None:
    """A database with an accepted layer, in the folder that one is in."""
    layer = {"kind": "question", "text": "(1) Which morality?", "status": "accepted"}
    Path("a.jsonl").write_text(json.dumps({"document": "a.md", "text": "Justice is conformity.", "layers": [layer]}))
    assert run("import", "a.jsonl").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("export", "-o", ""),
        ("export", "dataset", "-o", ""),
        ("export", "pretrain", "--mix", ""),
        ("export", "--recipe", ""),
        ("import", ""),
        ("import", "a.jsonl", ""),
        ("backup", ""),
        ("recipe", "init", ""),
        ("recipe", "diff", ""),
        ("--db", "", "stats"),
        ("stats", "--db", ""),
    ],
)
def test_an_empty_path_is_wrong_usage_and_not_this_folder(run: Run, words: tuple[str, ...]) -> None:
    there = {path: path.read_bytes() for path in Path().iterdir()}
    result = run(*words)
    assert result.exit_code == 2
    assert "it is empty. Name a file or folder." in result.stderr
    assert {path: path.read_bytes() for path in Path().iterdir()} == there


@pytest.mark.parametrize(
    "words",
    [
        ("stats", "--db", TOO_LONG), ("demo", "--db", TOO_LONG), ("backup", TOO_LONG), ("import", TOO_LONG),
        ("export", "-o", TOO_LONG), ("export", "txt", "-o", TOO_LONG), ("export", "pretrain", "--mix", TOO_LONG),
        ("recipe", "init", TOO_LONG), ("recipe", "check", TOO_LONG), ("generate", "--recipe", TOO_LONG),
    ],
)  # fmt: skip
def test_a_name_that_no_file_can_have_is_one_sentence(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert TOO_LONG in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_empty_variable_of_the_environment_is_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UNPACK_DB", "UNPACK_RECIPE", "UNPACK_MODEL"):
        monkeypatch.setenv(name, "")
    assert "1 layer" in run("stats").stdout
    assert "claude" in run("generate", "--dry-run").stderr


@pytest.mark.parametrize(
    "words",
    [
        ("export", "-o", "x.jsonl", "--val", "nan"),
        ("export", "pretrain", "--mix", "a.jsonl", "--annotated-share", "nan"),
        ("generate", "--dry-run", "--max-cost", "nan"),
        ("recheck", "--share", "0.5", "--older-than", "nan"),
    ],
)
def test_nan_is_in_no_range(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "nan is not a number." in result.stderr
    assert not Path("x.jsonl").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("dedupe", "--threshold", "85"),
        ("dedupe", "--threshold", "nan"),
        ("recheck", "--share", "5"),
        ("import", "a.jsonl", "--format", "xml"),
    ],
)
def test_a_value_that_an_option_cannot_have_is_wrong_usage(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Invalid value for '--" in result.stderr


@pytest.mark.parametrize("days", ["inf", "1e300", "99999999"])
def test_decisions_older_than_anybody_are_not_asked_for(run: Run, days: str) -> None:
    result = run("recheck", "--share", "0.5", "--older-than", days)
    assert result.exit_code == 2
    assert "is not in the range" in result.stderr


@pytest.mark.parametrize("preset", ["chat", "layers", "requests"])
@pytest.mark.parametrize("name", ["unpack.db", "link.jsonl", "other.jsonl"])
def test_an_export_never_takes_the_place_of_a_database(run: Run, preset: str, name: str) -> None:
    Path("link.jsonl").symlink_to("unpack.db")
    run("backup", "other.jsonl")
    before = Path(name).read_bytes()
    result = run("export", preset, "-o", name)
    assert result.exit_code == 1
    assert result.stderr.endswith("is a database and is left as it is. Name another place with -o.\n")
    assert Path(name).read_bytes() == before


@pytest.mark.parametrize("words", [("export", "chat", "-o"), ("export", "dataset", "-o"), ("backup",)])
@pytest.mark.parametrize(
    "name",
    ["unpack.db-wal", "unpack.db-shm", "link/unpack.db-journal", "unpack.db.generating", "unpack.unstored.jsonl"],
)
def test_nothing_is_written_where_a_database_looks_for_its_own(run: Run, words: tuple[str, ...], name: str) -> None:
    Path("link").symlink_to(".")
    before = sorted(Path().iterdir())
    result = run(*words, name)
    assert result.exit_code == 1
    assert "would be taken for a part of" in result.stderr
    assert sorted(Path().iterdir()) == before


@pytest.mark.parametrize("name", ["./-wal", ".generating", ".unstored.jsonl", "nowhere/x.unstored.jsonl", "x.db-wal"])
def test_a_name_that_belongs_to_nothing_is_free(run: Run, name: str) -> None:
    made = name.startswith("nowhere")
    assert run("export", "layers", "-o", name).exit_code == made
    Path(name).unlink(missing_ok=True)
    assert run("backup", name).exit_code == made
    assert Path(name).exists() != made


@pytest.mark.parametrize(
    "words", ["export chat -o", "export dataset -o", "export pretrain -o x.jsonl --mix", "--db loop import essay.txt"]
)
def test_a_link_that_leads_back_to_itself_is_said(run: Run, words: str) -> None:
    Path("essay.txt").write_text("A text.\n")
    Path("loop").symlink_to("pool")
    Path("pool").symlink_to("loop")
    result = run(*words.split(), *(["loop"] if words.endswith(("-o", "--mix")) else []))
    assert result.exit_code == 1
    assert result.stderr.startswith("unpack-tui: ")
    assert "Name another p" in result.stderr
    assert result.stderr.count("\n") == 1


def test_no_database_is_made_where_another_looks_for_its_own(run: Run) -> None:
    Path("essay.txt").write_text("A text.\n")
    result = run("--db", "unpack.db-wal", "import", "essay.txt")
    assert result.exit_code == 1
    assert "would be taken for a part of" in result.stderr
    assert not Path("unpack.db-wal").exists()


def test_an_export_does_not_stand_in_the_plain_corpus_it_is_mixed_into(run: Run) -> None:
    Path("plain").mkdir()
    plain = Path("plain/a.txt")
    plain.write_text("Plain words.\n" * 50)
    for preset, mix, place in (
        ("pretrain", "plain", "plain/out.jsonl"),
        ("pretrain", "plain/a.txt", "plain/a.txt"),
        ("dataset", "plain", "plain/data"),
    ):
        result = run("export", preset, "--mix", mix, "-o", place)
        assert result.exit_code == 1
        assert f"{place} is part of {mix}, which --mix reads as plain text." in result.stderr
    assert list(Path("plain").iterdir()) == [plain]
    assert plain.read_text() == "Plain words.\n" * 50
    assert run("export", "pretrain", "--mix", "plain", "-o", "out.jsonl").exit_code == 0


@pytest.mark.parametrize("option", [("--annotated-share", "0.1"), ("--unit", "docs"), ("--tokenizer", "t.json")])
def test_a_share_without_anything_to_mix_into_is_wrong_usage(run: Run, option: tuple[str, str]) -> None:
    result = run("export", "pretrain", "-o", "x.jsonl", *option)
    assert result.exit_code == 2
    assert "add --mix and a corpus" in result.stderr
    assert not Path("x.jsonl").exists()


def test_a_dash_is_standard_output(run: Run) -> None:
    result = run("export", "chat", "-o", "-")
    assert result.stdout == run("export", "chat").stdout != ""
    assert "Name a place with -o" in run("export", "dataset", "-o", "-").stderr
    assert not Path("-").exists()


def test_the_demo_goes_into_no_file_that_holds_work(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNPACK_DB", "unpack.db")
    before = Path("unpack.db").read_bytes()
    assert run("demo").exit_code == 0
    assert Path("unpack-demo.db").exists()
    assert Path("unpack.db").read_bytes() == before
    assert "UNPACK_DB" not in run("demo", "--help").stdout
