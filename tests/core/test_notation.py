"""The notation: every text can be read, nothing of it is lost, and what was meant is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpack_core import notation
from unpack_core.notation import Item, compose, parse, renumber, renumbered

JUSTICE = (
    "(1) “norms of morality” Which morality? — [cultural / universal]\n(2) Can there be an amoral justice? — [paradox]"
)

# Any string at all, lone surrogates too, and strings in which the signs of the notation are as common as letters.
anything = st.text(st.characters(exclude_categories=()))
signs = st.lists(
    st.sampled_from(["(1)", "(22)", "“", "”", "«", "»", '"', " — ", "- ", "[", "]", "a", " ", "\n", "\r\n", "\u2028"])
).map("".join)


def triple(item: Item) -> tuple[str, str, str]:
    return item.quote, item.text, item.answer


@given(anything | signs)
def test_what_was_read_is_written_as_it_was(text: str) -> None:
    assert notation.format(parse(text)) == text


@given(anything | signs)
def test_every_span_says_where_its_words_stand(text: str) -> None:
    for item in parse(text):
        assert text[item.span.start : item.span.end] == item.raw
        assert text[item.text_span.start : item.text_span.end] == item.text
        for words, span in ((item.quote, item.quote_span), (item.answer, item.answer_span)):
            assert words == (text[span.start : span.end] if span else "")
        for span in (item.number_span, item.quotation_span, item.text_span, item.bracket_span):
            assert span is None or item.span.start <= span.start <= span.end <= item.span.end


def test_the_example_it_all_began_with() -> None:
    first, second = parse(JUSTICE)
    assert (first.number, *triple(first)) == (1, "norms of morality", "Which morality?", "cultural / universal")
    assert (second.number, *triple(second)) == (2, "", "Can there be an amoral justice?", "paradox")
    assert first.quotation_span
    assert JUSTICE[first.quotation_span.start : first.quotation_span.end] == "“norms of morality”"
    assert first.bracket_span
    assert JUSTICE[first.bracket_span.start : first.bracket_span.end] == "[cultural / universal]"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("(1) «норм морали» Чьей?", ("норм морали", "Чьей?", "")),
        ('(1) "norms" Whose?', ("norms", "Whose?", "")),
        ("(1) „Normen“ Wessen?", ("Normen", "Wessen?", "")),
        ("(1) «он сказал «да» и ушёл» Кому?", ("он сказал «да» и ушёл", "Кому?", "")),
        ("(1) “never closed", ("", "“never closed", "")),
        ("(1) “ ” Blank.", ("", "“ ” Blank.", "")),
        ("(1) Of “norms” again", ("", "Of “norms” again", "")),
        ("(1)“a”b—[c]", ("a", "b—[c]", "")),
        ("(1) “a” — [c]", ("a", "", "c")),
        ("(1) b – [c]", ("", "b", "c")),
        ("(1) b - [c [d] e]  \n\n", ("", "b", "c [d] e")),
        ("(1) b — [c] d — [e]", ("", "b — [c] d", "e")),
        ("(1) b [c]", ("", "b [c]", "")),
        ("(1) b — [c] and [d]", ("", "b — [c] and [d]", "")),
        ("(1) b — c]", ("", "b — c]", "")),
        ("(1) first\n  second — [c]", ("", "first\n  second", "c")),
        ("(1)", ("", "", "")),
    ],
)
def test_one_item(text: str, parts: tuple[str, str, str]) -> None:
    (item,) = parse(text)
    assert item.number == 1
    assert triple(item) == parts


def test_brackets_that_hold_nothing_are_seen() -> None:
    (item,) = parse("(1) Which morality? — [ ]")
    assert item.text == "Which morality?"
    assert item.answer_span is None
    assert item.bracket_span is not None


def test_a_text_without_numbers_is_one_plain_item() -> None:
    (item,) = parse("Which morality? — [cultural]\n\nAnd whose?")
    assert item.number is None
    assert triple(item) == ("", "Which morality? — [cultural]\n\nAnd whose?", "")


def test_a_preamble_is_plain_and_blank_lines_are_not() -> None:
    assert [(item.number, item.text) for item in parse("Here you are:\n(1) a\r\n(3) b")] == [
        (None, "Here you are:"),
        (1, "a"),
        (3, "b"),
    ]
    assert [(item.number, item.text) for item in parse("\n \n  (1) a")] == [(1, "a")]
    assert parse("") == ()


def test_a_year_in_parentheses_is_no_number() -> None:
    (item,) = parse("(1) Orwell’s book\n(1984) is meant; (2) is not at the start of a line")
    assert item.number == 1


def test_quotation_marks_follow_the_language_and_avoid_those_of_the_quote() -> None:
    assert compose([("норм морали", "Чьей?", "своей / общей")], "ru") == "(1) «норм морали» Чьей? — [своей / общей]"
    assert compose([("norms", "Whose?", ""), ("", "Why?", "")], "en") == "(1) “norms” Whose?\n(2) Why?"
    assert compose([("он сказал «да»", "", "")], "ru") == "(1) „он сказал «да»“"
    assert compose([("the ”odd“ one", "", "")], "en") == "(1) «the ”odd“ one»"
    assert compose([('z” «c» "d" „e“', "", "")], "en") == '(1) «z” «c» "d" „e“»'  # the first that can read back
    for lang, marks in (("en", "“”"), ("ru", "«»")):  # where none can read back, those of the language
        assert compose([('a”z» c" d“', "", "")], lang) == f'(1) {marks[0]}a”z» c" d“{marks[1]}'


def test_marks_and_brackets_that_a_model_put_itself_are_not_doubled() -> None:
    assert compose([("“norms”", "Whose?", "[ours]")], "en") == "(1) “norms” Whose? — [ours]"
    assert compose([('"a" and "b"', "Both?", "")], "en") == '(1) “"a" and "b"” Both?'


words = st.text(st.sampled_from('ab яё.,?«»“”"()12\n'), max_size=12).map(str.strip)
answers = st.text(st.sampled_from("ab яё/.,?12"), max_size=12).map(str.strip)


@given(st.lists(st.tuples(words, words, answers), min_size=1, max_size=4), st.sampled_from(["en", "ru", ""]))
def test_composed_items_are_as_many_as_were_given_and_counted(items: list[tuple[str, str, str]], lang: str) -> None:
    read = parse(compose(items, lang))
    assert [item.number for item in read] == list(range(1, len(items) + 1))
    assert [item.answer for item in read] == [answer for _, _, answer in items]


plain_words = st.text(st.sampled_from("ab яё.,?!…12'"), max_size=12).map(str.strip)


@given(st.lists(st.tuples(plain_words, plain_words, plain_words)), st.sampled_from(["en", "ru", "ja"]))
def test_composed_triples_are_read_back(items: list[tuple[str, str, str]], lang: str) -> None:
    assert [triple(item) for item in parse(compose(items, lang))] == items


def test_renumbering_touches_numbers_only() -> None:
    text = "Preamble (7)\n({}) a (9)\r\n\r\n  ({})\tb — [c]\n"
    assert renumber(text.format(3, 3)) == text.format(1, 2)


@given(anything | signs)
def test_renumbered_items_differ_in_their_numbers_only(text: str) -> None:
    before, after = parse(text), parse(renumber(text))
    numbered = [item.number for item in after if item.number is not None]
    assert numbered == list(range(1, len(numbered) + 1))
    assert [triple(item) for item in before] == [triple(item) for item in after]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("(1) a", "(1) a\n(1) b", "(1) a\n(2) b"),  # one came
        ("(1) a\n(2) b\n(3) c", "(1) a\n(3) c", "(1) a\n(2) c"),  # one went
        ("(1) a\n(2) b", "(1) a b", "(1) a b"),
        ("(4) a\n(4) b", "(4) a!\n(4) b", "(4) a!\n(4) b"),  # numbered otherwise, and only a word was mended
        ("", "plain", "plain"),
    ],
)
def test_items_are_counted_anew_only_if_one_came_or_went(before: str, after: str, kept: str) -> None:
    assert renumbered(after, before) == kept


def test_a_quotation_in_the_same_marks_stands_inside_another() -> None:
    (item,) = parse("(1) “a “b” c” d — [e]")
    assert (item.quote, item.text, item.answer) == ("a “b” c", "d", "e")


@pytest.mark.parametrize(
    ("text", "answer"), [("(1) A word— [none]", ""), ("(1) A word —[an answer]", "an answer"), ("(1) —[bare]", "bare")]
)
def test_the_dash_of_an_answer_stands_after_a_space(text: str, answer: str) -> None:
    assert parse(text)[0].answer == answer
