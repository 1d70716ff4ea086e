"""Near-duplicates are exactly what comparing every pair would give."""

from __future__ import annotations

import math
import sys
import unicodedata
from collections.abc import Sequence
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from unpack_core import neardup
from unpack_core.neardup.bounds import Letters, Pairs, Threshold, candidates
from unpack_core.neardup.text import (
    BUCKETS,
    CLASSES,
    CLASSES_AT_HAND,
    Class,
    next_letters,
    of_class,
    ranks,
    rarest_packed,
)
from unpack_core.neardup.verify import Scored, Side, lowered
from unpack_core.neardup.within import Distinct, pairs_of

ALPHABETS = ("a", "ab", "abc ", "аб", "善悪", "🙂🙃é", "aа善🙂\ud800", "(1) \nx")


@st.composite
def small_sets(draw: st.DrawFn) -> list[str]:
    """A few texts of one small alphabet: short ones, ones of over 255 equal letters, and copies with small changes."""
    alphabet = draw(st.sampled_from(ALPHABETS))
    short = st.text(alphabet, max_size=12)
    few = st.text(alphabet, min_size=1, max_size=3)
    repeated = st.builds(lambda text, times: text * times, few, st.integers(1, 300))
    texts = draw(st.lists(short | repeated, max_size=7))
    for text in draw(st.lists(st.sampled_from(texts), max_size=4)) if texts else []:
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        texts.append(text[:start] + draw(short) + text[end:])
    return texts


@st.composite
def thresholds_for(draw: st.DrawFn, texts: Sequence[str]) -> float:
    """Any threshold, a usual one, or one that some pair meets to the last bit."""
    usual = st.sampled_from([0.0, 0.05, 0.07, 0.29, 1 / 3, 0.5, 0.57, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99, 1.0])
    if len(texts) < 2 or draw(st.booleans()):
        return draw(usual | st.floats(0, 1))
    a, b = draw(st.sampled_from(texts)), draw(st.sampled_from(texts))
    exact = fuzz.ratio(neardup.normalize(a), neardup.normalize(b)) / 100
    return min(1.0, draw(st.sampled_from([exact, math.nextafter(exact, 0), math.nextafter(exact, 2)])))


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[str], float]:
    texts = draw(small_sets())
    return texts, float(draw(thresholds_for(texts)))


def every_pair(texts: Sequence[str], threshold: float) -> list[Scored]:
    """The definition, by comparing every pair."""
    normalized = [neardup.normalize(text) for text in texts]
    ratios = ((i, j, fuzz.ratio(normalized[i], normalized[j])) for i, j in combinations(range(len(texts)), 2))
    return [(i, j, ratio / 100) for i, j, ratio in ratios if ratio >= 100 * threshold]


def index_of(texts: dict[int, str]) -> neardup.Index:
    """An index as a database would fill it, which gives texts only for keys that it holds."""
    normalized = {key: neardup.normalize(text) for key, text in texts.items()}
    signatures = {key: neardup.signature(text) for key, text in normalized.items()}
    index = neardup.Index(lambda keys: [normalized[k] for k in keys], lambda keys: [signatures[k] for k in keys])
    index.extend((key, len(text), signatures[key]) for key, text in normalized.items())
    return index


# --- the definition --------------------------------------------------------------------------------------------


@given(questions())
@example((["", "", "a", "(1)"], 1.0))
@example((["", "a"], 0.0))
@example((["ab" * 200, "ba" * 200, "a" * 400], 0.5))
def test_pairs_are_what_comparing_every_pair_gives(question: tuple[list[str], float]) -> None:
    texts, threshold = question
    assert sorted(neardup.pairs(texts, threshold)) == every_pair(texts, threshold)


def test_a_text_wholly_within_another_is_found_at_the_very_edge() -> None:
    """755 letters in a text of 1,021: the ratio is just over 85, and nothing is left to spare in the shorter text."""
    longer = "".join(chr(ord("a") + place * place % 23) for place in range(1021))
    for start in range(0, 266, 19):
        shorter = longer[:start] + longer[start + 266 :]
        assert list(neardup.pairs([longer, shorter], 0.85)) == every_pair([longer, shorter], 0.85) != []


@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.85, 0.9, 0.95, 1.0])
def test_hundreds_of_longer_texts_with_templates_and_copies(threshold: float) -> None:
    rng = np.random.default_rng(5)
    words = ["".join(rng.choice(list("etaoinsr"), rng.integers(2, 9))) for _ in range(60)]
    texts = ["It is taken for granted that " + " ".join(rng.choice(words, rng.integers(3, 120))) for _ in range(300)]
    for text in texts[:250]:
        letters = np.array(list(text))
        letters[rng.random(len(letters)) < rng.uniform(0, 0.2)] = "!"
        texts.append("(3)  " + "".join(letters)[: rng.integers(len(text) // 2, len(text) + 1)].upper())
    assert sorted(neardup.pairs(texts, threshold)) == every_pair(texts, threshold)


def many_short_texts(count: int) -> list[str]:
    """More than are looked at in one go, in groups that differ by a few letters."""
    rng = np.random.default_rng(3)
    stems = ["".join(rng.choice(list("etaоинcmykд "), rng.integers(4, 40))) for _ in range(count // 4)]
    return [stems[n % len(stems)] + "wzбq"[: rng.integers(0, 5)] + str(n % 7) for n in range(count)]


def every_pair_of_many(some: Sequence[str], others: Sequence[str], threshold: float) -> set[tuple[int, int]]:
    some, others = ([neardup.normalize(text) for text in texts] for texts in (some, others))
    ratios = process.cdist(some, others, scorer=fuzz.ratio, dtype=np.float64)
    row, column = np.nonzero(ratios >= 100 * threshold)
    return set(zip(row.tolist(), column.tolist(), strict=True))


def test_more_texts_than_one_block_holds() -> None:
    texts = many_short_texts(2600)
    expected = {(i, j) for i, j in every_pair_of_many(texts, texts, 0.85) if i < j}
    found = [(i, j) for i, j, _ in neardup.pairs(texts, 0.85)]
    assert len(found) == len(set(found)) > 1000
    assert set(found) == expected


def test_more_old_texts_than_are_in_memory_at_a_time() -> None:
    texts = many_short_texts(5400)
    old, new = texts[:5300], texts[5300:]
    index = index_of(dict(enumerate(old)))
    expected = {(5300 + i, j) for i, j in every_pair_of_many(new, old, 0.85)}
    expected |= {(5300 + i, 5300 + j) for i, j in every_pair_of_many(new, new, 0.85) if i < j}
    found = [(a, b) for a, b, _ in neardup.join(list(enumerate(new, 5300)), index, 0.85)]
    assert len(found) == len(expected) > 200
    assert {(a, b) if b < 5300 else (min(a, b), max(a, b)) for a, b in found} == expected


def test_a_whole_join_lets_go_of_texts_that_are_too_short_for_what_is_left() -> None:
    lengths = range(1, 1201)
    distinct, threshold = Distinct("x" * length for length in lengths), Threshold(0.95)
    expected = {(a - 1, b - 1) for a, b in combinations(lengths, 2) if 2 * a / (a + b) >= 0.95}
    assert {(i, j) for i, j, _ in pairs_of(distinct, threshold, None)} == expected
    gone = distinct.texts.count("")
    assert distinct.texts[:gone] == [""] * gone
    assert gone > 900


def test_new_texts_are_compared_with_old_ones_before_they_are_let_go_of() -> None:
    new = [(key, "x" * key) for key in range(1, 1201)]
    index = index_of({2000 + length: "x" * length for length in (3, 1200)})
    assert {(3, 2003, 1.0), (1200, 3200, 1.0)} <= set(neardup.join(new, index, 1.0))


@pytest.mark.parametrize("threshold", [-0.01, 1.01, float("nan")])
def test_a_threshold_beyond_0_and_1_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        neardup.pairs(["a"], threshold)


def test_progress_ends_at_all_pairs() -> None:
    told: list[tuple[int, int]] = []
    list(neardup.pairs([f"text {n}" for n in range(1200)], 0.99, progress=lambda done, of: told.append((done, of))))
    assert told == sorted(told)
    assert told[-1] == (1200 * 1199 // 2,) * 2


# --- new texts against old ones --------------------------------------------------------------------------------


@given(questions(), st.data())
def test_new_texts_bring_what_comparing_them_with_everything_gives(
    question: tuple[list[str], float], data: st.DataObject
) -> None:
    texts, threshold = question
    old = data.draw(st.integers(0, len(texts)))
    index = index_of({1000 + place: texts[place] for place in range(old)})
    new = [(1000 + place, texts[place]) for place in range(old, len(texts))]
    found = {(min(a, b) - 1000, max(a, b) - 1000, score) for a, b, score in neardup.join(new, index, threshold)}
    assert sorted(found) == [pair for pair in every_pair(texts, threshold) if pair[1] >= old]


@given(questions(), st.text("ab善", max_size=8))
def test_matches_of_one_text_are_best_first(question: tuple[list[str], float], text: str) -> None:
    texts, threshold = question
    expected = [(i, score) for i, j, score in every_pair([*texts, text], threshold) if j == len(texts)]
    found = neardup.matches(text, index_of(dict(enumerate(texts))), threshold)
    assert found == sorted(expected, key=lambda match: (-match[1], match[0]))


def test_texts_come_one_at_a_time() -> None:
    index = index_of({})
    assert neardup.matches("alpha", index, 0.0) == []
    index = index_of({key: f"alpha {key}" for key in range(3000)})
    assert (len(index), neardup.matches("alpha 7", index, 1.0)) == (3000, [(7, 1.0)])
    index.add(7, len("alpha 7"), neardup.signature("alpha 7"))
    assert (len(index), neardup.matches("alpha 7", index, 1.0)) == (3001, [(7, 1.0), (7, 1.0)])


@given(st.sets(st.integers(0, 9)), st.lists(st.integers(0, 9)))
def test_what_is_unknown_is_what_nothing_was_added_for(held: set[int], asked: list[int]) -> None:
    assert index_of(dict.fromkeys(held, "a")).unknown(asked) == sorted(set(asked) - held)


def test_a_text_of_nothing_is_a_text() -> None:
    index = index_of({1: "", 2: "(1)", 3: "a"})
    assert len(index) == 3
    assert neardup.matches("", index, 1.0) == [(1, 1.0), (2, 1.0)]


def test_only_texts_that_the_bounds_leave_are_fetched() -> None:
    texts = {1: "abcdefgh", 2: "ijklmnop", 3: "abcdefgi", 4: "a" * 50, 5: "hgfedcba", 6: "fgpwybvk"}
    asked: list[int] = []
    looked_up: list[int] = []

    def fetch(keys: Sequence[int]) -> list[str]:
        asked.extend(keys)
        return [texts[key] for key in keys]

    def look_up(keys: Sequence[int]) -> list[bytes]:
        looked_up.extend(keys)
        return [neardup.signature(texts[key]) for key in keys]

    index = neardup.Index(fetch, look_up)
    index.extend((key, len(text), neardup.signature(text)) for key, text in texts.items())
    assert neardup.matches("(1) ABCDEFGH", index, 0.85) == [(1, 1.0), (3, 0.875)]
    assert sorted(looked_up) == [1, 3, 5], "the letters of the others are others"
    assert sorted(asked) == [1, 3], "the letters of 5 are the same, and their order is seen in its signature"
    looked_up.clear()
    assert neardup.matches("kvbywpgf", index, 0.85) == []
    assert looked_up == [], "the order of the rarest letters is seen in the index"


# --- each bound by itself loses nothing ------------------------------------------------------------------------


def reaching(texts: Sequence[str], threshold: float) -> set[tuple[int, int]]:
    """Which of each text with each, itself too, reach the threshold."""
    every = product(range(len(texts)), repeat=2)
    return {(i, j) for i, j in every if fuzz.ratio(texts[i], texts[j]) >= 100 * threshold}


def left(pairs: Pairs) -> set[tuple[int, int]]:
    return set(zip(pairs.row.tolist(), pairs.column.tolist(), strict=True))


@given(questions())
def test_length_and_letters_keep_every_pair_that_reaches_the_threshold(question: tuple[list[str], float]) -> None:
    texts = sorted((neardup.normalize(text) for text in question[0]), key=len)
    if not texts:
        return
    threshold, letters = Threshold(question[1]), Letters.of(texts)
    bound = letters.bound(letters)
    assert all(bound[i, j] >= LCSseq.similarity(texts[i], texts[j]) for i, j in np.ndindex(bound.shape))
    wanted = reaching(texts, question[1])
    assert left(candidates(letters, letters, threshold)) >= wanted
    for i, j in wanted:
        assert threshold.shortest(len(texts[i])) <= len(texts[j]) <= threshold.longest(len(texts[i]))
        assert LCSseq.similarity(texts[i], texts[j]) >= threshold.part(np.array([len(texts[i]), len(texts[j])])).sum()


@given(questions(), st.sampled_from([CLASSES, CLASSES_AT_HAND]).flatmap(lambda of: st.sets(st.sampled_from(of))))
def test_any_classes_of_letters_keep_every_pair_that_reaches_the_threshold(
    question: tuple[list[str], float], classes: set[Class]
) -> None:
    texts = sorted((neardup.normalize(text) for text in question[0]), key=len)
    if not texts:
        return
    letters = Letters.of(texts)
    before = candidates(letters, letters, Threshold(question[1]))
    side = Side.of(letters.counts, texts)
    after = lowered(before, side, side, classes)
    assert left(before) >= left(after) >= reaching(texts, question[1])
    parts = Threshold(question[1]).part(letters.lengths)
    for i, j, spare in zip(after.row.tolist(), after.column.tolist(), after.spare.tolist(), strict=True):
        assert spare + parts[i] + parts[j] >= LCSseq.similarity(texts[i], texts[j])


@pytest.mark.parametrize("rarest", [CLASSES[0], CLASSES_AT_HAND[0]])
def test_classes_of_letters_rule_out_what_has_the_same_letters_in_another_order(rarest: Class) -> None:
    words = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "by", "my", "quay"]
    texts = [" ".join(words), " ".join(reversed(words))]
    letters = Letters.of(texts)
    before = candidates(letters[:1], letters[1:], Threshold(0.9))
    assert left(before) == {(0, 0)}
    some, others = (Side.of(letters.counts[[place]], [texts[place]]) for place in (0, 1))
    assert left(lowered(before, some, others, [rarest])) == set()


@pytest.mark.parametrize("classes", [CLASSES, CLASSES_AT_HAND])
def test_classes_are_apart_from_rare_to_common(classes: Sequence[Class]) -> None:
    bounds = [bound for low, high in reversed(classes) for bound in (low, high)]
    assert bounds == sorted(bounds)
    assert bounds[-1] == BUCKETS


@pytest.mark.parametrize("letters", ["mfpgwybvk,.-'x(", "уяыьгзбчйхжюшцщ"])
def test_the_commonest_of_the_rare_letters_of_a_language_have_a_digit_each(letters: str) -> None:
    assert sorted(of_class(ranks(letters), CLASSES[0]).decode()) == list("0123456789abcde")


@pytest.mark.parametrize("first", ["α", "ა", "ぁ", "善"])
def test_neighbours_of_other_scripts_fall_into_buckets_of_their_own(first: str) -> None:
    assert len(set(ranks("".join(map(chr, range(ord(first), ord(first) + BUCKETS)))))) == BUCKETS


@given(st.lists(st.text(st.characters(), max_size=40), max_size=5))
def test_ranks_have_no_less_in_common(texts: list[str]) -> None:
    for a, b in combinations(texts, 2):
        assert len(ranks(a)) == len(a)
        assert LCSseq.similarity(ranks(a), ranks(b)) >= LCSseq.similarity(a, b)


@given(st.text(st.characters(), max_size=80))
def test_a_signature_will_do_for_the_letters_of_the_stored_classes(text: str) -> None:
    signature = neardup.signature(text)
    assert rarest_packed(signature).hex().removesuffix("f").encode() == of_class(ranks(text), CLASSES[0])
    assert next_letters(signature) == of_class(ranks(text), CLASSES[1])


@given(st.lists(st.text(st.characters(), max_size=60) | st.text("fpgwyуяыьг.,1", max_size=9), max_size=8), st.data())
def test_an_index_gives_the_rarest_letters_of_each_of_its_texts(texts: list[str], data: st.DataObject) -> None:
    index = index_of({})
    for start, end in pairwise([0, *sorted(data.draw(st.lists(st.integers(0, len(texts))))), len(texts)]):
        index.extend((key, len(texts[key]), neardup.signature(texts[key])) for key in range(start, end))
    rows = np.arange(len(texts))
    letters = [text.removesuffix("f").encode() for text in index.rarest(rows)]
    assert letters == [of_class(ranks(texts[key]), CLASSES[0]) for key in index.keys(rows)]


@given(st.text(max_size=400))
def test_a_signature_counts_every_letter_once(text: str) -> None:
    counts = neardup.signature(text)[:64]
    assert sum(counts) == len(text) or max(counts) == 255


def test_counts_stop_at_255() -> None:
    assert max(neardup.signature("a" * 1000)[:64]) == 255


# --- one text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("", ""),
        (" \t\n ", ""),
        ("(1) “Norms”  Which\n(2) Morality?", "“norms” which morality?"),
        ("see (1) there", "see (1) there"),
        ("  (12)tight", "tight"),
        ("(1) (2) two numbers", "(2) two numbers"),
        ("⑴ ﬁne （３）", "fine (3)"),
        ("STRASSE straße", "strasse strasse"),
        ("Ёлка\u00a0ёлка", "ёлка ёлка"),
        ("(x) stays", "(x) stays"),
    ],
)
def test_normalized(text: str, normalized: str) -> None:
    assert neardup.normalize(text) == normalized


def test_all_white_space_but_the_space_is_not_printable() -> None:
    """What `normalize` relies on where it takes no text apart."""
    spaces = [chr(point) for point in range(sys.maxunicode + 1) if chr(point).isspace() and chr(point).isprintable()]
    assert spaces == [" "]


@given(st.text(st.sampled_from("a (1)\n\t\u00a0\u2028é"), max_size=12))
def test_white_space_is_collapsed_and_stripped(text: str) -> None:
    normalized = neardup.normalize(text)
    assert normalized == " ".join(normalized.split())


@given(st.text(st.characters(), max_size=60))
@example("\ud800 \udfff")
@example("ΐ İ \u0345")
def test_every_text_can_be_normalized_and_counted(text: str) -> None:
    normalized = neardup.normalize(text)
    assert normalized.split() == [word for word in normalized.split(" ") if word]
    assert neardup.normalize(unicodedata.normalize("NFKC", text)) == normalized
    assert len(neardup.signature(normalized)) >= 64


# --- groups ----------------------------------------------------------------------------------------------------


def test_groups_are_what_hangs_together() -> None:
    assert neardup.groups([(5, 9, 0.9), (1, 3, 1.0), (3, 5, 0.88), (2, 4, 0.9)]) == [[1, 3, 5, 9], [2, 4]]
    assert neardup.groups([]) == []


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.just(0.9))))
def test_groups_do_not_depend_on_the_order_of_the_pairs(pairs: list[Scored]) -> None:
    found = neardup.groups(pairs)
    assert found == neardup.groups([(b, a, score) for a, b, score in reversed(pairs)])
    place = {member: number for number, group in enumerate(found) for member in group}
    assert len(place) == sum(map(len, found)) == len({member for a, b, _ in pairs for member in (a, b)})
    assert all(place[a] == place[b] for a, b, _ in pairs)
