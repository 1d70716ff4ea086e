"""What JSON is a patch of the log: whatever this program writes, and nothing that it could not read back."""

from __future__ import annotations

import pytest

from unpack_core.events import is_patch


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"status": "accepted", "flagged": True, "head": 7, "tags": ["weak", "keep"]},
        {"settled": {"2": "distinct", "3": "kept", "4": "merged", "5": None}},
        {"rechecked": {"9": "accepted", "10": "rejected", "11": None}},
        {"lost": {"1": ["rejected", "too flat"], "2": ["edited", ""]}},
        {"status": "pending", "of a later program": ["anything", {"at": "all"}]},
    ],
)
def test_what_the_log_says_is_a_patch(said: object) -> None:
    assert is_patch(said)


@pytest.mark.parametrize(
    "said",
    [
        [], "accepted", 1, None,
        {"status": "approved"}, {"status": ["accepted"]}, {"status": None}, {"flagged": 1}, {"flagged": "true"},
        {"head": "7"}, {"head": None}, {"tags": "weak"}, {"tags": ["weak", 1]}, {"tags": None},
        {"settled": []}, {"settled": {"two": "kept"}}, {"settled": {"2": "accepted"}}, {"settled": {"2": 1}},
        {"rechecked": None}, {"rechecked": {"-9": "accepted"}}, {"rechecked": {"9": "kept"}},
        {"lost": []}, {"lost": {"one": ["rejected", ""]}}, {"lost": {"1": "ab"}}, {"lost": {"1": ["rejected", None]}},
        {"lost": {"1": ["rejected"]}}, {"lost": {"1": ["rejected", "", ""]}},
        {"status": "accepted", "head": "7"},
    ],
)  # fmt: skip
def test_what_could_not_be_read_back_is_none(said: object) -> None:
    assert not is_patch(said)
