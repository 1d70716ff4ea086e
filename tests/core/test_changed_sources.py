"""A source that was edited comes in again: layers stay with what stayed, quotations are looked for, nothing goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unpack_core import checks, search
from unpack_core.corpus import Arrival, read
from unpack_core.doctor import examine
from unpack_core.filter import compiled
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.pairing import Placed, pairs
from unpack_core.recipe import built_in
from unpack_core.review import Review
from unpack_core.store import Store
from unpack_tui.paint.review import header

Run = Callable[..., Result]

FIRST = "A map is worth what it leaves out, and nobody ever thanked a surveyor for the stones."
SECOND = "The surveyor who draws every stone of the hill has drawn no map, but a second hill."
THIRD = "A promise binds the one who gives it to a morning that neither of you has seen."
CHANGED = "The surveyor who draws every stone of the hill has drawn no chart, only a second hill."
NEW = "Blind neighbours remember where the bakery was."


def written(*paragraphs: str) -> None:
    Path("essay.md").write_text("# On Maps\n\n" + "\n\n".join(paragraphs) + "\n", encoding="utf-8")


def batch() -> None:
    lines = [
        {"document": "essay.md", "position": n, "text": text, "layers": [{"kind": "question", "text": layer}]}
        for n, (text, layer) in enumerate(
            [
                (FIRST, "(1) “leaves out” What? — [most of it]"),
                (SECOND, "(1) “every stone of the hill” Every one?\n(2) “has drawn no map” What then?"),
                (THIRD, "(1) “a morning” Which?"),
            ]
        )
    ]
    Path("batch.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")


@pytest.fixture
def sources(run: Run) -> Run:
    """An essay of three paragraphs with a layer each, in the folder's database."""
    written(FIRST, SECOND, THIRD)
    batch()
    assert run("import", "essay.md", "batch.jsonl").exit_code == 0
    return run


def rows(sql: str) -> list[tuple[object, ...]]:
    with Store.open("unpack.db") as store:
        return store.rows(sql).fetchall()


def seen() -> list[tuple[object, ...]]:
    """Paragraphs in reading order, each with its layers' ids and whether its source has it."""
    return rows(
        "SELECT p.text, (SELECT group_concat(l.id) FROM layer l WHERE l.paragraph_id = p.id), p.removed_at = ''"
        " FROM paragraph p ORDER BY p.rank, p.id"
    )


def finds(expression: str) -> int:
    with Store.open("unpack.db") as store:
        clause = compiled(store, expression)
        assert clause.source is not None
        sql = f"SELECT count(*) FROM paragraph p JOIN document d ON d.id = p.document_id WHERE {clause.source.sql}"
        return int(store.one(sql, clause.source.parameters)[0])


def test_the_same_again_adds_and_changes_nothing(sources: Run) -> None:
    before = rows("SELECT * FROM paragraph")
    for paths in (["essay.md"], ["essay.md", "batch.jsonl", "essay.md"], ["batch.jsonl", "essay.md", "essay.md"]):
        result = sources("import", *paths)
        assert "Added 0 documents, 0 paragraphs and 0 layers." in result.stderr
        assert "hanged" not in result.stderr
        assert "onger" not in result.stderr
    assert rows("SELECT * FROM paragraph") == before


def test_a_layer_that_is_new_comes_in_behind_one_that_is_known(tmp_path: Path) -> None:
    """A text that a layer had before is that of one layer, however often it had it."""
    with Store.open(tmp_path / "x.db", create=True) as store:

        def took(*layers: str) -> tuple[int, int]:
            """New and known layers; an export says when each was made."""
            of = tuple(IncomingLayer("question", text, created_at="2026-11-01T00:00:00.000Z") for text in layers)
            arrival = Arrival(IncomingDocument("a.md"), IncomingParagraph(FIRST, 0, layers=of))
            intake = take_in(store, [arrival], source="test")
            return intake.new_layers, intake.known_layers

        assert took("(1) Which?") == (1, 0)
        assert took("(1) Which?", "(1) Whose?") == (1, 1)
        assert took("(1) Where?", "(1) Whose?", "(1) Which?", "(1) When?") == (2, 2)
        store.edit(1, "(1) Why?")
        store.edit(1, "(1) Which?")
        assert took("(1) Which?", "(1) Which?") == (1, 1)


def test_what_moved_keeps_its_layers_and_stands_where_it_stands_now(sources: Run) -> None:
    written(NEW, THIRD, FIRST, SECOND)
    result = sources("import", "essay.md")
    assert "Added 0 documents, 1 paragraph and 0 layers." in result.stderr
    assert seen() == [(NEW, None, 1), (THIRD, "3", 1), (FIRST, "1", 1), (SECOND, "2", 1)]
    assert rows("SELECT position FROM paragraph ORDER BY rank") == [(0,), (1,), (2,), (3,)]
    assert rows("SELECT id FROM layer ORDER BY rank") == [(3,), (1,), (2,)]


def test_what_was_changed_keeps_its_layers_and_says_which_quotations_are_lost(sources: Run) -> None:
    with Store.open("unpack.db") as store:
        while search.catch_up(store):
            pass
    written(FIRST, CHANGED, THIRD)
    result = sources("import", "essay.md")
    assert "Changed in their sources: 1 paragraph; 1 quotation of their layers found again, 1 not" in result.stderr
    assert "finding:quote-not-found" in result.stderr
    assert seen() == [(FIRST, "1", 1), (CHANGED, "2", 1), (THIRD, "3", 1)]
    assert rows("SELECT paragraph_id, text FROM paragraph_revision") == [(2, SECOND)]
    assert rows("SELECT l.id FROM finding f JOIN layer l ON l.head_id = f.version_id WHERE f.name = 'quote-not-found'"
                ) == [(2,)]  # fmt: skip
    assert finds('source:"only a second hill"') == 1
    assert finds('source:"but a second hill"') == 0


def test_a_change_that_comes_back_finds_its_quotations_again(sources: Run) -> None:
    written(FIRST, CHANGED, THIRD)
    sources("import", "essay.md")
    written(FIRST, SECOND, THIRD)
    result = sources("import", "essay.md")
    assert "Changed in their sources: 1 paragraph; 2 quotations of their layers found again." in result.stderr
    assert rows("SELECT * FROM finding WHERE name = 'quote-not-found'") == []
    assert [text for (text,) in rows("SELECT text FROM paragraph_revision ORDER BY id")] == [SECOND, CHANGED]


def test_a_batch_that_was_made_from_the_old_text_is_still_there_already(sources: Run) -> None:
    written(FIRST, CHANGED, THIRD)
    sources("import", "essay.md")
    result = sources("import", "batch.jsonl")
    assert "Added 0 documents, 0 paragraphs and 0 layers." in result.stderr
    assert len(seen()) == 3


def test_what_is_gone_stays_with_its_layers_and_comes_back(sources: Run) -> None:
    written(FIRST, THIRD)
    result = sources("import", "essay.md")
    assert "No longer in their sources: 1 paragraph" in result.stderr
    assert (SECOND, "2", 0) in seen()
    assert "onger" not in sources("import", "essay.md").stderr
    exported = sources("export", "layers").stdout
    assert SECOND in exported
    written(FIRST, SECOND, THIRD)
    result = sources("import", "essay.md")
    assert "In their sources again: 1 paragraph." in result.stderr
    assert [gone for _, _, gone in seen()] == [1, 1, 1]


def test_a_dry_run_says_all_of_it_and_changes_nothing(sources: Run) -> None:
    before = seen()
    written(NEW, CHANGED, THIRD)
    result = sources("import", "--dry-run", "essay.md")
    for said in ("Would add 0 documents, 1 paragraph", "There already: 1 paragraph", "Changed in their sources: 1",
                 "No longer in their sources: 1"):  # fmt: skip
        assert said in result.stderr
    assert seen() == before


def test_copies_of_one_text_are_told_apart(run: Run) -> None:
    written("Amen.", FIRST, "Amen.", SECOND, "Amen.")
    run("import", "essay.md")
    assert len(seen()) == 5
    assert "Added 0 documents, 0 paragraphs" in run("import", "essay.md").stderr
    written("Amen.", FIRST, SECOND, "Amen.")
    run("import", "essay.md")
    assert sorted(there for _, _, there in seen()) == [0, 1, 1, 1, 1]


def test_a_file_that_is_empty_or_cannot_be_read_takes_nothing_away(sources: Run) -> None:
    for broken in (b"", b"\xff\xfe\xff", b"\n\n"):
        Path("essay.md").write_bytes(broken)
        assert sources("import", "essay.md").exit_code == 1
        assert [there for _, _, there in seen()] == [1, 1, 1]


def test_a_message_that_was_edited_and_one_that_is_gone(run: Run) -> None:
    def log(*messages: tuple[str, str]) -> None:
        Path("log.md").write_text(
            "".join(f">[!a] **Anna** - 2025-03-01\n> {text}\n<!-- UID: {uid} -->\n\n" for uid, text in messages)
        )

    log(("1", FIRST), ("2", SECOND), ("3", THIRD))
    run("import", "log.md")
    log(("1", FIRST), ("2", CHANGED))
    result = run("import", "log.md")
    assert "Changed in their sources: 1 paragraph." in result.stderr
    assert "No longer in their sources: 1 paragraph" in result.stderr
    assert [(text, there) for text, _, there in seen()] == [(FIRST, 1), (CHANGED, 1), (THIRD, 0)]


def test_a_record_with_an_id_is_the_record_whatever_it_says(run: Run) -> None:
    def table(*records: tuple[int, str]) -> None:
        Path("a.jsonl").write_text("".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in records))

    table((1, FIRST), (2, SECOND), (2, THIRD))
    assert "Added 2 documents, 3 paragraphs" in run("import", "--id-field", "id", "a.jsonl").stderr
    assert "Added 0 documents, 0 paragraphs" in run("import", "--id-field", "id", "a.jsonl").stderr
    table((1, FIRST), (2, CHANGED), (2, THIRD))
    result = run("import", "--id-field", "id", "a.jsonl")
    assert "Changed in their sources: 1 paragraph." in result.stderr
    assert "onger" not in result.stderr
    assert [text for text, _, _ in seen()] == [FIRST, CHANGED, THIRD]


def test_a_run_that_was_cut_off_is_finished_by_running_it_again(run: Run) -> None:
    written(*(f"Paragraph {n} of a document that is long enough for several chunks." for n in range(3000)))
    with Store.open("unpack.db", create=True) as store:
        records = iter(list(read(["essay.md"]))[:2000])
        assert take_in(store, records, source="test").new_paragraphs == 2000
    result = run("import", "essay.md")
    assert "Added 0 documents, 1,000 paragraphs" in result.stderr
    assert "hanged" not in result.stderr


WORDS = st.text(st.sampled_from("абв где ёжз, deq."), min_size=12, max_size=60)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(drafts=st.lists(st.lists(WORDS, min_size=1, max_size=8), min_size=2, max_size=5))
def test_any_history_of_edits_ends_in_the_last_draft_and_loses_nothing(
    drafts: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("drafts")
    with Store.open(folder / "x.db", create=True) as store:
        ever: set[str] = set()
        for draft in drafts:
            Path(folder, "a.txt").write_text("\n\n".join(draft), encoding="utf-8")
            records = list(read([folder / "a.txt"]))
            texts = [one.paragraph.text for one in records if hasattr(one, "paragraph")]
            if not texts:
                continue
            ever.update(texts)
            take_in(store, records, source="test")
            stands = store.rows("SELECT text FROM paragraph WHERE removed_at = '' ORDER BY rank, id").fetchall()
            assert [text for (text,) in stands] == texts
            again = take_in(store, records, source="test")
            assert (again.new_paragraphs, again.changed, again.removed, again.back) == (0, 0, 0, 0)
        kept = store.rows("SELECT text FROM paragraph UNION SELECT text FROM paragraph_revision")
        assert {text for (text,) in kept} == ever
        while search.catch_up(store) or checks.catch_up(store):
            pass
        assert [sentence for check in examine(store) for sentence in check.broken] == []


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=12))
def test_pairs_are_one_to_one(old: list[str], new: list[str]) -> None:
    found = pairs([Placed(text, n) for n, text in enumerate(old)], [Placed(text, n) for n, text in enumerate(new)])
    assert len(set(found.values())) == len(found)
    assert all(at < len(new) and other < len(old) for at, other in found.items())


def test_the_likest_is_taken_wherever_it_stands() -> None:
    old = [Placed(text, n) for n, text in enumerate([FIRST, SECOND, THIRD])]
    assert pairs(old, [Placed(THIRD + " Not yet.", 0), Placed(CHANGED, 1), Placed(NEW, 2)]) == {0: 2, 1: 1}


def test_a_batch_may_come_before_its_source(run: Run) -> None:
    batch()
    written(FIRST, CHANGED, THIRD, NEW)
    result = run("import", "batch.jsonl", "essay.md")
    assert "Added 1 document, 4 paragraphs and 3 layers." in result.stderr
    assert [text for text, _, _ in seen()] == [FIRST, CHANGED, THIRD, NEW]


def test_an_open_review_sees_it(sources: Run) -> None:
    with Store.open("unpack.db") as store:
        review = Review(store, built_in())
        review.next_paragraph()
        assert header(review, 80).plain.startswith("On Maps ")
        written(FIRST, CHANGED, THIRD)
        sources("import", "essay.md")
        review.refresh()
        assert review.view is not None
        assert review.view.paragraph.text == CHANGED
        assert header(review, 80).plain.startswith("Changed in the source: On Maps ")
        written(FIRST)
        sources("import", "essay.md")
        review.refresh()
        assert header(review, 80).plain.startswith("No longer in the source: On Maps ")


def test_filters_find_what_changed_and_what_is_gone(sources: Run) -> None:
    assert (finds("paragraph:there"), finds("paragraph:changed"), finds("paragraph:removed")) == (3, 0, 0)
    written(CHANGED, THIRD)
    sources("import", "essay.md")
    assert (finds("paragraph:there"), finds("paragraph:changed"), finds("paragraph:removed")) == (2, 1, 1)
    exported = sources("export", "layers", "--where", "paragraph:changed").stdout
    assert [json.loads(line)["text"] for line in exported.splitlines()] == [CHANGED]


@pytest.mark.parametrize("moved", [0, 1])
@pytest.mark.parametrize("alike", [["A line."], ["A line.", "Another."], ["1", "2", "3", "4", "5"]])
def test_a_text_with_few_lines_many_times_comes_again_at_the_price_of_any_other(
    alike: list[str], moved: int, tmp_path: Path
) -> None:
    """In steps of SQLite's machine: looking through all that are the same was their square."""
    document, number = IncomingDocument("lines.md", whole=True), 600

    def steps(name: str, texts: list[str]) -> int:
        counted = 0

        def count() -> None:
            nonlocal counted
            counted += 1

        with Store.open(tmp_path / name, create=True) as store:
            for first in ([], ["The first line."] * moved):
                counted = 0
                store.connection.set_progress_handler(count, 100)
                come = (IncomingParagraph(text, n, "en") for n, text in enumerate(first + texts))
                known = take_in(store, (Arrival(document, one) for one in come), source="test").known_paragraphs
            assert known == number
        return counted

    same = steps("same.db", alike * (number // len(alike)))
    assert same < 3 * steps("other.db", [f"Line {n}." for n in range(number)])
