"""`unpack-tui import` as a curator meets it: what is said, what the exit code is, and that nothing is lost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from unpack_core.corpus import Arrival, Notice, Record, Trouble
from unpack_core.intake import TOLD, take_in
from unpack_core.model import IncomingDocument, IncomingParagraph
from unpack_core.store import Store

Run = Callable[..., Result]


def numbers(run: Run) -> tuple[int, int]:
    """Paragraphs and layers that there are."""
    said = json.loads(run("stats", "--json").stdout)
    return said["paragraphs"], said["layers"]["total"]


def test_what_is_wrong_is_one_sentence_and_the_rest_comes_in(run: Run) -> None:
    Path("good.md").write_text("One paragraph.\n")
    Path("empty.txt").touch()
    Path("picture.txt").write_bytes(bytes(range(256)) * 8)
    Path("old.txt").write_bytes("Причина и следствие.".encode("cp1251"))
    Path("blank.md").write_text("# Only a heading\n")
    Path("folder").mkdir()
    names = ["nowhere.txt", "empty.txt", "picture.txt", "old.txt", "blank.md", "folder", "good.md"]
    result = run("import", *names)
    assert result.exit_code == 1
    for name in names[:-1]:
        assert len([line for line in result.stderr.splitlines() if line.startswith(name)]) == 1, name
    assert "Traceback" not in result.stderr
    assert "6 lines or files left out" in result.stderr
    assert numbers(run) == (1, 0)


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_a_mistyped_name_is_one_sentence(run: Run, options: list[str]) -> None:
    result = run("import", *options, "missing.txt")
    assert result.exit_code == 1
    assert result.stderr == "missing.txt: there is no such file or folder\n"
    assert result.stdout == ""
    assert not Path("unpack.db").exists()


def test_an_encoding_that_there_is_not_is_said_before_anything_is_read(run: Run) -> None:
    Path("a.txt").write_text("One.")
    result = run("import", "a.txt", "--encoding", "klingon")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert not Path("unpack.db").exists()


def test_every_bad_line_is_named_with_its_number_and_mending_adds_what_was_missing(run: Run) -> None:
    good = {n: json.dumps({"text": f"Line {n}."}) for n in range(1, 201)}
    bad = {n: ["not json", '{"text": 5}', '{"t": "x"}', "[1]", '{"text": ""}'][n % 5] for n in range(3, 200, 4)}
    Path("a.jsonl").write_text("\n".join((good | bad)[n] for n in sorted(good)))
    result = run("import", "a.jsonl")
    assert result.exit_code == 1
    named = {int(line.split(":")[0].rsplit(" ", 1)[1]) for line in result.stderr.splitlines() if ", line " in line}
    assert named == set(bad)
    assert numbers(run) == (200 - len(bad), 0)
    Path("a.jsonl").write_text("\n".join(good[n] for n in sorted(good)))
    again = run("import", "a.jsonl")
    assert again.exit_code == 0
    assert f"Added {len(bad)} documents, {len(bad)} paragraphs" in again.stderr


def test_thousands_of_bad_lines_are_counted(run: Run) -> None:
    Path("a.jsonl").write_text("no\n" * 5000)
    result = run("import", "a.jsonl")
    assert "… and 4,900 more that could not be read." in result.stderr
    assert "5,000 lines or files left out" in result.stderr


def test_of_many_files_the_first_are_told_of_and_all_are_counted(tmp_path: Path) -> None:
    many = range(1, TOLD + 6)
    odd: list[Record] = [Notice(f"{n}.txt", "is odd") for n in many]
    bad: list[Record] = [Trouble("a.jsonl", n, "is not JSON") for n in many]
    good = [Arrival(IncomingDocument(f"{n}.md"), IncomingParagraph(f"The {n}. stone.", 1)) for n in many]
    with Store.open(tmp_path / "x.db", create=True) as store:
        intake = take_in(store, [*odd, *bad, *good], source="test")
    assert (intake.left_out, intake.new_documents) == (len(many), len(many))
    assert [notice.where for notice in intake.notices] == [f"{n}.txt" for n in many[:TOLD]]
    assert [trouble.line for trouble in intake.troubles] == list(many[:TOLD])
    assert intake.documents == [f"{n}.md" for n in many[:TOLD]]


def test_a_dry_run_says_what_would_come_in(run: Run) -> None:
    Path("a.txt").write_text("The first of it, which is in English.\n\nА это по-русски.\n")
    layers = [{"kind": "question", "text": "(1) “not in it” Why?"}, {"kind": "meta", "text": "(1) It counts words."}]
    Path("b.jsonl").write_text(json.dumps({"text": "Another one " + "and another " * 2000, "layers": layers}))
    result = run("import", "--dry-run", "a.txt", "b.jsonl")
    assert result.exit_code == 0
    for said in (
        "Would add 2 documents, 3 paragraphs and 2 layers.",
        "New documents: a.txt, b.jsonl#",
        "ru 1",
        "Layers: question 1, meta 1.",
        "Faults found in the new layers: quote-not-found 1",
        "1 paragraph is longer than 20,000 characters",
    ):
        assert said in result.stderr
    assert not Path("unpack.db").exists()


def test_a_dry_run_leaves_the_file_to_others_and_as_it_is(run: Run) -> None:
    Path("a.txt").write_text("One.\n\nTwo.\n")
    run("import", "a.txt")
    Path("b.txt").write_text("Three.\n")
    with closing(sqlite3.connect("unpack.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # as another window does that writes
        other.execute("UPDATE setting SET value = value")
        before = Path("unpack.db").read_bytes()
        result = run("import", "--dry-run", "a.txt", "b.txt")
        assert (result.exit_code, Path("unpack.db").read_bytes()) == (0, before)
    assert "Would add 1 document, 1 paragraph and 0 layers." in result.stderr
    assert "There already: 2 paragraphs" in result.stderr
    assert numbers(run) == (2, 0)
    with Store.rehearsal("unpack.db") as rehearsed:
        rehearsed.set_setting("rehearsed", True)
        with Store.open("unpack.db") as window, window.waiting(0):
            window.set_setting("written", True)
            assert window.setting("rehearsed") is None


def test_a_dry_run_on_what_is_no_database_of_ours_says_so_by_its_name(run: Run) -> None:
    Path("a.txt").write_text("One.\n")
    Path("text.db").write_text("no database at all")
    with closing(sqlite3.connect("theirs.db")) as theirs:
        theirs.execute("CREATE TABLE book (id)")
    Path("folder.db").mkdir()
    for name, said in (
        ("text.db", "is not a database"),
        ("theirs.db", "is a database of another program"),
        ("folder.db", "Name the file with --db"),
    ):
        result = run("import", "--dry-run", "a.txt", "--db", name)
        assert result.exit_code == 1
        assert f"{name}" in result.stderr
        assert said in result.stderr
        assert result.stderr.count("\n") == 1


def test_in_a_folder_the_texts_come_before_the_batches_that_name_them(run: Run) -> None:
    Path("all/batch").mkdir(parents=True)
    Path("all/texts").mkdir()
    Path("all/texts/essay.md").write_text("A map is a promise.\n")
    line = {"document": "essay.md", "text": "A map is a promise.", "layers": [{"kind": "meta", "text": "(1) So."}]}
    Path("all/batch/a.jsonl").write_text(json.dumps(line))
    assert "Added 1 document, 1 paragraph and 1 layer." in run("import", "all").stderr


def test_a_line_that_is_there_twice_brings_its_layers_once(run: Run) -> None:
    line = json.dumps({"document": "a.md", "text": "A map.", "layers": [{"kind": "meta", "text": "(1) So."}]})
    Path("a.jsonl").write_text(f"{line}\n{line}\n")
    Path("b.jsonl").write_text(line)
    assert "Added 1 document, 1 paragraph and 1 layer." in run("import", "a.jsonl", "b.jsonl").stderr


def test_what_a_document_says_of_itself_goes_out_and_comes_in_again(run: Run) -> None:
    Path("log.md").write_text(">[!a] **Anna** - 2025-03-01\n> A map is a promise.\n<!-- UID: 5f -->\n")
    run("import", "log.md")
    first = run("export", "layers").stdout
    assert {"name": "speaker", "value": "Anna"} in json.loads(first)["metadata"]
    Path("out.jsonl").write_text(first)
    assert run("--db", "other.db", "import", "out.jsonl").exit_code == 0
    assert run("--db", "other.db", "export", "layers").stdout == first


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "it is empty"), (b"\n\ntext\nOne.\n", "its first line, which names the columns, is empty")]
)
def test_a_table_without_a_head_is_said_to_have_none(run: Run, data: bytes, said: str) -> None:
    Path("a.csv").write_bytes(data)
    result = run("import", "a.csv")
    assert (result.exit_code, result.stderr) == (1, f"a.csv: {said}\n")


def test_csv_and_other_data_sets_from_stdin(run: Run) -> None:
    result = run("import", "-", "--format", "csv", "--text-field", "body", stdin=b"id,body\n1,One.\n2,Two.\n")
    assert result.exit_code == 0, result.stderr
    result = run("import", "-", "--text-field", "body", "--id-field", "id", stdin=b'{"id": 7, "body": "Three."}\n')
    assert result.exit_code == 0, result.stderr
    assert numbers(run) == (3, 0)
    assert "stdin.jsonl#7" in run("export", "layers").stdout


def test_a_file_is_the_same_by_whatever_way_it_is_named(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    Path("texts").mkdir()
    Path("texts/a.txt").write_text("One.")
    link = tmp_path_factory.mktemp("home") / "work"
    link.symlink_to(Path.cwd())
    run("import", "texts/a.txt")
    for way in ("./texts", "texts/../texts/a.txt", Path("texts").absolute(), link / "texts/a.txt"):
        assert "Added 0 documents" in run("import", str(way)).stderr


def test_rows_that_are_piped_in_again_are_there_already(run: Run) -> None:
    run("import", "-", "--format", "csv", stdin=b"text\nOne.\n")
    result = run("import", "-", "--format", "csv", stdin=b"text\nOne.\nTwo.\n")
    assert "Added 1 document, 1 paragraph and 0 layers.\nThere already: 1 paragraph and 0 layers." in result.stderr


def test_control_characters_of_a_tag_are_counted_and_a_tag_of_nothing_else_is_none(run: Run) -> None:
    line = '{"text": "One.", "layers": [{"kind": "meta", "text": "(1) It counts.", "tags": ["%s"]}]}\n'
    result = run("import", "-", stdin=(line % r"we\u001bak").encode())
    assert (result.exit_code, "Left out: 1 control character." in result.stderr) == (0, True)
    assert json.loads(run("stats", "--json").stdout)["tags"] == {"weak": 1}
    result = run("import", "-", stdin=(line % r"\u001b").encode())
    assert result.exit_code == 1
    assert "line 1: layer 1: tags are words without spaces" in result.stderr


def test_results_that_are_not_ours_are_listed_and_left_alone(run: Run, database: Path) -> None:
    result = {"type": "errored", "error": {"type": "invalid_request"}}
    lines = [{"custom_id": f"their\x1b-{n}", "result": result} for n in range(23)]
    Path("results.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    said = run("--db", str(database), "import", "results.jsonl")
    assert said.exit_code == 0
    assert "23 left alone, of requests that are not of this database: their" in said.stderr
    assert "-19, and 3 more." in said.stderr
    assert "\x1b" not in said.stderr


def test_lines_that_say_no_place_stand_in_their_order_and_find_their_text(run: Run) -> None:
    def imported() -> tuple[list[tuple[int, str, str]], str]:
        said = run("import", "batch.jsonl").stderr
        with Store.open("unpack.db") as store:
            rows = store.rows(
                "SELECT position, text, coalesce(group_concat(kind), '') FROM (SELECT p.*, l.kind FROM paragraph p"
                " LEFT JOIN layer l ON l.paragraph_id = p.id ORDER BY l.id) GROUP BY id ORDER BY rank"
            )
            return rows.fetchall(), said

    Path("a.md").write_text("One.\n\nTwo.\n")
    run("import", "a.md")
    lines = [
        {"document": "a.md", "text": "Two.", "layers": [{"kind": "question", "text": "(1) Which?"}]},
        {"document": "a.md", "text": "Two.", "layers": [{"kind": "meta", "text": "(1) A number."}]},
        {"document": "a.md", "text": "Three."},
        {"document": "a.md", "text": "Four."},
    ]
    Path("batch.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    first, _ = imported()
    assert first == [(0, "One.", ""), (1, "Two.", "question,meta"), (2, "Three.", ""), (3, "Four.", "")]
    again, said = imported()
    assert again == first
    assert said.startswith("Added 0 documents, 0 paragraphs and 0 layers.")


def test_lines_that_count_otherwise_bring_all_layers_of_a_paragraph_to_it(run: Run) -> None:
    Path("a.md").write_text("One.\n\nTwo.\n")
    run("import", "a.md")
    with Path("batch.jsonl").open("w") as out:
        for n, place in enumerate(({"position": 0}, {"position": 0}, {})):
            layers = [{"kind": "question", "text": f"(1) {n}?"}]
            out.write(json.dumps({"document": "a.md", **place, "text": "Two.", "layers": layers}) + "\n")
    run("import", "batch.jsonl")
    assert numbers(run) == (2, 3)
    assert run("import", "batch.jsonl").stderr.startswith("Added 0 documents, 0 paragraphs and 0 layers.")
