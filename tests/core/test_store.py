"""The store keeps the promises of the file: append-only, replayable, undoable across restarts, killable."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from unpack_core.corpus import Arrival
from unpack_core.doctor import examine
from unpack_core.errors import StaleError, StoreError
from unpack_core.filter import LiveCount
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Origin, Status
from unpack_core.selection import Search
from unpack_core.stats.beside import Counting
from unpack_core.store import Store

ACCEPTED, PENDING, REJECTED = Status.ACCEPTED, Status.PENDING, Status.REJECTED
TEXTS = ["(1) One.", "(1) Two.", "(1) Трое? — [да]", ""]


def filled(path: Path, paragraphs: int = 2) -> Store:
    """A database with `paragraphs` paragraphs of two layers each."""
    store = Store.open(path, create=True)
    take_in(
        store,
        (
            Arrival(
                IncomingDocument("essay.md", "Essay"),
                IncomingParagraph(
                    f"Paragraph {n}.",
                    n,
                    "en",
                    layers=(
                        IncomingLayer("definition", f"(1) What {n} means", origin=Origin.GENERATED, model="m"),
                        IncomingLayer("question", f"(1) Why {n}? — [because]", tags=("first",)),
                    ),
                ),
            )
            for n in range(paragraphs)
        ),
        source="test",
    )
    return store


def health(store: Store) -> list[str]:
    return [sentence for check in examine(store) for sentence in check.broken]


def shown(store: Store) -> dict[int, tuple[Status, bool, tuple[str, ...], str]]:
    """What a curator sees of every layer."""
    ids = [row[0] for row in store.rows("SELECT id FROM layer")]
    return {n: (layer.status, layer.flagged, layer.tags, layer.head.text) for n in ids for layer in [store.layer(n)]}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return filled(tmp_path / "x.db")


class Curating(RuleBasedStateMachine):
    """Any sequence of actions: the log replays to the state, and undo and redo walk a plain list of snapshots."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "x.db"

    @initialize()
    def begin(self) -> None:
        self.store = filled(self.path)
        self.past = [shown(self.store)]
        self.future: list[dict[int, tuple[Status, bool, tuple[str, ...], str]]] = []

    def did(self, step: object) -> None:
        if step is not None:
            self.past.append(shown(self.store))
            self.future.clear()
        else:
            assert shown(self.store) == self.past[-1]

    @rule(layers=st.lists(st.integers(1, 4), min_size=1, unique=True), status=st.sampled_from(Status))
    def decide(self, layers: list[int], status: Status) -> None:
        self.did(self.store.decide(layers, status))
        assert all(self.store.layer(n).status == status for n in layers)

    @rule(layer=st.integers(1, 4), value=st.booleans())
    def flag(self, layer: int, value: bool) -> None:
        self.did(self.store.flag([layer], value))

    @rule(
        layers=st.lists(st.integers(1, 4), min_size=1, unique=True),
        add=st.sets(st.sampled_from(["weak", "ясно", "first"])),
        remove=st.sets(st.sampled_from(["weak", "first"])),
    )
    def tag(self, layers: list[int], add: set[str], remove: set[str]) -> None:
        self.did(self.store.retag(layers, add, remove))

    @rule(layer=st.integers(1, 4), text=st.sampled_from(TEXTS))
    def edit(self, layer: int, text: str) -> None:
        self.did(self.store.edit(layer, text))
        assert self.store.layer(layer).head.text == text

    @rule(layer=st.integers(1, 4), text=st.sampled_from(TEXTS))
    def regenerate(self, layer: int, text: str) -> None:
        self.did(self.store.regenerate(layer, IncomingLayer("", text, origin=Origin.REGENERATED, model="m")))
        assert self.store.layer(layer).status == PENDING

    @rule(layer=st.integers(1, 4), n=st.integers(0, 3))
    def restore(self, layer: int, n: int) -> None:
        versions = self.store.versions(layer)
        self.did(self.store.restore(layer, versions[n % len(versions)].id))

    @rule()
    def undo(self) -> None:
        step = self.store.undo()
        assert (step is None) == (len(self.past) == 1)
        if step:
            self.future.append(self.past.pop())
        assert shown(self.store) == self.past[-1]

    @rule()
    def redo(self) -> None:
        step = self.store.redo()
        assert (step is None) == (not self.future)
        if step:
            self.past.append(self.future.pop())
        assert shown(self.store) == self.past[-1]

    @precondition(lambda self: len(self.past) > 1)
    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = Store.open(self.path)

    @invariant()
    def whole(self) -> None:
        if hasattr(self, "store"):
            assert health(self.store) == []

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
        self.folder.cleanup()


TestCurating = Curating.TestCase
TestCurating.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("table", ["version", "step", "event"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 100", "DELETE FROM {}"])
def test_history_cannot_be_changed(store: Store, table: str, statement: str) -> None:
    store.decide([1], ACCEPTED)
    before = store.rows(f"SELECT * FROM {table}").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.rows(statement.format(table))
    assert store.rows(f"SELECT * FROM {table}").fetchall() == before


def test_an_edit_keeps_the_old_text_and_never_decides(store: Store) -> None:
    store.edit(1, "(1) Better")
    layer = store.layer(1)
    assert (layer.status, layer.head.origin, layer.versions) == (PENDING, Origin.EDITED, 2)
    assert [version.text for version in store.versions(1)] == ["(1) What 0 means", "(1) Better"]
    assert layer.head.parent_id == store.versions(1)[0].id


def test_an_edit_of_a_rejected_layer_opens_it_again_and_an_accepted_one_stays_accepted(store: Store) -> None:
    store.decide([1], REJECTED)
    store.decide([2], ACCEPTED)
    store.edit(1, "(1) Mended")
    store.edit(2, "(1) Mended")
    assert (store.layer(1).status, store.layer(2).status) == (PENDING, ACCEPTED)


def test_a_text_that_no_one_has_read_is_open(store: Store) -> None:
    store.decide([1], ACCEPTED)
    store.regenerate(1, IncomingLayer("", "(1) New", origin=Origin.REGENERATED))
    assert store.layer(1).status == PENDING
    store.undo()
    assert (store.layer(1).status, store.layer(1).head.text) == (ACCEPTED, "(1) What 0 means")


def test_an_unchanged_edit_is_no_step_and_clears_the_draft(store: Store) -> None:
    head = store.layer(1).head
    store.save_draft(1, head.id, "half")
    assert store.edit(1, head.text) is None
    assert store.draft(1) is None
    assert store.layer(1).versions == 1


def test_a_decision_on_a_text_that_changed_meanwhile_is_refused(store: Store) -> None:
    seen = store.layer(1).head.id
    with Store.open(store.path) as other:
        other.edit(1, "(1) Changed elsewhere")
    with pytest.raises(StaleError):
        store.decide([1], ACCEPTED, seen=seen)
    assert store.layer(1).status == PENDING


def test_a_bulk_step_is_taken_back_whole_after_a_restart(store: Store) -> None:
    store.decide([2], REJECTED)
    store.decide(range(1, 5), ACCEPTED)
    store.close()
    with Store.open(store.path) as again:
        step = again.undo()
        assert step is not None
        assert step.undone is not None
        assert len(step.undone.changes) == 4
        assert [again.layer(n).status for n in (1, 2, 3, 4)] == [PENDING, REJECTED, PENDING, PENDING]
        again.redo()
        assert {again.layer(n).status for n in (1, 2, 3, 4)} == {ACCEPTED}


def test_a_new_step_ends_what_could_be_redone(store: Store) -> None:
    store.decide([1], ACCEPTED)
    store.undo()
    store.decide([2], REJECTED)
    assert store.redo() is None
    store.undo()
    store.redo()
    assert (store.layer(1).status, store.layer(2).status) == (PENDING, REJECTED)


def test_what_is_stored_holds_no_control_characters(store: Store) -> None:
    store.edit(1, "(1) a\x1b[31mb\x00c\r\nd\te")
    assert store.layer(1).head.text == "(1) a[31mbc\nd\te"


@pytest.mark.parametrize("name", ["", " ", "two words", 'a"b', "a,b", "kind:x"])
def test_a_tag_is_one_word(store: Store, name: str) -> None:
    with pytest.raises(StoreError, match="cannot be a tag"):
        store.retag([1], [name])


def test_what_breaks_off_leaves_nothing_open_that_later_steps_would_be_part_of(store: Store) -> None:
    def breaks_off(moment: Callable[[], AbstractContextManager[None]]) -> None:
        with moment():
            store.set_setting("half", True)
            raise ZeroDivisionError

    for moment in (store.one_moment, store.write):
        with pytest.raises(ZeroDivisionError):
            breaks_off(moment)
        assert not store.connection.in_transaction
    assert store.setting("half") is None


def test_another_window_is_noticed(store: Store) -> None:
    assert not store.changed_elsewhere()
    store.decide([1], ACCEPTED)
    assert not store.changed_elsewhere()
    with Store.open(store.path) as other:
        other.decide([2], ACCEPTED)
    assert store.changed_elsewhere()
    assert not store.changed_elsewhere()


def test_no_database_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"unpack-tui import FILE.*unpack-tui demo"):
        Store.open(tmp_path / "none.db")


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("This is no database, it is an essay of some length about databases." * 20)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(text)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE cats (name)")
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        Store.open(other)
    with pytest.raises(StoreError, match="not a file"):
        Store.open(tmp_path)


def test_a_newer_file_is_refused(store: Store) -> None:
    store.rows("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('unpack-tui', 'm999', '')")
    store.close()
    with pytest.raises(StoreError, match="newer unpack-tui"):
        Store.open(store.path)


def taken_over(store: Store) -> Path:
    """Another file has the name now, one that an older program wrote: what opens it would change it."""
    other = store.path.with_name("other.db")
    other.write_bytes(b"")
    other.replace(store.path)
    return store.path


def refuses(does: Callable[[], object]) -> None:
    with pytest.raises(StoreError, match="was removed or replaced while it was open"):
        does()


def test_another_connection_is_one_to_the_same_file_or_none(store: Store) -> None:
    with store.again() as other:
        other.set_setting("found", True)
    assert store.setting("found")
    ways: tuple[Callable[[], object], ...] = (
        store.again, lambda: Search(store, "kind:question"), Counting(store, "").run, lambda: LiveCount(store),
    )  # fmt: skip
    path = taken_over(store)
    for way in ways:
        refuses(way)
    assert path.read_bytes() == b""
    path.unlink()
    for way in ways:
        refuses(way)
    assert not path.exists()


def test_a_file_that_took_the_name_is_not_compared(store: Store) -> None:
    told = orjson.dumps([str(store.path), store.place.file]) + b"\n[]\n"
    path = taken_over(store)
    command = [sys.executable, "-m", "unpack_core.duplicates.worker"]
    done = subprocess.run(command, input=told, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert path.read_bytes() == b""


def test_the_file_is_for_its_owner_alone(store: Store) -> None:
    assert store.path.stat().st_mode & 0o777 == 0o600


KILLED = """
import os, signal, sys
from unpack_core.store import Store
from unpack_core.model import Status
store = Store.open(sys.argv[1])
steps = int(sys.argv[2])
def stop(statement):
    global steps
    steps -= 1
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)
store.connection.set_progress_handler(lambda: stop(None), 50)
store.decide(list(range(1, 401)), Status.ACCEPTED)
print("done", flush=True)
"""


@pytest.mark.parametrize("after", [1, 20, 200, 1000, 3000])
def test_a_bulk_step_that_is_killed_half_way_never_happened(tmp_path: Path, after: int) -> None:
    path = tmp_path / "x.db"
    filled(path, 200).close()
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(after)], capture_output=True, text=True, check=False
    )
    with Store.open(path) as store:
        assert health(store) == []
        accepted = store.one("SELECT count(*) FROM layer WHERE status = 'accepted'")[0]
        if run.returncode == -signal.SIGKILL:
            assert "done" not in run.stdout
            assert accepted in (0, 400)
        else:
            assert accepted == 400


def test_the_harness_above_does_kill(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    filled(path, 200).close()
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), "20"], capture_output=True, env=os.environ, check=False
    )
    assert run.returncode == -signal.SIGKILL


def test_doctor_names_a_state_that_the_log_does_not_know(store: Store) -> None:
    store.rows("UPDATE layer SET status = 'accepted' WHERE id = 3")
    store.rows("DELETE FROM layer_tag WHERE layer_id = 2")
    said = " / ".join(health(store))
    assert "layer 3 shows accepted" in said
    assert "layer 2 shows" in said
    assert "#first" in said
