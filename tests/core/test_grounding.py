"""Quotations are found where they stand, whole words of them, and what is not there is not found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpack_core.grounding import CUTOFF, ground, locate, occurrences, selectors
from unpack_core.model import Span

EN = "Justice is the conformity of deeds to the norms of morality. So we were “told”, and so we told others."
RU = "Причина — это то, без чего следствия не было бы. Её отсутствие всё меняет: без воздуха не было бы и пожара."
JA = "地図は土地ではない。しかし、地図のない土地を誰が知っていると言えるだろうか。"


def found(quote: str, source: str) -> str | None:
    place = locate(quote, source)
    return source[place.span.start : place.span.end] if place else None


@pytest.mark.parametrize(("quote", "source"), [("norms of morality", EN), ("следствия не было бы", RU), ("土地", JA)])
def test_words_that_are_there_are_found_exactly(quote: str, source: str) -> None:
    place = locate(quote, source)
    assert place
    assert (place.exact, place.score) == (True, 100.0)
    assert found(quote, source) == quote


def test_of_several_places_the_first_of_whole_words() -> None:
    source = "A party to art, and art itself."
    assert occurrences("art", source) == (Span(3, 6), Span(11, 14), Span(20, 23))
    place = locate("art", source)
    assert place
    assert place.span == Span(11, 14)


@pytest.mark.parametrize(
    ("quote", "source", "words"),
    [
        ("norms  of\nMorality.", EN, "norms of morality"),
        ('we were "told"', EN, "we were “told"),
        ("причина - это то", RU, "Причина — это то"),
        ("ее отсутствие все меняет", RU, "Её отсутствие всё меняет"),
        ("Justice is … norms of morality", EN, "Justice is the conformity of deeds to the norms of morality"),
        ("Justice is [...] the conformity", EN, "Justice is the conformity"),
        ("zur Straße", "Der Weg zur STRASSE hin", "zur STRASSE"),
        ("cafe\u0301", "Le café noir", "café"),
        ("cafés", "Les cafe\u0301s noirs", "cafe\u0301s"),
    ],
)
def test_typography_does_not_matter(quote: str, source: str, words: str) -> None:
    place = locate(quote, source)
    assert place
    assert (place.exact, place.score) == (False, 100.0)
    assert found(quote, source) == words


@pytest.mark.parametrize(
    ("quote", "source", "words"),
    [
        ("norms of the morality", EN, "norms of morality"),
        ("conformity of deed to norms", EN, "conformity of deeds to the norms"),
        ("следствие не было бы", RU, "следствия не было бы"),
        ("без воды не было бы и пожара", RU, "без воздуха не было бы и пожара"),
        ("地図のない土地を誰か知っている", JA, "地図のない土地を誰が知っている"),
    ],
)
def test_nearly_the_same_words_are_found_whole(quote: str, source: str, words: str) -> None:
    place = locate(quote, source)
    assert place
    assert CUTOFF <= place.score < 100
    assert found(quote, source) == words


@pytest.mark.parametrize("quote", ["", "  ", "…", "norma", "the rules of etiquette", "justice has no need of morality"])
def test_what_is_not_there_is_not_found(quote: str) -> None:
    assert locate(quote, EN) is None


def test_a_source_that_is_part_of_the_quote_does_not_hold_it() -> None:
    assert locate("Justice is the conformity of deeds to the norms of morality", "of morality") is None
    assert locate("anything", "") is None


letters = st.characters(exclude_categories=())
sources = st.text(letters, max_size=60) | st.text("ab cé\u0301ё—“”\n地", max_size=60)


@given(st.text(letters, max_size=20) | st.text('ab ce—"地', max_size=20), sources)
def test_a_place_is_never_empty_and_never_outside(quote: str, source: str) -> None:
    place = locate(quote, source)
    if place:
        assert 0 <= place.span.start < place.span.end <= len(source)
        assert CUTOFF <= place.score <= 100


@given(sources, st.data())
def test_every_stretch_of_a_source_is_found(source: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(source)))
    quote = source[start : data.draw(st.integers(start, len(source)))].strip()
    assert (found(quote, source) == quote) if quote else (locate(quote, source) is None)


def test_a_layer_is_grounded_item_by_item() -> None:
    layer = "(1) “norms of morality” Whose? — [ours]\n(2) Why?\n(3) “etiquette at court” Where?"
    grounded = ground(layer, EN)
    assert [item.number for item, _ in grounded] == [1, 2, 3]
    words = [place and EN[place.span.start : place.span.end] for _, place in grounded]
    assert words == ["norms of morality", None, None]


def test_selectors_say_position_and_words_with_what_stands_around_them() -> None:
    start = EN.index("norms of morality")
    assert selectors(Span(start, start + 17), EN, context=8)["selector"] == [
        {"type": "TextPositionSelector", "start": start, "end": start + 17},
        {"type": "TextQuoteSelector", "exact": "norms of morality", "prefix": " to the ", "suffix": ". So we "},
    ]
    assert selectors(Span(0, 7), EN)["selector"][1] == {
        "type": "TextQuoteSelector",
        "exact": "Justice",
        "prefix": "",
        "suffix": EN[7:39],
    }
