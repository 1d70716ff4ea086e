"""What several tests share: a small database made through the front door, and where it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result
from hypothesis import Phase, settings

from unpack_core.store import Store
from unpack_tui.cli import cli

settings.register_profile("any machine", deadline=None)  # no test asserts how long anything takes
settings.register_profile("first fault", deadline=None, phases=[Phase.explicit, Phase.generate])  # for tests.mutants
settings.load_profile("any machine")

ESSAY = [
    ("en", "Justice is the conformity of deeds to the norms of morality. So we were told, and so we told others."),
    ("en", "A promise binds the one who gives it to a morning that neither of you has seen."),
    ("ru", "Причина — это то, без чего следствия не было бы. Но без воздуха не было бы и пожара."),
    ("ja", "地図は土地ではない。しかし、地図のない土地を誰が知っていると言えるだろうか。"),
]


def batch_line(position: int, lang: str, text: str) -> dict[str, object]:
    """A paragraph with three layers."""
    first = text.split()[0].strip(".,")
    quote = {"ru": f"«{first}»", "ja": "“地図”"}.get(lang, f"“{first}”")
    return {
        "document": "essay.md",
        "position": position,
        "text": text,
        "lang": lang,
        "layers": [
            {
                "kind": kind,
                "text": f"(1) {quote} {kind} {position} — [answer {position}]",
                "origin": "generated",
                "model": "m-1",
            }
            for kind in ("definition", "question", "analogy")
        ],
    }


def lose(path: Path, *, replaced: bool) -> None:
    """Remove a database, or put another under its name."""
    if not replaced:
        path.unlink()
        return
    other = path.with_name("other.db")
    Store.open(other, create=True).close()
    other.replace(path)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Four paragraphs in English, Russian and Japanese, three layers each."""
    lines = b"".join(
        orjson.dumps(batch_line(n, lang, text), option=orjson.OPT_APPEND_NEWLINE)
        for n, (lang, text) in enumerate(ESSAY)
    )
    source = tmp_path / "batch.jsonl"
    source.write_bytes(lines)
    path = tmp_path / "x.db"
    result = CliRunner().invoke(cli, ["--db", str(path), "import", str(source)])
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line in an empty folder: `run("import", "a.txt")`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UNPACK_DB", raising=False)
    runner = CliRunner()

    def invoke(*words: str, stdin: bytes | None = None) -> Result:
        return runner.invoke(cli, words, input=stdin)

    return invoke
