"""Files that were damaged on purpose: a cache is made again from the log, the truth is never touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.old.make import HERE, built
from unpack_core import checks, search
from unpack_core.store import Store

Command = Callable[..., Result]

NEWEST = max(file.stem for file in HERE.glob("m*.sql"))

DAMAGE = {
    "statuses": "UPDATE layer SET status = 'accepted', flagged = 1 - flagged",
    "heads": "UPDATE layer SET head_id = (SELECT min(id) FROM version WHERE layer_id = layer.id)",
    "tags": "DELETE FROM layer_tag; INSERT INTO layer_tag SELECT 2, id FROM tag",
    "settlements": "UPDATE settlement SET state = 'merged'; DELETE FROM settlement WHERE b_id = 3",
    "rechecks": "UPDATE recheck SET second = NULL",
    "ranks": "UPDATE layer SET rank = 7",
    "triggers": "DROP TRIGGER event_no_update; DROP TRIGGER version_no_delete;"
    "CREATE TRIGGER version_no_delete BEFORE DELETE ON version BEGIN SELECT 1; END",
    "indexes": "DROP INDEX event_layer; DROP INDEX layer_rank",
    "search": "DELETE FROM version_letters_data; UPDATE indexed SET upto = 1000",
    "caches dropped": "DROP TABLE finding; DROP TABLE settlement; DROP TABLE resemblance; DROP TABLE layer_tag",
}
DROPPED = {
    "search dropped": "DROP TABLE version_letters; DROP TABLE paragraph_trigram",
    "index of the search dropped": "DROP TABLE paragraph_letters_data; DROP TABLE version_letters_config",
    "other columns in the index of the search": "PRAGMA writable_schema = ON;"
    "ALTER TABLE version_letters_data RENAME COLUMN block TO piece;"
    "ALTER TABLE paragraph_letters_config RENAME COLUMN v TO said",
    "progress of nothing": "UPDATE indexed SET name = x'6162' WHERE name = 'finding'",
    "progress dropped": "DROP TABLE indexed; DROP TABLE signature",
    "settings dropped": "DROP TABLE setting",
    "a view instead": "DROP TABLE finding; CREATE VIEW finding AS SELECT 1",
    "other columns": "ALTER TABLE resemblance RENAME COLUMN score TO likeness",
    "another's writing": "CREATE TRIGGER x AFTER UPDATE OF status ON layer BEGIN DELETE FROM [event]; END",
    "another's trigger": "CREATE TRIGGER x BEFORE UPDATE ON layer BEGIN SELECT RAISE(ABORT, 'no'); END;"
    "CREATE UNIQUE INDEX y ON paragraph(document_id, position)",
}
TRUTH = ("document", "paragraph", "version", "step", "event", "answer", "request")


def damaged(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.executescript(script)


def seen(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = ("layer", "layer_tag", "settlement", "recheck", *TRUTH)
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}


def known(path: Path) -> list[object]:
    """What the search and the checks find, once they have read all."""
    with Store.open(path) as store:
        while search.catch_up(store) or checks.catch_up(store):
            pass
        search.prepare(store)
        said = [search.matching(table, word) for table in search.TABLES for word in ("morality", "при", "ne")]
        return [*(store.rows(*asked).fetchall() for asked in said), sorted(store.rows("SELECT name FROM finding"))]


@pytest.mark.parametrize("script", (DAMAGE | DROPPED).values(), ids=DAMAGE | DROPPED)
def test_doctor_finds_it_and_repair_mends_it(script: str, tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    sound = seen(path)
    damaged(path, script)
    assert run("doctor").exit_code == 1
    mended = run("doctor", "--repair")
    assert mended.exit_code == 0, mended.stdout
    assert "nothing to mend" not in mended.stdout
    assert seen(path) == sound
    assert run("doctor").exit_code == 0
    with closing(sqlite3.connect(tmp_path / "unpack.before-repair.db")) as copy:
        assert copy.execute("PRAGMA quick_check").fetchone() == ("ok",)


OWN = """
    CREATE INDEX own_index ON version(lower(text));
    CREATE VIEW own_view AS SELECT * FROM layer;
    CREATE TABLE own_table (layer_id INTEGER UNIQUE REFERENCES layer(id), said);
    CREATE TRIGGER own_trigger AFTER INSERT ON own_table BEGIN SELECT RAISE(ABORT, 'no'); END;
    CREATE TABLE own_notes (layer_id INTEGER REFERENCES layer(id));
    INSERT INTO own_notes VALUES (1000);
    CREATE TRIGGER own_search AFTER INSERT ON version BEGIN
        INSERT INTO own_notes SELECT layer_id FROM version WHERE id = new.id;
    END;
"""
"""What somebody may keep in the file beside ours."""


def test_what_somebody_else_has_beside_it_is_no_damage(tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name GLOB '[a-z]*'"
            " AND name NOT GLOB 'sqlite*'"
        ).fetchall()
    damaged(path, OWN + "".join(f"ALTER TABLE {name} ADD COLUMN own VARCHAR(9) DEFAULT 7;" for (name,) in tables))
    (tmp_path / "more.txt").write_text("Mercy is what is given where nothing is owed.")
    for words in (
        ["doctor"],
        ["import", str(tmp_path / "more.txt")],
        ["generate", "--offline"],
        ["dedupe", "--json"],
        ["export", "layers", "-o", str(tmp_path / "layers.jsonl")],
        ["doctor", "--repair"],
        ["doctor", "--rebuild"],
        ["doctor"],
    ):
        result = run(*words)
        assert result.exit_code == 0, (words, result.output, result.exception)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name GLOB 'own_*'").fetchone() == (6,)
    with Store.open(path) as store:
        store.retag([1], ["clear"])
        store.save_draft(1, 1, "(1) Half")


def test_everything_at_once(tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    sound = seen(path)
    for script in DAMAGE.values():
        damaged(path, script)
    assert run("doctor", "--repair").exit_code == 0
    assert seen(path) == sound


@pytest.mark.parametrize("script", DROPPED.values(), ids=DROPPED)
def test_what_was_dropped_is_filled_again_as_it_is_asked_for(script: str, tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    sound = run("dedupe", "--json").stdout, known(path)
    damaged(path, script)
    assert run("doctor", "--repair").exit_code == 0
    assert (run("dedupe", "--json").stdout, known(path)) == sound
    assert run("doctor").exit_code == 0


def test_an_index_that_lost_rows_is_made_again(tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'version_layer'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(bytes([10, 0, 0, 0, 0, 0, 0, 0]))  # a leaf of an index with nothing in it
    found = run("doctor")
    assert found.exit_code == 1
    assert "version_layer" in found.stdout
    mended = run("doctor", "--repair")
    assert "Indexes that had lost rows were made again." in mended.stdout
    assert mended.exit_code == 0


def test_tables_that_libraries_make_have_what_columns_these_like(tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    damaged(path, "ALTER TABLE _sqlite_migrations RENAME COLUMN applied_at TO at")
    assert run("doctor").exit_code == 0


def test_a_sound_file_is_left_as_it_is(tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    sound = seen(path)
    assert "There was nothing to mend." in run("doctor", "--repair").stdout
    assert seen(path) == sound


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("UPDATE layer SET head_id = 8 WHERE id = 1", "the head of layer 1 is not one of its versions"),
        ("UPDATE layer SET rank = 7 WHERE id = 2", "layer 2 stands elsewhere than its paragraph"),
        ("DELETE FROM settlement WHERE b_id = 3", "layers 1 and 3 are open, the log says kept"),
        ("UPDATE settlement SET state = 'merged'", "layers 1 and 2 are merged, the log says distinct"),
        ("INSERT INTO settlement VALUES (4, 5, 'kept')", "layers 4 and 5 are kept, the log says open"),
        ("UPDATE recheck SET second = NULL", "question 1 is answered by nothing, the log says otherwise"),
        ("DELETE FROM recheck", "the log answers question 1, which is not there"),
        ("UPDATE step SET top = 3 WHERE id = 5", "after step 5 undo would take back 3, the log says 5"),
        ("UPDATE step SET top = 9 WHERE id = 5", "after step 5 undo would take back 9, the log says 5"),
        ("UPDATE step SET parent = 2 WHERE id = 4", "step 4 follows step 2, the log says 3"),
        ("DELETE FROM document", "row 1 of paragraph names a row of document that is not there"),
    ],
)
def test_doctor_says_what_is_broken(script: str, sentence: str, tmp_path: Path, run: Command) -> None:
    damaged(built(NEWEST, tmp_path / "unpack.db"), f"DROP TRIGGER step_no_update; {script}")
    assert sentence in run("doctor").stdout


def test_doctor_gives_ten_examples(tmp_path: Path, run: Command) -> None:
    all_pairs = "SELECT a.id, b.id, 'merged' FROM layer a JOIN layer b ON a.id < b.id"
    damaged(built(NEWEST, tmp_path / "unpack.db"), f"INSERT OR REPLACE INTO settlement {all_pairs}")
    said = run("doctor").stdout
    assert said.count("are merged, the log says") == 10
    assert said.count("and more") == 1


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (DAMAGE["statuses"], "The state of 7 layers was taken from the log."),
        ("UPDATE layer SET flagged = 1 WHERE id = 1", "The state of 1 layer was taken from the log."),
        ("DELETE FROM settlement WHERE b_id = 3", "What is settled of 1 near-duplicate pair was taken from the log."),
        (DAMAGE["rechecks"], "What was answered to 1 decision asked again was taken from the log."),
        ("UPDATE layer SET rank = 7 WHERE id < 3", "2 layers stand again where their paragraphs stand."),
    ],
)
def test_repair_says_what_it_mended(script: str, sentence: str, tmp_path: Path, run: Command) -> None:
    damaged(built(NEWEST, tmp_path / "unpack.db"), script)
    assert sentence in run("doctor", "--repair").stdout


def test_what_is_the_truth_is_said_to_be_lost(tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    damaged(path, "DROP TRIGGER event_no_delete; DELETE FROM event WHERE layer_id = 2; DELETE FROM layer WHERE id = 3")
    result = run("doctor", "--repair")
    assert result.exit_code == 1
    assert "layer 2 is not in the log" in result.stdout
    assert "layer 3 is in the log and not in the file" in result.stdout


def test_what_cannot_be_mended_is_not_said_to_be(tmp_path: Path, run: Command) -> None:
    damaged(
        built(NEWEST, tmp_path / "unpack.db"), "DELETE FROM settlement WHERE b_id = 3; DELETE FROM layer WHERE id = 3"
    )
    assert "There was nothing to mend." in run("doctor", "--repair").stdout


def test_without_a_table_of_the_truth_nothing_else_is_asked(tmp_path: Path, run: Command) -> None:
    damaged(built(NEWEST, tmp_path / "unpack.db"), "DROP TABLE event")
    examined, repaired = run("doctor"), run("doctor", "--repair")
    assert (examined.exit_code, repaired.exit_code) == (1, 1)
    assert "the table event is missing" in examined.stdout
    assert "has lost the table event, which nothing can give back but a copy" in repaired.stderr
    assert [one.name for one in tmp_path.glob("*.db")] == ["unpack.db"]


def test_rebuild_makes_everything_again_that_is_known_of_texts(tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    pairs = run("dedupe", "--json").stdout
    assert pairs
    damaged(path, "DELETE FROM resemblance; UPDATE finding SET name = 'nonsense'")
    assert run("doctor", "--rebuild").exit_code == 0
    assert run("dedupe", "--json").stdout == pairs
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM finding WHERE name = 'nonsense'").fetchone() == (0,)


@pytest.mark.parametrize("page", [1, 3])
def test_a_file_with_a_torn_page_is_a_sentence(page: int, tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\xff" * 4096)
    for words in (["doctor"], ["doctor", "--repair"], ["stats"], ["export", "layers"]):
        result = run(*words)
        assert isinstance(result.exception, (SystemExit, type(None))), (words, result.exception)
        assert "--repair" not in result.stderr or "--repair" not in words
    assert run("doctor").exit_code == 1
