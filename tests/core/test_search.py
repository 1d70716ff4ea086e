"""The search finds what reading every text would find, in any script, whether the index has come so far or not."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unpack_core.corpus import Arrival
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.search import Table, behind, catch_up, fold, hits, matching, prepare
from unpack_core.store import Store

LETTERS = st.sampled_from("aAbß éЁёийИ\u0306\u0301公正義あがｶ\"'«“—-\n\ufb01İΣς😀\u200d\uffff…Å") | st.characters(
    blacklist_categories=("Cs", "Cc")
)
TEXTS = st.text(LETTERS, max_size=12)


def shelf(path: Path, texts: list[str]) -> Store:
    """A paragraph a text, each with that text as its layer too."""
    store = Store.open(path, create=True)
    add(store, texts)
    return store


def add(store: Store, texts: list[str], document: str = "a.txt") -> None:
    take_in(
        store,
        (
            Arrival(IncomingDocument(document), IncomingParagraph(text, n, layers=(IncomingLayer("question", text),)))
            for n, text in enumerate(texts)
        ),
        source="test",
    )


def ids(store: Store, query: str, table: Table = "version") -> list[int]:
    prepare(store)
    sql, parameters = matching(table, query)
    return sorted({id_ for (id_,) in store.rows(sql, parameters)})


ENGLISH = "The conformity of deeds to the norms of morality"
RUSSIAN = "Справедливость — соответствие поступков нормам. Ещё пёс мой спит."
CHINESE = "公正是行为与道德规范的一致。"
JAPANESE = "地図は土地ではない。カードをガードする"
MIXED = "Понятие justice (公正) и “naïve” café — ＡＢＣ"


@pytest.mark.parametrize("indexed", [False, True], ids=["not indexed yet", "indexed"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("MORAL", [1]),
        ("deeds to the", [1]),
        ("deeds the", []),
        ("справедлив", [2]),
        ("ПОСТУПК", [2]),
        ("еще", [2]),
        ("ещё", [2]),
        ("мои", []),
        ("пес", [2]),
        ("公正", [3, 5]),
        ("德", [3]),
        ("公正是行为", [3]),
        ("一致。", [3]),
        ("正公", []),
        ("地図", [4]),
        ("図は", [4]),
        ("カード", [4]),
        ("ガ", [4]),
        ("naive cafe", []),
        ('"naive" cafe', [5]),
        ("abc", [5]),
        ("c", [1, 5]),
        ("e ", [1, 5]),
        ("bc ", []),
        ("(公", [5]),
        ("zz", []),
    ],
)
def test_letters_are_found_as_they_are_typed(tmp_path: Path, query: str, found: list[int], indexed: bool) -> None:
    store = shelf(tmp_path / "x.db", [ENGLISH, RUSSIAN, CHINESE, JAPANESE, MIXED])
    if indexed:
        assert catch_up(store) == 0
    assert ids(store, query) == ids(store, query, "paragraph") == found


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8), st.lists(TEXTS, max_size=4), st.data())
def test_the_index_loses_nothing_and_adds_nothing(early: list[str], late: list[str], data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(early + late))
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    query = data.draw(st.sampled_from([text[start : start + n] for n in (1, 2, 3, 4, 6)]) | TEXTS)
    with tempfile.TemporaryDirectory() as folder, shelf(Path(folder) / "x.db", early) as store:
        catch_up(store)
        add(store, late, "b.txt")
        for table in ("paragraph", "version"):
            expected = [id_ for id_, text in store.rows(f"SELECT id, text FROM {table}") if fold(query) in fold(text)]
            assert ids(store, query, table) == expected


@given(TEXTS, TEXTS)
def test_hits_are_where_the_query_stands(text: str, query: str) -> None:
    spans = hits(text, query)
    assert bool(spans) == (fold(query) != "" and fold(query) in fold(text))
    end = 0
    for span in spans:
        assert fold(query) in fold(text[span.start : span.end])
        assert span.end <= len(text)
        assert span.start >= end or len(fold(text[span.start])) > 1
        end = span.end


@given(st.text(LETTERS), st.text(LETTERS))
def test_folding_goes_letter_by_letter(one: str, other: str) -> None:
    assert fold(f"{one}.{other}") == f"{fold(one)}.{fold(other)}"
    assert fold(one + "Ω") == fold(one) + "ω"


@pytest.mark.parametrize(
    ("text", "query", "lit"),
    [
        ("Ещё раз еще", "еще", ["Ещё", "еще"]),
        ("Cafe\u0301 CAFÉ", "cafe", ["Cafe\u0301", "CAFÉ"]),
        ("Straße", "SS", ["ß"]),
        ("公正と公正", "公正", ["公正", "公正"]),
        ("“So,” he said", '"so,"', ["“So,”"]),
        ("aaa", "aa", ["aa"]),
        ("norms\nof", "norms of", ["norms\nof"]),
        ("anything", "", []),
    ],
)
def test_what_is_lit(text: str, query: str, lit: list[str]) -> None:
    assert [text[span.start : span.end] for span in hits(text, query)] == lit


def test_the_index_comes_along_in_slices(tmp_path: Path) -> None:
    store = shelf(tmp_path / "x.db", [f"text {n}" for n in range(10)])
    assert behind(store) == 20
    assert [catch_up(store, 8) for _ in range(4)] == [12, 4, 0, 0]
    store.edit(3, "an edited text")
    assert behind(store) == 1
    assert ids(store, "edited") == [11]
    assert catch_up(store) == 0
    assert ids(store, "edited") == [11]
    assert ids(store, "text") == list(range(1, 12))


def test_an_index_joins_its_parts_as_is_best_now_however_it_was_begun(tmp_path: Path) -> None:
    with shelf(tmp_path / "s.db", ["One."]) as store:
        catch_up(store)
        wanted = store.rows("SELECT k, v FROM version_letters_config ORDER BY k").fetchall()
        store.rows("INSERT INTO version_letters (version_letters, rank) VALUES ('automerge', 0), ('crisismerge', 64)")
        assert store.rows("SELECT k, v FROM version_letters_config ORDER BY k").fetchall() != wanted
        add(store, ["Two."], "b.txt")
        catch_up(store)
        assert store.rows("SELECT k, v FROM version_letters_config ORDER BY k").fetchall() == wanted


def test_another_window_finds_what_this_one_indexed(tmp_path: Path) -> None:
    store = shelf(tmp_path / "x.db", ["justice"])
    with Store.open(store.path) as other:
        catch_up(store)
        assert ids(other, "justice") == [1]
        add(store, ["more justice"], "b.txt")
        assert ids(other, "justice") == [1, 2]


@pytest.mark.parametrize("indexed", [False, True], ids=["not indexed yet", "indexed"])
def test_letters_that_stand_there_are_found_only_as_they_are_read(tmp_path: Path, indexed: bool) -> None:
    store = shelf(
        tmp_path / "x.db",
        ["пустои\u0306 дом", "пустои дом", "Naive cafe\u0301", "100%_a\\b", "100 or so of _a_b", "JUSTICE", "Мысль"],
    )
    if indexed:
        assert catch_up(store) == 0
    found = {"пустои": [2], "пустой": [1], "cafe": [3], "0%_a\\": [4], "justice": [6], "мысль": [7]}
    assert {query: ids(store, query) for query in found} == found
