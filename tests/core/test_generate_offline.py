"""Drafts by rules: honest, verbatim, the same every time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpack_core.generate.offline import MOST_ITEMS, draft
from unpack_core.notation import parse
from unpack_core.recipe import built_in

ASKED = {"counterexample", "paradox", "analogy", "meta"}
PROSE = {
    lang: [
        line
        for path in sorted((Path(__file__).parents[2] / "sample_corpus" / "texts" / lang).glob("*.md"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    for lang in ("en", "ru")
}
KINDS = [kind.id for kind in built_in().kinds]
SHARDS = st.sampled_from(
    ["Justice is the fit of deeds", "but nobody asks", "because it rains", "Is it so?", "every stone flew", "“quoted”",
     "Закон — это привычка к порядку", "но никто не спорит", "потому что поздно", "мы видим", "в 1976 году", ". ", ", "]
)  # fmt: skip


def test_each_rule_quotes_what_it_holds_on_to() -> None:
    found = draft("A map is the memory of a walk. Of course everybody agrees, but nobody asks why.", "en", KINDS)
    assert found["definition"].startswith("(1) “map” ")
    assert "the memory of a walk" in found["definition"]
    assert found["question"].endswith("]")
    assert set(found) >= {"definition", "assumption", "question"}
    russian = draft("Закон — это привычка к порядку. Но его меняют, потому что поздно.", "ru", KINDS)
    assert russian["definition"].startswith("(1) «Закон» ")
    assert "argument" in russian


def test_where_there_is_nothing_to_hold_on_to_nothing_is_said() -> None:
    assert draft("地図は土地ではない。", "ja", KINDS) == {}
    assert draft("It rained.", "en", KINDS) == {}
    assert set(draft("Then she went away and he stayed.", "en", KINDS)) <= {*ASKED, "argument"}


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_what_no_rule_can_know_is_only_asked(lang: str) -> None:
    for paragraph in PROSE[lang]:
        found = draft(paragraph, lang, KINDS)
        assert found.keys() >= ASKED
        for kind in ASKED:
            (item,) = parse(found[kind])
            assert "?" in item.text or item.text.startswith(("To look for", "Искать"))
            assert not item.answer


@pytest.mark.parametrize(
    ("kind", "paragraph", "quote"),
    [
        ("assumption", "In the end she knew that the bridge would hold.", "knew that"),
        ("assumption", "By then the ferry was no longer running to the island.", "no longer running"),
        ("definition", "Courage is not the want of fear but a quarrel with it, said he.", "Courage"),
        ("argument", "They left early, therefore nobody saw the second half of it.", "therefore nobody saw"),
        ("context", "It was said in 1844 by a doctor who had been to Vienna twice.", "1844"),
        ("assumption", "К утру она поняла, что мост не выдержит и второго грузовика.", "поняла, что"),
        ("definition", "Привычка — это память рук о том, чего голова уже не помнит.", "Привычка"),
        ("argument", "Они ушли рано, поэтому второго действия никто из них не видел.", "поэтому второго действия"),
        ("definition", "Логик поправит: причина есть то, без чего следствие не наступило бы.", "причина"),
        ("definition", "С тех пор говорят и так: тождество не струна, а пряжа из многих волокон.", "тождество"),
        ("assumption", "Anna is the only one who can play it on a winter evening.", "the only one who can play"),
        ("context", "Об этом писал ещё Кант, хотя сам он моря никогда не видел.", "Кант"),
    ],
)
def test_what_the_rules_look_for(kind: str, paragraph: str, quote: str) -> None:
    (first, *_) = parse(draft(paragraph, "ru" if "о" in paragraph else "en", [kind])[kind])
    assert first.quote.startswith(quote)


@pytest.mark.parametrize(
    ("kind", "paragraph"),
    [
        ("assumption", "It cannot be proved that one is awake at this hour of the night."),
        ("question", "They found nothing in the scale, it is true, but time and a little dust."),
        ("definition", "A witness who can be told what to say is not a witness but an echo."),
        ("argument", "Everybody slept as if the war had ended long before that evening."),
        ("definition", "Рука в тесте не повторяет, а судит, и этого никто не оспорит."),
        ("analogy", "Он вообразил, будто ей есть что сказать, и потому замолчал."),
    ],
)
def test_what_only_looks_like_it_is_left_alone(kind: str, paragraph: str) -> None:
    found = draft(paragraph, "ru" if "о" in paragraph else "en", [kind]).get(kind, "")
    for wrong in ("counts as a fact", "“but”", "an echo", "A condition", "судит, а не", "сам проводит сходство"):
        assert wrong not in found


def test_the_steps_of_an_argument_are_named_in_their_order() -> None:
    paragraph = "It rained because the wind had turned. But nobody had a roof, therefore they sang under the trees."
    (_, steps) = parse(draft(paragraph, "en", ["argument"])["argument"])
    assert steps.text == "In order: a ground, a turn, a conclusion."


@given(st.lists(SHARDS | st.text(max_size=20), max_size=8).map(" ".join), st.sampled_from(["en", "ru", "ja"]))
def test_any_text_is_drafted_alike_twice_and_quoted_verbatim(text: str, lang: str) -> None:
    found = draft(text, lang, KINDS)
    assert found == draft(text, lang, KINDS)
    for layer in found.values():
        items = parse(layer)
        assert len(items) <= MOST_ITEMS
        for item in items:
            assert item.quote
            assert item.quote in text
