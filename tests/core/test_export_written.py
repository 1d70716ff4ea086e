"""How exports read: unpackings, preference pairs and dialogues, from small databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.core.export_helpers import TITLES, rows_of, store_of
from unpack_core.export.chat import chat, chat_per_layer
from unpack_core.export.dialogue import Reasoning, dialogue
from unpack_core.export.layers import layers
from unpack_core.export.preference import preference
from unpack_core.export.pretrain import Place, pretrain
from unpack_core.export.rows import Wanted
from unpack_core.export.surfaces import first_words, items
from unpack_core.export.w3c import w3c
from unpack_core.judgements import preference_counts
from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store
from unpack_tui.cli import cli

JUSTICE = "Justice is the conformity of deeds to the norms of morality."
QUESTION = (
    "(1) “norms of morality” Which morality? — [cultural / universal]\n(2) Can there be an amoral justice? — [paradox]"
)
DEFINITION = "(1) “justice” agreement of deeds with moral norms"


@pytest.fixture
def justice(tmp_path: Path) -> Store:
    deeds = "(1) “deeds” what was done\n(2) and not"
    notes = [("question", QUESTION), ("definition", DEFINITION), ("definition", deeds)]
    return store_of(tmp_path / "x.db", {"justice.md": [(JUSTICE, notes), ("A bare one.", [])]})


@pytest.fixture
def whole_demo(tmp_path: Path) -> Iterator[Store]:
    """The sample corpus, all of it accepted."""
    path = tmp_path / "demo.db"
    assert CliRunner().invoke(cli, ["--db", str(path), "demo"]).exit_code == 0
    with Store.open(path) as store:
        store.decide([layer_id for (layer_id,) in store.rows("SELECT id FROM layer")], Status.ACCEPTED)
        yield store


def test_an_unpacking_has_headings_in_the_recipes_order_and_counts_items_by_kind(justice: Store) -> None:
    (row,) = chat(rows_of(justice), TITLES)
    system, user, assistant = row["messages"]  # type: ignore[misc]  # a row of JSON
    assert "Definition, Open question" in system["content"]
    assert user["content"] == JUSTICE
    lines = assistant["content"].split("\n")
    assert [line for line in lines if line.startswith("(")] == [
        DEFINITION, "(2) “deeds” what was done", "(3) and not", *QUESTION.split("\n")
    ]  # fmt: skip
    assert assistant["content"].index("Definition") < assistant["content"].index("Open question")


@pytest.mark.parametrize(
    ("place", "first"), [(Place.AFTER, JUSTICE), (Place.INLINE, JUSTICE), (Place.BEFORE, DEFINITION)]
)
def test_pretraining_text_has_every_paragraph_and_the_unpacking_in_its_place(
    justice: Store, place: Place, first: str
) -> None:
    (row,) = pretrain(rows_of(justice), TITLES, place)
    text = str(row["text"])
    last = DEFINITION if first == JUSTICE else JUSTICE
    assert text.index(first) < text.index(last)
    assert text.count("A bare one.") == 1
    assert (text.index("A bare one.") < text.index(DEFINITION)) == (place == Place.AFTER)


def test_the_only_paragraph_of_a_document_needs_no_name(tmp_path: Path) -> None:
    with store_of(tmp_path / "x.db", {"justice.md": [(JUSTICE, [("definition", DEFINITION)])]}) as store:
        after, inline = (list(pretrain(rows_of(store), TITLES, place)) for place in (Place.AFTER, Place.INLINE))
    assert after == inline


def test_seeds_change_forms_and_nothing_else_does(justice: Store) -> None:
    said = {seed: str(list(chat(rows_of(justice), TITLES, seed))) for seed in range(12)}
    assert len(set(said.values())) > 2
    assert said == {seed: str(list(chat(rows_of(justice), TITLES, seed))) for seed in range(12)}


def test_russian_is_asked_and_headed_in_russian(tmp_path: Path) -> None:
    documents = {"a.md": [("Карта не есть местность.", [("paradox", "(1) Да и нет")])]}
    with store_of(tmp_path / "x.db", documents, "ru") as store:
        (row,) = chat_per_layer(rows_of(store), TITLES)
        (whole,) = chat(rows_of(store), TITLES)
    assert "пронумерованная" in str(row)
    assert "Парадокс" in str(whole)


def test_an_annotation_points_at_the_words_that_are_quoted_or_at_the_whole_paragraph(tmp_path: Path) -> None:
    text = "No norms, no measure."
    with store_of(tmp_path / "x.db", {"a.md": [(text, [("question", "(1) “norms” Whose?\n(2) Why?")])]}) as store:
        selectors = [row["target"]["selector"] for row in w3c(rows_of(store))]
    assert [(of[0]["start"], of[0]["end"], of[1]["exact"]) for of in selectors] == [(3, 8, "norms"), (0, 21, text)]


def test_ids_name_the_place_and_the_kind(justice: Store) -> None:
    ids = [row["id"] for row in chat_per_layer(rows_of(justice), TITLES)]
    assert ids == ["justice.md#0/definition", "justice.md#0/definition-2", "justice.md#0/question"]


def test_layers_of_a_kind_are_numbered_in_their_ids(tmp_path: Path) -> None:
    notes = [("meta", f"(1) The {word}.") for word in ("first", "second", "third", "fourth")]
    with store_of(tmp_path / "x.db", {"a.md": [("Text.", notes)]}) as store:
        ids = [row["id"] for row in chat_per_layer(rows_of(store), TITLES)]
    assert ids == ["a.md#0/meta", "a.md#0/meta-2", "a.md#0/meta-3", "a.md#0/meta-4"]


@pytest.mark.parametrize(
    ("texts", "one"),
    [
        (["(1) a\n(2) b"], "(1) a\n(2) b"),
        (["(3) a\n(7) b"], "(1) a\n(2) b"),
        (["(1) a", "(1) b"], "(1) a\n(2) b"),
        (["no number"], "no number"),
        (["(1) in (1984) it was"], "(1) in (1984) it was"),
    ],
)
def test_layers_of_a_kind_are_counted_as_one(texts: list[str], one: str) -> None:
    assert items(texts) == one


def test_a_text_is_named_by_whole_words() -> None:
    assert first_words("Short.") == "Short."
    assert first_words("A tailor lays the cloth against a tape, and reads off the difference") == (
        "A tailor lays the cloth against a tape, and…"
    )
    assert first_words("地図は土地ではない" * 9) == ("地図は土地ではない" * 9)[:48] + "…"


# --- preference ------------------------------------------------------------------------------------------------


def pairs(store: Store) -> list[tuple[str, str]]:
    rows: list[dict[str, Any]] = list(preference(rows_of(store), TITLES))
    return [(row["chosen"][0]["content"], row["rejected"][0]["content"]) for row in rows]


def generated(text: str) -> IncomingLayer:
    return IncomingLayer("", text, origin=Origin.REGENERATED, model="m")


def test_edits_regenerations_and_rejections_make_pairs(tmp_path: Path) -> None:
    notes = [("meta", "(1) first"), ("context", "(1) other")]
    with store_of(tmp_path / "x.db", {"a.md": [("Text.", notes)]}) as store:
        assert pairs(store) == []
        store.decide([1], Status.REJECTED, note="flat")
        store.regenerate(1, generated("(1) second"))
        store.regenerate(1, generated("(1) third"))
        store.edit(1, "(1) fourth")
        assert pairs(store) == [], "not accepted yet"
        every = rows_of(store, Wanted(status=frozenset(Status)))
        assert list(preference(every, TITLES)) == [], "whatever else is exported, what is chosen was accepted"
        store.decide([1], Status.ACCEPTED)
        assert pairs(store) == [("(1) fourth", f"(1) {lost}") for lost in ("first", "second", "third")]
        assert [row["id"] for row in preference(rows_of(store), TITLES)] == [f"a.md#0/meta@{n}" for n in (1, 2, 3)]
        assert preference_counts(store) == {"edited": 1, "regenerated": 1, "rejected": 1}


def test_no_pair_from_white_space_numbers_or_what_was_undone(tmp_path: Path) -> None:
    with store_of(tmp_path / "x.db", {"a.md": [("Text.", [("meta", "(1) first")])]}) as store:
        store.edit(1, "(2)  fir st ")
        assert pairs(store) == []
        store.edit(1, "(1) slip")
        store.undo()
        assert pairs(store) == [], "what undo took back was not judged"
        store.redo()
        assert pairs(store) == [("(1) slip", "(1) first")]
        store.restore(1, 1)
        assert ("(1) first", "(1) slip") in pairs(store)


def test_a_pair_with_a_text_of_a_model_that_is_left_out_is_left_out(tmp_path: Path) -> None:
    with store_of(tmp_path / "x.db", {"a.md": [("Text.", [("meta", "(1) first")])]}) as store:
        store.regenerate(1, IncomingLayer("", "(1) theirs", origin=Origin.REGENERATED, model="acme-2"))
        store.edit(1, "(1) theirs, by hand")
        store.regenerate(1, generated("(1) ours"))
        store.decide([1], Status.ACCEPTED)
        assert len(pairs(store)) == 3
        wanted = Wanted(without_models=("acme-*",))
        (row,) = preference(rows_of(store, wanted), TITLES)
        assert "(1) first" in str(row["rejected"])
        (line,) = layers(rows_of(store, wanted))
        assert "theirs" not in str(line)
        assert line["layers"][0]["head"] == 2  # type: ignore[index]  # a row of JSON


# --- dialogue --------------------------------------------------------------------------------------------------


def talks(store: Store, **options: Any) -> list[dict[str, Any]]:
    return list(dialogue(rows_of(store), TITLES, **options))


def test_questions_are_turns_their_brackets_answers_and_what_bears_on_them_reasoning(justice: Store) -> None:
    seen = ""
    for seed in range(6):
        (row,) = talks(justice, seed=seed)
        roles = [message["role"] for message in row["messages"]]
        assert roles == ["system", *["user", "assistant"] * (len(roles) // 2)]
        assert JUSTICE in row["messages"][1]["content"]
        assert JUSTICE not in "".join(message["content"] for message in row["messages"][2:])
        assert all(message["content"].strip() for message in row["messages"])
        assert all(message["reasoning_content"] == "" for message in row["messages"] if message["role"] == "user")
        seen += str(row)
    assert "Which morality?" in seen
    assert re.search(r"\W[Cc]ultural or universal", seen)
    assert "Definition: “deeds” what was done" in seen


def test_a_question_is_answered_by_what_speaks_of_its_sentence_not_of_the_one_before(tmp_path: Path) -> None:
    notes = [
        ("definition", "(1) “Justice” agreement"),
        ("question", "(1) “neither of you has seen” Who sees mornings?"),
        ("analogy", "(1) “binds the one” as a rope would"),
    ]
    text = f"{JUSTICE} A promise binds the one who gives it to a morning that neither of you has seen."
    with store_of(tmp_path / "x.db", {"a.md": [(text, notes)]}) as store:
        turns = [turn for seed in range(6) for row in talks(store, seed=seed) for turn in pairwise(row["messages"])]
    answers = {answer["content"] for asked, answer in turns if "Who sees mornings?" in asked["content"]}
    assert answers == {"As a rope would."}


def test_the_questioner_quotes_the_text_and_nothing_else(tmp_path: Path) -> None:
    notes = [
        ("meta", "(1) “Deeds to the norm” It poses as a fact.\n(2) “the soup of the day” It is silent."),
        ("assumption", "(1) “justice is” There is one."),
    ]
    with store_of(tmp_path / "x.db", {"a.md": [(JUSTICE, notes)]}) as store:
        asked = [
            message["content"]
            for seed in range(12)
            for row in talks(store, seed=seed)
            for message in row["messages"]
            if message["role"] == "user"
        ]
    quoted = {words for turn in asked for words in re.findall("“([^”]*)”", turn)}
    assert {"Justice is", "deeds to the norm"} <= quoted <= {"Justice is", "deeds to the norm", JUSTICE}


def test_a_text_with_quotations_is_not_put_between_the_same_marks(tmp_path: Path) -> None:
    text = "He said “justice” and meant another thing."
    notes = [("meta", "(1) “meant another thing” It tells on him."), ("paradox", "(1) He says it and does not.")]
    with store_of(tmp_path / "x.db", {"a.md": [(text, notes)]}) as store:
        first = [row["messages"][1]["content"] for seed in range(60) for row in talks(store, seed=seed)]
    assert all(text in turn and f"“{text}”" not in turn for turn in first)
    assert len({turn.replace(text, "") for turn in first}) > 4


def test_nothing_is_thought_twice_nor_thought_and_said(whole_demo: Store) -> None:
    notes: list[str] = []
    for row in talks(whole_demo, seed=3):
        said = "".join(message["content"] for message in row["messages"] if message["role"] == "assistant")
        thought = [note for message in row["messages"] for note in message["reasoning_content"].splitlines()]
        assert not [note for note in thought if note.split("” ")[-1].split("» ")[-1] in said]
        assert len(set(thought)) == len(thought)
        notes += thought
    assert len(notes) > 50, "and yet there is reasoning"


def test_dialogues_have_from_two_turns_to_five(whole_demo: Store) -> None:
    turns = {sum(message["role"] == "user" for message in row["messages"]) for row in talks(whole_demo, seed=3)}
    assert turns == {2, 3, 4, 5}


def test_no_answer_is_given_twice(tmp_path: Path) -> None:
    """What speaks of the same sentence answers both questions, and would make a turn of its own."""
    notes = [("definition", DEFINITION), ("question", "(1) “deeds” Whose?"), ("question", "(1) “norms” Since when?")]
    with store_of(tmp_path / "x.db", {"justice.md": [(JUSTICE, notes)]}) as store:
        for seed in range(5):
            for row in dialogue(rows_of(store), TITLES, seed, Reasoning.NONE):
                messages: list[dict[str, str]] = row["messages"]  # type: ignore[assignment]  # a row of JSON
                answers = [message["content"] for message in messages if message["role"] == "assistant"]
                assert len(answers) == len(set(answers)) == 1


def test_a_dialogue_layer_is_told_as_it_stands(tmp_path: Path) -> None:
    told = (
        "(1) Student: Which morality? — [question]\n(2) Teacher: That is not said.\n"
        "(3) Teacher: Nor need it be. — [meta]"
    )
    with store_of(tmp_path / "x.db", {"a.md": [(JUSTICE, [("dialogue", told)])]}) as store:
        (row,) = talks(store)
        _, user, assistant = row["messages"]
        assert "Which morality?" in user["content"]
        assert assistant["content"] == "That is not said. Nor need it be."


@pytest.mark.parametrize("told", ["(1) No speaker here.", "(1) A: Alone.", "(1) A: x\n(2) B: y\n(3) C: z"])
def test_what_is_not_two_speakers_is_left_out(tmp_path: Path, told: str) -> None:
    with store_of(tmp_path / "x.db", {"a.md": [(JUSTICE, [("dialogue", told)])]}) as store:
        assert talks(store) == []


def test_reasoning_goes_into_the_field_into_the_text_or_nowhere(justice: Store) -> None:
    for seed in range(6):
        (field,), (think,), (none,) = (talks(justice, seed=seed, reasoning=way) for way in Reasoning)
        for in_field, in_text, nowhere in zip(field["messages"], think["messages"], none["messages"], strict=True):
            thought = in_field["reasoning_content"]
            assert in_text["reasoning_content"] == nowhere["reasoning_content"] == ""
            assert nowhere["content"] == in_field["content"]
            assert in_text["content"] == (f"<think>\n{thought}\n</think>\n\n" if thought else "") + in_field["content"]
