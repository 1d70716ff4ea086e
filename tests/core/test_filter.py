"""One filter language: what it finds, what it says of a wrong word, and what it offers while one types."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpack_core.corpus import Arrival
from unpack_core.errors import FilterError
from unpack_core.filter import FIELDS, Count, Field, LiveCount, check, compiled, count, for_words, layer_ids, quote
from unpack_core.filter.complete import Role, Vocabulary, complete, tokens, vocabulary
from unpack_core.filter.terms import read
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Origin, Status
from unpack_core.store import Store

JUSTICE = IncomingDocument("essays/justice.md", "On Justice")
BOOK = IncomingDocument("книга.txt", "Книга")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Layers 1 and 2 stand on an English paragraph, 3 on a Russian one; a second English one has none."""
    store = Store.open(tmp_path / "x.db", create=True)
    question = IncomingLayer(
        "question",
        "(1) Can there be an amoral justice? — [paradox]",
        tags=("weak",),
        origin=Origin.GENERATED,
        model="claude-opus",
    )
    analogy = IncomingLayer("analogy", "(1) like a pair of scales", status=Status.ACCEPTED, flagged=True, model="local")
    definition = IncomingLayer("definition", "(1) мораль: норма", tags=("weak", "keep"))
    take_in(
        store,
        [
            Arrival(JUSTICE, IncomingParagraph("Justice is conformity.", 0, "en", layers=(question, analogy))),
            Arrival(BOOK, IncomingParagraph("Ещё о справедливости.", 0, "ru", layers=(definition,))),
        ],
        source="first",
    )
    take_in(store, [Arrival(JUSTICE, IncomingParagraph("A bare paragraph on justice.", 1, "en"))], source="first")
    return store


def found(store: Store, expression: str) -> list[int]:
    return list(layer_ids(store, compiled(store, expression)))


@pytest.mark.parametrize(
    ("expression", "layers"),
    [
        ("", [1, 2, 3]),
        ("kind:analogy", [2]),
        ("kind:analogy,question", [1, 2]),
        ("kind:*o*", [1, 2, 3]),
        ('kind:"*o*"', []),
        ("-kind:analogy", [1, 3]),
        ("status:pending", [1, 3]),
        ("status:pending,accepted", [1, 2, 3]),
        ("tag:weak", [1, 3]),
        ("tag:weak -tag:keep", [1]),
        ("tag:*", [1, 3]),
        ("-tag:*", [2]),
        ("flagged:yes", [2]),
        ("flag:no", [1, 3]),
        ("flag:*", [1, 2, 3]),
        ("status:*ed", [2]),
        ("batch:1", [1, 2, 3]),
        ("-batch:1", []),
        ("batch:1,2", [1, 2, 3]),
        ("model:claude-*", [1]),
        ("-model:claude-*", [2, 3]),
        ("model:claude", []),
        ("origin:generated", [1]),
        ("edited:yes", []),
        ("lang:RU", [3]),
        ("document:justice.md", [1, 2]),
        ('document:"on justice"', [1, 2]),
        ("document:ess*", [1, 2]),
        ("document:КНИГА*", [3]),
        ("layer:3,1", [1, 3]),
        ("finding:any", []),
        ("dup:open", []),
        ("justice", [1, 2]),
        ("-justice", [3]),
        ("source:justice", [1, 2]),
        ('text:"amoral justice"', [1]),
        ('"amoral justice"', [1]),
        ("amoral conformity", [1]),
        ("scal*", [2]),
        ("еще", [3]),
        ("мораль,норма", []),
        ("text:мораль,scales", [2, 3]),
        ("status:pending lang:en question tag:weak", []),
        ("status:pending lang:en amoral tag:weak", [1]),
    ],
)
def test_what_a_filter_finds(store: Store, expression: str, layers: list[int]) -> None:
    assert found(store, expression) == layers
    assert count(store, compiled(store, expression)).layers == len(layers)


@pytest.mark.parametrize(
    ("expression", "paragraphs"),
    [("", 3), ("justice", 2), ("lang:en", 2), ("document:justice*", 2), ("-lang:ru", 2), ("-tag:*", 1), ("batch:1", 2)],
)
def test_a_paragraph_without_layers_is_found_by_what_its_source_says(
    store: Store, expression: str, paragraphs: int
) -> None:
    assert count(store, compiled(store, expression)).paragraphs == paragraphs


def test_what_the_curator_edited_still_comes_from_its_model_and_batch(store: Store) -> None:
    store.edit(1, "(1) Mended.")
    store.edit(1, "(1) Mended again.")
    assert found(store, "edited:yes") == found(store, "origin:edited") == [1]
    assert found(store, "model:claude-*") == found(store, "batch:1 kind:question") == [1]
    assert found(store, "amoral") == []
    assert found(store, "mended again") == [1]
    store.undo()
    store.undo()
    assert found(store, "edited:yes") == []
    assert found(store, "amoral") == [1]


def test_findings_are_those_of_the_text_that_is_shown(store: Store) -> None:
    with store.write():
        store.rows("INSERT INTO finding (version_id, name) VALUES (1, 'quote-not-found'), (3, 'copies-source')")
    assert found(store, "finding:any") == [1, 3]
    assert found(store, "finding:quote-*") == [1]
    assert found(store, "-finding:any") == [2]
    store.edit(1, "(1) Mended.")
    assert found(store, "finding:any") == [3]


def test_duplicates_are_open_until_their_pair_is_settled(store: Store) -> None:
    with store.write():
        store.rows("INSERT INTO resemblance VALUES (1, 2, 0.9), (2, 3, 0.8)")
    assert found(store, "dup:open") == found(store, "dup:any") == [1, 2]
    store.set_setting("dedupe.threshold", 0.8)
    assert found(store, "dup:open") == [1, 2, 3]
    with store.write():
        store.rows("INSERT INTO settlement VALUES (1, 2, 'distinct')")
    assert found(store, "dup:open") == [2, 3]
    assert found(store, "dup:settled") == [1, 2]
    store.edit(3, "(1) Nothing like it.")
    assert found(store, "dup:open") == []


@pytest.mark.parametrize(
    ("expression", "wrong", "advice"),
    [
        ("knd:analogy", "knd", "Did you mean kind?"),
        ("kind:analogy statsu:pending", "statsu", "status"),
        ("status:pendng", "pendng", "Did you mean pending?"),
        ("-status:pending,acepted", "acepted", "accepted"),
        ("origin:human", "human", "generated, regenerated, edited, imported or offline"),
        ("dup:maybe", "maybe", "open, settled or any"),
        ("-finding:quote-notfound", "quote-notfound", "Did you mean quote-not-found?"),
        ("finding:spelling*", "spelling*", "any, follows-instructions"),
        ("status:p*,x*", "x*", "pending, accepted or rejected"),
        ("flagged:", "flagged:", "yes or no"),
        ("kind:", "kind:", "kind:analogy"),
        ("kind:a,", "", "kind:analogy"),
        ("batch:first", "first", "a number"),
        ("batch:²", "²", "a number"),
        ('lang:en "amoral', '"amoral', "not closed"),
        ("время:позже", "время", "quotation marks"),
    ],
)
def test_a_wrong_word_is_marked_where_it_stands_with_words_that_would_be_right(
    expression: str, wrong: str, advice: str
) -> None:
    with pytest.raises(FilterError) as caught:
        check(expression)
    assert expression[caught.value.start : caught.value.end] == wrong or not wrong
    assert advice in str(caught.value)


def test_unknown_kinds_and_tags_are_no_mistakes() -> None:
    assert check("kind:mine tag:new model:x")


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_the_examples_in_the_help_can_be_typed(store: Store, field: Field) -> None:
    assert compiled(store, field.example).sql


@given(st.text(alphabet=st.sampled_from('ab*:,"\\- \tяё公') | st.characters()))
def test_any_text_can_be_read_and_coloured(expression: str) -> None:
    terms = read(expression)
    place = 0
    for term in terms:
        assert expression[place : term.start].strip() == ""
        assert term.end > term.start
        place = term.end
    assert expression[place:].strip() == ""
    ends = [0]
    for token in tokens(expression):
        assert ends[-1] <= token.start < token.end <= len(expression)
        ends.append(token.end)
    complete(expression, len(expression), Vocabulary({}))


@given(st.text(min_size=1))
def test_a_quoted_value_is_read_back_as_it_was(text: str) -> None:
    ((value,),) = (term.values for term in read(f"tag:{quote(text)}"))
    assert (value.text, value.closed, value.pattern) == (text, True, False)
    ((bare,),) = (term.values for term in read(quote(text)))
    assert bare.text == text


def test_nothing_that_is_typed_is_sql(store: Store) -> None:
    for words in ("'; DROP TABLE layer; --", "a' OR '1'='1", "?x", "%", "[a", '" OR "', "NEAR(a b)", "a AND"):
        for field in ("", "kind:", "tag:", "document:", "model:", "lang:", "source:"):
            assert found(store, f"{field}{quote(words)}") == []
    assert found(store, "") == [1, 2, 3]


def test_a_search_is_a_filter_for_all_its_words() -> None:
    assert for_words("amoral justice") == "amoral justice"
    assert for_words('"amoral justice" kind:x -no') == '"amoral justice" "kind:x" "-no"'
    assert for_words("  ") == ""


def texts(expression: str, known: Vocabulary) -> list[str]:
    """The expressions that the completions at the end of this one would make."""
    offered = complete(expression, len(expression), known)
    return [expression[: one.start] + one.text + expression[one.end :] for one in offered]


def test_completion_offers_fields_then_the_values_in_use(store: Store) -> None:
    with store.write():
        store.rows("INSERT INTO finding (version_id, name) VALUES (1, 'quote-not-found')")
    known = vocabulary(store, {"paradox": "Paradox", "question": "Open question"})
    assert texts("k", known) == ["kind:"]
    assert texts("kind:", known) == ["kind:paradox", "kind:question", "kind:analogy", "kind:definition"]
    assert texts("status:pending kind:ana", known) == ["status:pending kind:analogy"]
    assert texts("-tag:weak,", known) == ["-tag:weak,keep"]
    assert texts("model:", known) == ["model:claude-opus", "model:local"]
    assert texts("lang:", known) == ["lang:en", "lang:ru"]
    assert texts("finding:quo", known) == ["finding:quote-not-found"]
    assert texts("document:", known) == ["document:книга.txt", "document:justice.md"]
    assert texts("batch:", known) == ["batch:1"]
    assert texts("status:", known) == ["status:pending", "status:accepted", "status:rejected"]
    assert texts("parad", known) == ["kind:paradox"]
    assert texts("nothing:", known) == []
    assert [one.text for one in complete("", 0, known)] == [f"{name}:" for name in FIELDS]
    assert all(one.meaning for one in complete("", 0, known))
    meanings = {one.text: one.meaning for one in complete("kind:", 5, known)}
    assert meanings["question"] == "Open question"


def test_completion_works_where_the_cursor_is(store: Store) -> None:
    known = vocabulary(store)
    (only,) = complete("kind:ana status:pending", 8, known)
    assert (only.text, only.start, only.end) == ("analogy", 5, 8)


def test_every_stretch_has_its_colour() -> None:
    expression = '-kind:a,b status:pnding "x y" knd:3'
    assert [(token.role, expression[token.start : token.end]) for token in tokens(expression)] == [
        (Role.NOT, "-"),
        (Role.FIELD, "kind"),
        (Role.VALUE, "a"),
        (Role.VALUE, "b"),
        (Role.FIELD, "status"),
        (Role.WRONG, "pnding"),
        (Role.TEXT, '"x y"'),
        (Role.WRONG, "knd"),
        (Role.VALUE, "3"),
    ]


def test_what_was_looked_for_can_be_lit(store: Store) -> None:
    clause = compiled(store, 'text:"morality" just -norms kind:x')
    text = "Justice, and the morality of justice"
    assert [text[span.start : span.end] for span in clause.lit(text)] == ["Just", "morality", "just"]


@pytest.mark.parametrize(
    ("expression", "said"),
    [("(" * 10_001, "at most 10,000 characters"), ("x " * 301, "at most 300 words"),
     ("kind:" + "meta," * 300 + "meta", "at most 300 words")],
)  # fmt: skip
def test_more_than_can_be_asked_is_said(store: Store, expression: str, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        compiled(store, expression)


@pytest.mark.parametrize(
    "expression",
    ["(" * 10_000, "漢" * 10_000, "%" * 10_000, "-text:a " * 300, "x " * 300, "tag:" + "a*," * 299 + "b",
     "-finding:any " * 300, 'text:"%",' + "a*," * 298 + "b", "document:" + "a*," * 299 + "b", "-model:a*,b* " * 150],
    ids=lambda expression: f"{expression[:12]}…",
)  # fmt: skip
def test_what_may_be_asked_can_be_asked(store: Store, expression: str) -> None:
    clause = compiled(store, expression)
    assert count(store, clause).layers == len(found(store, expression))


def test_counting_while_one_types(store: Store) -> None:
    with LiveCount(store) as live:
        assert live.count("justice") == Count(2, 2)
        with pytest.raises(FilterError):
            live.count("knd:x")
        store.decide([1], Status.ACCEPTED)
        assert live.count("status:accepted") == Count(2, 1)
    assert live.count("justice") is None


def test_a_count_that_is_not_wanted_any_more_gives_way(store: Store) -> None:
    """The search would read thousands of long texts for each of many words."""
    long_text = "Ὁ δὲ ἀνεξέταστος βίος οὐ βιωτὸς ἀνθρώπῳ. " * 20
    layers = tuple(IncomingLayer("question", f"({n}) {long_text}") for n in range(2000))
    take_in(store, [Arrival(BOOK, IncomingParagraph(long_text, 1, layers=layers))], source="third")
    answers: list[Count | None] = []
    with LiveCount(store) as live:
        words = ",".join(f"word{n}" for n in range(300))
        counting = Thread(target=lambda: answers.append(live.count(f"text:{words}")))
        counting.start()
        while counting.is_alive():
            live.cancel()
            counting.join(0.01)
        assert answers == [None]
        assert live.count("kind:question") == Count(2001, 2)
