"""What goes to an editor comes back without what was added for it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from unpack_core.handoff import read_back, written


@given(st.text(st.sampled_from("ab#>8-\n (1)“ё”"), max_size=60))
def test_an_unchanged_file_is_the_same_text(text: str) -> None:
    assert read_back(written(text, "# source\nsecond line")) == text.rstrip("\n")


def test_only_what_stands_above_the_cut_line_is_read() -> None:
    file = written("(1) Old", "The source.").replace("(1) Old", "(1) New\n(2) Two")
    assert read_back(file) == "(1) New\n(2) Two"
    assert "# The source." in file


def test_editors_line_ends_do_not_count() -> None:
    assert read_back("(1) New\r\n\n\n") == "(1) New"
