"""What is shown cannot act, whatever it was."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile.conftest import LONG
from tests.hostile.texts import TEXTS
from unpack_core.clean import clean
from unpack_core.plain import SIGN, json_plain, one_line, plain

ACTING = {"\u061c", "\u180e", "\u200e", "\u200f", "\ufeff"}
ACTING |= {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2060, 0x2070))}
ANY = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.text(st.sampled_from("a \n\t\x1b\x9b\u0301\u200d\ufe0f\u202e\u200b漢\ud800[]@=/\U000e0041")),
    st.sampled_from(sorted(TEXTS.values())),
)


def acts(letter: str) -> bool:
    """Whether a terminal may do something with it, by Unicode's own classes."""
    kind = unicodedata.category(letter)
    return (kind == "Cc" and letter not in "\n\t") or kind in ("Cs", "Zl", "Zp") or letter in ACTING


def longest_pile(text: str) -> int:
    """Marks and joiners in a row."""
    longest = row = 0
    for letter in text:
        row = row + 1 if unicodedata.category(letter) in ("Mn", "Me", "Cf") else 0
        longest = max(longest, row)
    return longest


@given(ANY)
def test_nothing_that_is_shown_acts_and_places_stay(text: str) -> None:
    shown = plain(text)
    assert len(shown) == len(text)
    assert not any(map(acts, shown))
    assert longest_pile(shown) <= 4
    assert plain(shown) == shown
    assert all(now in (was, SIGN) for was, now in zip(text, shown, strict=True))
    assert "\n" not in one_line(text, 40)
    assert len(one_line(text, 40)) <= 40


@given(ANY)
def test_what_is_stored_has_no_controls_and_can_be_written(text: str) -> None:
    stored, _ = clean(text)
    stored.encode()
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in stored)
    assert clean(stored) == (stored, 0)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_on_a_terminal_says_the_same(value: object) -> None:
    shown = json_plain(json.dumps(value, ensure_ascii=False))
    assert not any(map(acts, shown))
    assert json.loads(shown) == value


@pytest.mark.parametrize("text", ["e\u0301te\u0301", "ก็ที่", "שָׁלוֹם", "أَهْلًا", "हिन्दी", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽", "—…«»“”"])
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize("name", TEXTS)
def test_each_hostile_text_still_says_something_where_it_is_used(name: str) -> None:
    """Cut as the fixtures cut it and stored: one that came to nothing would test nothing."""
    assert clean(TEXTS[name][:LONG])[0].strip()
