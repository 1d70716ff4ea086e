"""What a lost file held is in one copy, and in no copy of another file."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import time_ns
from typing import Any

import pytest

from unpack_core import backup
from unpack_core.corpus import Arrival
from unpack_core.errors import StoreError
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Status
from unpack_core.rescue import detach, rescue
from unpack_core.store import Store

FILE = (1, 2)


def filled(path: Path, *texts: str, kind: str = "") -> Store:
    layers = (IncomingLayer(kind, "(1) Which?"),) if kind else ()
    store = Store.open(path, create=True)
    take_in(
        store,
        [Arrival(IncomingDocument(f"{text}.md"), IncomingParagraph(text, 0, layers=layers)) for text in texts],
        source="test",
    )
    return store


def texts(path: Path) -> list[str]:
    with Store.open(path) as store:
        return [text for (text,) in store.rows("SELECT text FROM paragraph ORDER BY id")]


def test_a_file_that_has_the_number_of_one_that_is_gone_is_rescued_too(tmp_path: Path) -> None:
    lost = tmp_path / "x.db"
    with filled(tmp_path / "a.db", "One.", "Two.") as first, filled(tmp_path / "b.db", "3.") as second:
        opened = time_ns()
        copies = [rescue(first.connection, lost, FILE, opened)]
        opened_later = time_ns()
        copies.append(rescue(second.connection, lost, FILE, opened_later))
        assert rescue(first.connection, lost, FILE, opened) == copies[0]
        assert rescue(second.connection, lost, FILE, opened_later) == copies[1]
    assert copies == [tmp_path / "x.rescued.db", tmp_path / "x.rescued-2.db"]
    assert [texts(copy) for copy in copies] == [["One.", "Two."], ["3."]]


def test_who_worked_on_in_the_copy_has_not_made_it_another(tmp_path: Path) -> None:
    opened = time_ns()
    with filled(tmp_path / "a.db", "One.", kind="question") as store:
        rescued = rescue(store.connection, tmp_path / "x.db", FILE, opened)
        filled(rescued, "Two.", kind="analogy").close()
        assert rescue(store.connection, tmp_path / "x.db", FILE, opened) == rescued
    assert texts(rescued) == ["One.", "Two."]


@pytest.mark.parametrize("other", [(1, 1), (1, 3), (0, 2), (2, 2)])
def test_a_copy_of_another_file_is_none_of_this(other: tuple[int, int], tmp_path: Path) -> None:
    lost = tmp_path / "x.db"
    with filled(tmp_path / "a.db", "One.") as first, filled(tmp_path / "b.db", "Two.") as second:
        copies = [rescue(first.connection, lost, FILE, 0), rescue(second.connection, lost, other, 0)]
    assert [texts(copy) for copy in copies] == [["One."], ["Two."]]


def test_what_has_the_name_of_a_copy_and_is_none_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "x.rescued.db").write_text("mine")
    filled(tmp_path / "x.rescued-2.db", "Mine.").close()
    (tmp_path / "x.rescued-3.db").mkdir()
    (tmp_path / "x.rescued-4.db").symlink_to("nowhere")
    with filled(tmp_path / "a.db", "One.") as store:
        rescued = rescue(store.connection, tmp_path / "x.db", FILE, 0)
    assert rescued == tmp_path / "x.rescued-5.db"
    assert (tmp_path / "x.rescued.db").read_text() == "mine"
    assert [texts(copy) for copy in (tmp_path / "x.rescued-2.db", rescued)] == [["Mine."], ["One."]]


def test_where_another_rescued_the_same_file_meanwhile_there_is_one_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, whole = tmp_path / "x.db", backup.keep

    def late(*asked: Any) -> None:
        monkeypatch.setattr(backup, "keep", whole)
        rescue(store.connection, lost, FILE, 0)
        whole(*asked)

    monkeypatch.setattr(backup, "keep", late)
    with filled(tmp_path / "a.db", "One.") as store:
        assert rescue(store.connection, lost, FILE, 0) == tmp_path / "x.rescued.db"
    assert [found.name for found in tmp_path.glob("x.*")] == ["x.rescued.db"]


def test_the_log_of_who_was_killed_in_the_new_file_is_left_alone(tmp_path: Path) -> None:
    path, new = tmp_path / "x.db", tmp_path / "new.db"
    with filled(path, "One.") as store:
        with filled(new, "Two."):
            for end in ("", "-wal"):  # as a kill leaves it
                shutil.copy(f"{new}{end}", f"{new}{end}.left")
        for end in ("", "-wal"):
            Path(f"{new}{end}.left").replace(f"{path}{end}")
        detach(store.connection, path)
        assert texts(path) == ["Two."]


def test_where_no_copy_can_be_written_it_is_said(tmp_path: Path) -> None:
    with filled(tmp_path / "a.db", "One.") as store, pytest.raises(StoreError, match="cannot be written"):
        rescue(store.connection, tmp_path / "gone" / "x.db", FILE, 0)


def test_of_a_folder_that_was_moved_nothing_is_lost_and_it_goes_on_when_it_is_back(tmp_path: Path) -> None:
    folder, moved = tmp_path / "here", tmp_path / "there"
    folder.mkdir()
    with filled(folder / "x.db", "One.", kind="question") as store:
        folder.rename(moved)
        with pytest.raises(StoreError, match=r"was removed or replaced while it was open, .*Put it back"):
            store.decide([1], Status.ACCEPTED)
        moved.rename(folder)
        store.decide([1], Status.ACCEPTED)
    with Store.open(folder / "x.db") as store:
        assert store.layer(1).status == Status.ACCEPTED
    assert [path.name for path in folder.iterdir()] == ["x.db"]
