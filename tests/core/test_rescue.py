"""What a lost file held is in one copy, and in no copy of another file."""

from __future__ import annotations

from pathlib import Path

import pytest

from unpack_core.corpus import Arrival
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.rescue import rescue
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


@pytest.mark.parametrize("kind", ["", "question"])
def test_a_file_that_has_the_number_of_one_that_is_gone_is_rescued_too(kind: str, tmp_path: Path) -> None:
    lost = tmp_path / "x.db"
    with filled(tmp_path / "a.db", "One.", "Two.", kind=kind) as first, filled(tmp_path / "b.db", "3.") as second:
        copies = [rescue(store.connection, lost, FILE) for store in (first, second, first, second)]
    assert copies == 2 * [tmp_path / "x.rescued.db", tmp_path / "x.rescued-2.db"]
    assert [texts(copy) for copy in copies[:2]] == [["One.", "Two."], ["3."]]


def test_who_worked_on_in_the_copy_has_not_made_it_another(tmp_path: Path) -> None:
    with filled(tmp_path / "a.db", "One.", kind="question") as store:
        rescued = rescue(store.connection, tmp_path / "x.db", FILE)
        filled(rescued, "Two.", kind="analogy").close()
        assert rescue(store.connection, tmp_path / "x.db", FILE) == rescued
    assert texts(rescued) == ["One.", "Two."]


def test_a_copy_of_an_earlier_moment_is_not_all(tmp_path: Path) -> None:
    with filled(tmp_path / "a.db", "One.") as store:
        early = rescue(store.connection, tmp_path / "x.db", FILE)
        filled(tmp_path / "a.db", "Two.").close()
        late = rescue(store.connection, tmp_path / "x.db", FILE)
    assert [texts(copy) for copy in (early, late)] == [["One."], ["One.", "Two."]]
