"""Intervals and kappa against published figures, by hand, and by counting every sample there can be."""

from __future__ import annotations

from math import exp, lgamma, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpack_core.stats.certainty import FEWEST, agreement, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(part: int, whole: int, low: float, high: float) -> None:
    """R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998),
    table I, method 3."""
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_wilson_holds_the_share_and_is_the_same_from_both_sides(part: int, other: int) -> None:
    whole = part + other
    low, high = wilson(part, whole)
    assert 0 <= low <= high <= 1
    if whole:
        assert low - 1e-12 <= part / whole <= high + 1e-12
        assert wilson(other, whole) == pytest.approx((1 - high, 1 - low))
        assert wilson(part * 4, whole * 4).high - wilson(part * 4, whole * 4).low < high - low


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ((31, 12, 4, 58), 0.6756757),  # ci.kappa of the R package statpsych, its documented example
        ((20, 5, 10, 15), 0.4),  # by hand: observed 0.7, chance 0.6 * 0.5 + 0.4 * 0.5 = 0.5
        ((45, 15, 25, 15), 0.1304348),  # by hand: observed 0.6, chance 0.6 * 0.7 + 0.4 * 0.3 = 0.54
        ((25, 35, 5, 35), 0.2592593),  # the same agreement from other shares: chance 0.6 * 0.3 + 0.4 * 0.7 = 0.46
    ],
)
def test_kappa_as_published_and_by_hand(table: tuple[int, int, int, int], kappa: float) -> None:
    found = agreement(*table)
    assert found.kappa == pytest.approx(kappa, abs=5e-8)
    assert found.low is not None
    assert found.high is not None
    assert found.low < kappa < found.high


def test_the_interval_by_hand() -> None:
    """40 of 50 agree: Wilson 0.6696 to 0.8876; chance 0.5: (0.6696 - 0.5) / 0.5 and (0.8876 - 0.5) / 0.5."""
    found = agreement(20, 5, 5, 20)
    assert (found.low, found.kappa, found.high) == pytest.approx((0.3392, 0.6, 0.7752), abs=1e-4)


def test_agreement_all_along_is_not_certainty() -> None:
    found = agreement(6, 0, 0, 6)
    assert found.kappa == found.high == 1
    assert found.low is not None
    assert 0.4 < found.low < 0.6


def test_what_cannot_be_said_is_not_said() -> None:
    assert agreement(5, 1, 1, FEWEST - 8).why_not == "too few"
    assert agreement(0, 0, 0, 0).kappa is None
    alike = agreement(40, 0, 0, 0)
    assert (alike.n, alike.agreed, alike.kappa, alike.why_not) == (40, 40, None, "all decided alike")


@pytest.mark.parametrize(("n", "accepted", "kappa"), [(20, 0.7, 0.8), (20, 0.85, 0.6), (30, 0.5, 0.4)])
def test_the_interval_holds_the_true_kappa_as_often_as_it_says(n: int, accepted: float, kappa: float) -> None:
    """Every table of n answers, weighed by how likely it is where kappa is so."""
    apart = accepted * (1 - accepted) * (1 - kappa)
    chances = [log(share) for share in (accepted - apart, apart, apart, 1 - accepted - apart)]
    held = said = 0.0
    for both in range(n + 1):
        for lost in range(n + 1 - both):
            for won in range(n + 1 - both - lost):
                table = (both, lost, won, n - both - lost - won)
                terms = (k * chance - lgamma(k + 1) for k, chance in zip(table, chances, strict=True))
                weight = exp(lgamma(n + 1) + sum(terms))
                found = agreement(*table)
                if found.low is not None and found.high is not None:
                    said += weight
                    held += weight * (found.low <= kappa <= found.high)
    assert 0.93 < held / said < 0.985
