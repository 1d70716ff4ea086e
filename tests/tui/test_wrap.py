"""Lines break where they may, hold what fits, and together they are the text."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from unpack_tui.wrap import line_starts

texts = st.text(st.sampled_from("ab яё-.,地図。「」“”🙂\u0301 "), max_size=60)


def lines(text: str, width: int) -> list[str]:
    starts = [*line_starts(text, width), len(text)]
    return [text[start:end] for start, end in pairwise(starts)]


@given(texts, st.integers(2, 20))
def test_every_line_fits_and_nothing_is_lost(text: str, width: int) -> None:
    found = lines(text, width)
    assert "".join(found) == text
    assert all(cell_len(line.rstrip()) <= width for line in found)
    assert all(line for line in found) or not text


def test_words_stay_whole() -> None:
    assert lines("one two three", 8) == ["one two ", "three"]


def test_ideographs_break_anywhere_but_not_before_closing_punctuation() -> None:
    assert lines("(1) 地図は土地。ではない", 14) == ["(1) 地図は土", "地。ではない"]
    assert lines("地図は土地。", 10) == ["地図は土", "地。"]


def test_a_word_wider_than_the_line_is_cut() -> None:
    assert lines("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]
    assert lines("see " + "b" * 12, 10) == ["see ", "b" * 10, "b" * 2]


def test_an_empty_text_is_one_line() -> None:
    assert line_starts("", 10) == [0]
