"""`unpack-tui dedupe`, as programs and people call it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import Result
from rapidfuzz import fuzz

from tests.core.test_duplicate_groups import said
from tests.core.test_duplicates import filled
from unpack_core import duplicates
from unpack_core.neardup import normalize
from unpack_core.store import Store
from unpack_tui.terminal import Progress

Run = Callable[..., Result]


def lines(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_people_see_groups_with_the_copy_to_keep_first_and_what_is_left_out(run: Run) -> None:
    texts = [said(n) for n in range(14)]
    filled(Path("x.db"), [("meta", text) for text in texts] + [("context", "one of a kind")]).close()
    shown = run("dedupe", "--db", "x.db").stdout
    assert "in 1 group at 0.85; " in shown
    assert shown.count(" keep ") == 1
    assert "… 4 more" in shown
    assert "one of a kind" not in shown


def test_a_member_too_far_from_the_copy_to_keep_shows_so(run: Run) -> None:
    chain = [said(), said(1), said(3, 5), said(3, 5, 9, 12)]
    filled(Path("x.db"), [("meta", text) for text in chain]).close()
    table = run("dedupe", "--db", "x.db").stdout.splitlines()
    rows = [line.split() for line in table[4:8]]
    scores = [float(word) for row in rows for word in row if word.startswith("0.")]
    assert min(scores) < 0.85 <= max(scores)


def test_paragraphs_are_compared_like_layers_and_nothing_of_it_is_kept(run: Run) -> None:
    sources = [said(), said(2), said(2, 3, 4, 6, 8, 9), "Something else.", said()]
    Path("a.txt").write_text("\n\n".join(text.removeprefix("(1) ") for text in sources))
    Path("b.txt").write_text("Something else!")
    run("import", "a.txt", "b.txt", "--db", "x.db")
    found = lines(run("dedupe", "--of", "paragraphs", "--json", "--db", "x.db"))
    with Store.open("x.db") as store:
        texts = dict(store.rows("SELECT id, text FROM paragraph").fetchall())
        assert store.one("SELECT count(*) FROM resemblance")[0] == 0
    ratios = {pair: fuzz.ratio(*(normalize(texts[one]) for one in pair)) for pair in combinations(sorted(texts), 2)}
    assert {(row["a"], row["b"]): row["score"] for row in found} == {
        pair: ratio / 100 for pair, ratio in ratios.items() if ratio >= 85
    }
    assert len(found) == 4
    narrowed = lines(run("dedupe", "--of", "paragraphs", "--where", "document:b.txt", "--json", "--db", "x.db"))
    assert [row["score"] for row in narrowed] == [row["score"] for row in found if row["b"] == 6]
    shown = run("dedupe", "--of", "paragraphs", "--threshold", "0.99", "--db", "x.db").stdout
    assert shown.startswith("1 pair in 1 group at 0.99")
    with Store.open("x.db") as store:
        assert duplicates.threshold(store) == 0.85


def test_an_approximate_answer_says_its_recall_and_is_kept_nowhere(run: Run) -> None:
    pytest.importorskip("rensa")
    words = [f"word{n}" for n in range(400)]
    chance = random.Random(5)
    texts = []
    for _ in range(60):
        chosen = [chance.choice(words) for _ in range(40)]
        texts += [" ".join(chosen), " ".join(chosen[: chance.randrange(30, 38)]), " ".join(reversed(chosen))]
    with filled(Path("x.db"), [("meta", text) for text in texts]) as store:
        duplicates.catch_up(store)
        exact = {(pair.a, pair.b): pair.score for pair in duplicates.pairs(store)}
        duplicates.forget(store)
    result = run("dedupe", "--approximate", "--json", "--db", "x.db")
    found = {(row["a"], row["b"]): row["score"] for row in lines(result)}
    assert found.items() <= exact.items()
    assert all(row["approximate"] is True for row in lines(result))
    share = 100 * len(found) / len(exact)  # all 180 texts are in the sample, so the recall is the recall
    assert f"Approximate: {share:.1f} % of all pairs were found (95 % interval " in result.stderr
    with Store.open("x.db") as store:
        assert store.one("SELECT count(*) FROM resemblance")[0] == 0
    assert "\nAbout " not in run("dedupe", "--db", "x.db").stdout
    assert run("dedupe", "--approximate", "--db", "x.db").stdout.startswith("About ")


def test_without_the_extra_a_sentence_says_how_to_get_it(tmp_path: Path) -> None:
    database = tmp_path / "x.db"
    filled(database, [("meta", said())]).close()
    (tmp_path / "rensa.py").write_text("raise ImportError('not installed')")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    asked = [sys.executable, "-m", "unpack_tui", "dedupe", "--approximate", "--db", str(database)]
    result = subprocess.run(asked, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 1
    assert "pip install 'unpack-tui[approximate]'" in result.stderr
    assert result.stderr.count("\n") == 1


def test_ctrl_c_keeps_what_is_done_and_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes when a part has been compared."""
    monkeypatch.setattr(Progress, "__call__", lambda *_: signal.raise_signal(signal.SIGINT))
    with filled(Path("x.db"), [("meta", said(n)) for n in range(300)]) as store:
        stopped = run("dedupe", "--json", "--db", "x.db")
        left = duplicates.to_compare(store)
        assert 0 < left < 300
        assert (stopped.exit_code, stopped.stdout) == (130, "")
        assert stopped.stderr.splitlines() == [f"Stopped: {left:,} texts still to compare, and what is done is kept."]
        assert run("doctor", "--db", "x.db").exit_code == 0
