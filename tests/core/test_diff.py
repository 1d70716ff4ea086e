"""A word diff holds all of both texts and marks what differs."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from unpack_core.diff import compare

texts = st.text(st.sampled_from("ab яё 地図\n.🙂\u0301"), max_size=30)


def parts(old: str, new: str) -> list[tuple[bool, str, str]]:
    return [
        (piece.same, old[piece.old.start : piece.old.end], new[piece.new.start : piece.new.end])
        for piece in compare(old, new)
    ]


@given(texts, texts)
def test_nothing_is_left_out_and_same_is_same(old: str, new: str) -> None:
    found = parts(old, new)
    assert "".join(was for _, was, _ in found) == old
    assert "".join(now for _, _, now in found) == new
    assert all(was == now for same, was, now in found if same)
    assert all(was != now for same, was, now in found if not same)
    assert all(left[0] != right[0] for left, right in pairwise(found))


def test_a_replaced_word_is_one_change() -> None:
    changed = [(False, "old", "new")]
    assert parts("the old map", "the new map") == [(True, "the ", "the "), *changed, (True, " map", " map")]


def test_words_that_were_all_replaced_are_one_change_and_lines_stay_lines() -> None:
    assert parts("(1) a norm holds\nx", "(1) это то, да\ny") == [
        (True, "(1) ", "(1) "), (False, "a norm holds", "это то, да"), (True, "\n", "\n"), (False, "x", "y"),
    ]  # fmt: skip
    assert parts("the old map", "the very new map") == [
        (True, "the ", "the "), (False, "old", "very new"), (True, " map", " map"),
    ]  # fmt: skip


def test_scripts_without_spaces_differ_by_character() -> None:
    assert parts("地図は土地", "地図と土地") == [(True, "地図", "地図"), (False, "は", "と"), (True, "土地", "土地")]


def test_equal_and_empty_texts() -> None:
    assert [same for same, _, _ in parts("one two", "one two")] == [True]
    assert compare("", "") == []
    assert parts("", "new") == [(False, "", "new")]
