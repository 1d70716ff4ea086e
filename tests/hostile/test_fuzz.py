"""Whatever a file holds and whatever a text says: import ends with a sentence, and no command's output acts."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.hostile.test_plain import ANY
from tests.hostile.test_terminal import COMMANDS, WORDS, assert_harmless
from tests.tui.terminal import Terminal
from unpack_core.clean import clean
from unpack_core.corpus.files import ENDINGS

Command = Callable[..., Result]

WHOLE = [
    "# A title\n\nA paragraph [^1] of *two* lines\nand a list:\n\n- one\n- two\n\n```\ncode\n```\n\n[^1]: a note\n",
    "> [!question] **Anna** - 2025-03-01 10:00\n> What is a map?\n<!-- UID: 5f -->\n\n> [!info] **B**\n> A promise.\n",
    '{"document": "a.md", "position": 0, "text": "A map.", "lang": "en", "layers": [{"kind": "meta", "text": "(1) So.",'
    ' "status": "accepted", "tags": ["a"], "flagged": true, "versions": []}]}\n{"text": "Another."}\n',
    'text,lang,title\n"A map, of land",en,One\n"Причина ""есть""",ru,Two\n',
    '{"custom_id": "x", "result": {"type": "succeeded", "message": {"content": [{"type": "text", "text": "{}"}]}}}\n',
    "A text.\r\n\r\nHard wrap\r\nof lines.\x0cA page.\n\n   * * *\n\nEnd.",
]
NAMES = [f"x{ending}{packed}" for ending in ENDINGS for packed in ("", ".gz")]


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """Any bytes, or a good file into which something was put, or out of which something was cut."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=300))
    data = draw(st.sampled_from(WHOLE)).encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])))
    for _ in range(draw(st.integers(0, 3))):
        first, last = sorted(draw(st.tuples(st.integers(0, len(data)), st.integers(0, len(data)))))
        some = draw(st.one_of(st.binary(max_size=8), ANY.map(lambda text: text[:40].encode("utf-8", "surrogatepass"))))
        data = data[:first] + some + data[draw(st.sampled_from([first, last])) :]
    return data


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(NAMES), data=contents(), pack=st.booleans())
def test_any_bytes_are_taken_or_refused_with_a_sentence(name: str, data: bytes, pack: bool, run: Command) -> None:
    Path(name).write_bytes(gzip.compress(data) if pack and name.endswith(".gz") else data)
    done = run("import", name)
    Path(name).unlink()
    assert isinstance(done.exception, (SystemExit, type(None))), done.exception
    assert done.exit_code in (0, 1)
    assert done.stderr.strip()
    assert_harmless(done.output.encode())


@settings(max_examples=2, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(ANY, min_size=40, max_size=40))
def test_no_command_lets_any_text_act(texts: list[str], run: Command) -> None:
    Path("unpack.db").unlink(missing_ok=True)
    kept = [text[:500] for text in texts if clean(text[:500])[0].strip()]
    with Path("hostile.jsonl").open("w") as batch:
        batch.write('{"text": "A good one."}\n')
        for number, text in enumerate(kept):
            layer = {"kind": "question", "text": f"(1) “{text}” {text} — [{text}]", "model": text, "status": "accepted"}
            line = {"document": f"{number}{text}", "title": text, "text": text, "lang": text[:9], "layers": [layer]}
            batch.write(json.dumps(line) + "\n")
    assert "Added" in run("import", "hostile.jsonl").stderr
    with Terminal(*WORDS, folder=Path.cwd(), command=("-c", COMMANDS)) as terminal:
        assert terminal.wait() == 0
        assert b"Traceback" not in terminal.written
        assert b"\x1b" not in terminal.written
        assert_harmless(terminal.written)
