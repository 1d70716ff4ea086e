"""Drafts by rules: honest, verbatim, the same every time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from unpack_core.generate.offline import MOST_ITEMS, draft
from unpack_core.notation import parse
from unpack_core.recipe import built_in

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
    assert set(draft("A map is the memory of a walk.", "en", ["analogy"])) == set()


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
