"""Files that mean harm, in one folder with a good one: what was done is said, and the good one comes in."""

from __future__ import annotations

import gzip
import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Command = Callable[..., Result]

GOOD = "This paragraph is a good one, and it comes in whatever stands beside it."
LONG = 10_000_000

FILES: dict[str, bytes] = {
    "long.txt": b"word " * (LONG // 5),
    "one-word.txt": b"x" * LONG,
    "long.jsonl": json.dumps({"text": "word " * (LONG // 5)}).encode(),
    "nul.txt": b"a\x00b\x00 and so on",
    "only-nul.txt": b"\x00" * 1000,
    "utf16.txt": "Ein Absatz in UTF-16.".encode("utf-16"),
    "utf16-cut.txt": "Ein Absatz in UTF-16.".encode("utf-16")[:-1],
    "utf16-no-mark.txt": "Ein Absatz in UTF-16.".encode("utf-16-le"),
    "latin.txt": "Déjà vu, élève.".encode("latin-1"),
    "binary.md": bytes(range(256)) * 10,
    "surrogates.jsonl": b'{"text": "\\ud800 alone"}\n{"text": "\\udc00\\ud800 crossed"}\n{"\\ud800": 1, "text": "key"}',
    "raw-surrogates.jsonl": b'{"text": "\xed\xa0\x80"}',
    "nested.jsonl": b'{"text": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "nested-objects.jsonl": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "nested-quotes.md": b">" * 50_000 + b" deep",
    "nested-lists.md": b"".join(b" " * n + b"- x\n" for n in range(2_000)),
    "brackets.md": b"[" * 20_000,
    "stars.md": b"*a_" * 30_000,
    "huge-number.jsonl": b'{"text": "a number", "position": 1' + b"0" * 5_000 + b"}",
    "huge-position.jsonl": b'{"text": "a position", "position": 9223372036854775807}',
    "negative.jsonl": b'{"text": "a position", "position": -1}',
    "not-finite.jsonl": b'{"text": "a number", "position": NaN}',
    "types.jsonl": b'[]\n"text"\n1\nnull\n{}\n{"text": null}\n{"text": {"a": 1}}\n{"text": "x", "layers": "no"}\n'
    b'{"text": "x", "layers": [1]}\n{"text": "x", "layers": [{"kind": 1, "text": 2}]}\n'
    b'{"text": "x", "layers": [{"kind": "definition", "text": "y", "status": "hacked"}]}\n'
    b'{"text": "x", "layers": [{"kind": "; DROP TABLE layer", "text": "y"}]}\n'
    b'{"text": "x", "layers": [{"kind": "definition", "text": "y", "tags": ["two words", "a:b"]}]}',
    "broken.jsonl.gz": gzip.compress(b'{"text": "a line"}\n' * 100)[:-20],
    "no-gzip.jsonl.gz": b"this is no gzip",
    "flipped.jsonl.gz": gzip.compress(json.dumps({"text": GOOD * 50}).encode()).replace(b"\x00", b"\x01", 3),
    "columns.csv": b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n" + b",".join([b"x"] * 1_000_000),
    "quotes.csv": b'text\n"never closed' + b"," * 100_000,
    "returns.csv": b"a\rcolumn,text\rx,y\r\nx\ry,z\n",
    "nul.csv": b"text\na\x00b\n",
    "empty.txt": b"",
    "empty.jsonl.gz": b"",
    "new\nline.txt": b"A paragraph in a file whose name has a line end.",
    "escape\x1b]0;PWNED\x07.txt": b"A paragraph in a file whose name speaks to the terminal.",
    "../outside.txt".replace("/", "\u2215"): b"A paragraph in a file whose name looks like a way out.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.md").write_text(GOOD)
    return folder


def assert_taken_well(run: Command, *paths: str) -> Result:
    """No traceback, something said, the database sound, and the good file in it."""
    done = run("import", *paths)
    assert isinstance(done.exception, (SystemExit, type(None))), (paths, done.exception)
    assert done.exit_code in (0, 1)
    assert done.stderr.strip()
    return done


@pytest.mark.parametrize("name", FILES, ids=ascii)
def test_a_file_that_means_harm(name: str, folder: Path, run: Command) -> None:
    (folder / name).write_bytes(FILES[name])
    done = assert_taken_well(run, "in")
    assert "\x1b" not in done.output
    assert GOOD in run("export", "layers").stdout or GOOD in run("export", "pretrain", "--status", "all").stdout
    assert run("doctor").exit_code == 0
    again = assert_taken_well(run, "in")  # and once more brings nothing new
    assert "Added 0 documents, 0 paragraphs and 0 layers." in again.stderr, again.stderr


def test_what_is_no_file_is_left_alone(folder: Path, run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "tty.md").symlink_to("/dev/tty")
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / "folder.txt").mkdir()
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")
        monkeypatch.chdir(folder.parent)
        assert_taken_well(run, "in")
    assert run("doctor").exit_code == 0
    for name in ("pipe.txt", "zero.txt", "loop.txt", "gone.txt", "socket.txt"):
        done = run("import", f"in/{name}")
        assert (done.exit_code, type(done.exception)) == (1, SystemExit)
        assert f"in/{name}" in done.stderr
    assert stat.S_ISFIFO((folder / "pipe.txt").stat().st_mode)


@pytest.mark.parametrize("name", ["bomb.txt.gz", "bomb.jsonl.gz"])
def test_what_was_packed_to_be_small_is_not_held(name: str, folder: Path, run: Command) -> None:
    with gzip.open(folder / name, "wb", compresslevel=1) as bomb:
        bomb.write(b'{"text": "' if "jsonl" in name else b"")
        for _ in range(66):
            bomb.write(b"word " * (2**20 // 5 + 1))
    limited = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**30,) * 2)"
    program = f"{limited}; from unpack_tui.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", program, "import", "in"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"in/{name}" in done.stderr
    assert "more than 67,108,864" in done.stderr
    assert GOOD in run("export", "pretrain", "--status", "all").stdout


@pytest.mark.usefixtures("folder")
def test_a_name_that_is_no_text(run: Command) -> None:
    wild = os.fsdecode(b"in/caf\xe9\xff.txt")
    Path(wild).write_text("A paragraph in a file with a wild name.")
    assert assert_taken_well(run, "in").exit_code == 0
    assert "Added 0 documents" in assert_taken_well(run, wild).stderr
    assert run("doctor").exit_code == 0
    assert "in/caf\\\\xe9\\\\xff.txt" in run("export", "layers").stdout


def test_names_never_lead_out_of_an_export(folder: Path, run: Command, tmp_path: Path) -> None:
    uris = ["../../x", "/etc/passwd", "..", ".", "", "a/../../b", "C:\\x", "~/x", "CON", "-rf", "x\x00y", "\u2215etc"]
    layer = {"kind": "definition", "text": "(1) A point", "status": "accepted"}
    lines = [json.dumps({"document": uri, "text": f"{GOOD} {n}", "layers": [layer]}) for n, uri in enumerate(uris)]
    (folder / "batch.jsonl").write_text("\n".join(lines))
    assert_taken_well(run, "in")
    before = {path for path in tmp_path.rglob("*") if "out" not in path.parts}
    for preset in ("txt", "dataset"):
        done = run("export", preset, "-o", f"out/{preset}")
        assert done.exit_code == 0, done.stderr
    assert {path for path in tmp_path.rglob("*") if "out" not in path.parts} == before
    assert not any(path.is_symlink() for path in (tmp_path / "out").rglob("*"))
    assert len(list((tmp_path / "out" / "txt").glob("*.txt"))) >= len(uris) - 1
