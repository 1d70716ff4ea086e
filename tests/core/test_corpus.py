"""Files as they are in the world become the paragraphs that a reader would see."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpack_core.corpus import Arrival, Notice, ReadOptions, Record, Trouble, read
from unpack_core.corpus.markdown import read_markdown
from unpack_core.corpus.text import paragraphs
from unpack_core.errors import CorpusError
from unpack_core.samples import sample_corpus

ESSAY = "Причина — это то, без чего следствия не было бы. Но без воздуха не было бы и пожара… «Ёлка», — сказала Ия."
PAGES = ("mac_roman", "cp1252", "cp1251", "cp866", "koi8-r", "latin-1")


def texts(records: Iterable[Record]) -> list[str]:
    return [record.paragraph.text for record in records if isinstance(record, Arrival)]


def said(records: Iterable[Record]) -> str:
    return " / ".join(
        one.message if isinstance(one, Notice) else f"{one.line}: {one.reason}"
        for one in records
        if isinstance(one, (Notice, Trouble))
    )


def split(text: str) -> list[str]:
    return list(paragraphs(text.split("\n")))


# --- plain text ------------------------------------------------------------------------------------------------


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "A map is worth what it leaves out, and the surveyor who draws every\n"
        "stone of the hill has drawn no map but a second hill.\n\n"
        "So the question is never whether a map lies, only which of its lies\n"
        "we have agreed to live by.\n"
    )
    first, second = split(text)
    assert first.endswith("every stone of the hill has drawn no map but a second hill.")
    assert second.endswith("only which of its lies we have agreed to live by.")


def test_a_sentence_that_was_wrapped_narrowly_is_no_verse() -> None:
    assert split("Two jars stand on the shelf,\nand only one of them is money.\n\nThe other holds jam.") == [
        "Two jars stand on the shelf, and only one of them is money.",
        "The other holds jam.",
    ]
    assert split("Two jars stand\non a shelf, and only\none is money.\n\nThe other one\nholds jam") == [
        "Two jars stand on a shelf, and only one is money.",
        "The other one holds jam",
    ]


def test_verse_keeps_its_lines() -> None:
    poem = "The clock has struck, the lamp is low,\nThe river goes where rivers go,\nAnd what it takes it does not owe."
    stanza = "Часы пробили, гаснет свет,\nРека уходит — ей ответ\nНе нужен: был он или нет."
    assert split(f"{poem}\n\n{stanza}\n") == [poem, stanza]


def test_verse_between_wrapped_prose_keeps_its_lines() -> None:
    prose = "He stopped at the window for a while, and then he said slowly, as if\nhe were reading it from the glass:"
    verse = "Nobody comes,\nnobody goes,\nand the snow."
    assert split(f"{prose}\n\n{verse}\n\n{prose}\n")[1] == verse


def test_every_line_of_speech_is_a_paragraph_and_goes_on_over_the_wrap() -> None:
    text = (
        "— Ты куда? — спросил он.\n"
        "— Домой, — ответила она и пошла дальше по улице, не оглядываясь, потому\n"
        "что знала: он стоит и смотрит ей вслед, как стоял всегда, много лет\n"
        "— и будет стоять.\n"
        "— А я?\n"
    )
    speech = split(text)
    assert speech[0] == "— Ты куда? — спросил он."
    assert speech[1].endswith("много лет — и будет стоять.")
    assert speech[2:] == ["— А я?"]


def test_list_items_are_paragraphs_and_may_wrap() -> None:
    text = (
        "1. The first item is long enough to go on over the end of its line and\n   into the next.\n2. The second.\n\n"
        "- a bullet\n- another\n\n* a star\n\na) a letter\nb) the next\n"
    )
    assert split(text) == [
        "1. The first item is long enough to go on over the end of its line and into the next.",
        "2. The second.", "- a bullet", "- another", "* a star", "a) a letter", "b) the next",
    ]  # fmt: skip


def test_a_number_or_a_dash_in_the_middle_of_a_sentence_is_no_item() -> None:
    text = "It was said first in the letter to his brother, and again on page\n12. Nobody had read it there,"
    assert len(split(f"{text} and that was\nthe whole of the scandal.\n")) == 1
    assert len(split("Человек, говорил он всегда, когда выпьет рюмку или две, человек\n— это звучит гордо.\n")) == 1


def test_a_heading_without_a_blank_line_stands_alone() -> None:
    body = "This part begins at once, without a blank line, and it goes on for long\nenough that it has to be wrapped."
    joined = body.replace("\n", " ")
    for heading in ("Introduction", "Chapter IV", "ON MAPS", "2.1 What a map is", "# A heading of Markdown"):
        assert split(f"{heading}\n{body}\n") == [heading, joined], heading
    assert split(f"On Maps\n=======\n{body}\n") == ["On Maps", joined]


def test_a_heading_between_paragraphs_that_no_blank_line_parts() -> None:
    before = "The surveyor put down his chain and went home, since it was late, and\nthe hill would keep."
    after = "The next morning the hill was where it had been, and so was the chain\nthat he had put down."
    found = split(f"{before}\nThe next day\n{after}\n")
    assert found == [before.replace("\n", " "), "The next day", after.replace("\n", " ")]


def test_the_end_of_a_letter_keeps_its_lines() -> None:
    text = (
        "I am writing about the map that we spoke of last week, the one with the\nriver in red ink, which you borrowed "
        "on Monday for your lecture on what\nmaps leave out, and which I should like to have again before the frost\n"
        "comes and the ink grows pale."
    )
    end = "Yours,\nAnna Petrova\n12 Main Street"
    assert split(f"{text}\n{end}\n") == [text.replace("\n", " "), end]


def test_a_manual_page_as_man_renders_it() -> None:
    """Words broken with U+2010, lines set flush on both sides, some of their spaces turned into tabs by col."""
    page = (
        "       The options control the behaviour	of find  but  are  specified  immedi‐\n"
        "       ately  after the last path name, where the command-line options of other\n"
        "       programs are.	 One is enough.\n"
    )
    assert split(page) == [
        "The options control the behaviour of find but are specified immediately after the last path name, where the "
        "command-line options of other programs are. One is enough."
    ]


def test_a_typeset_hyphen_that_words_have_of_their_own_stays() -> None:
    text = "what is well‐known here was written with the hyphen of typesetters, well‐\nknown or not, on every line"
    assert "well‐known or not" in split(text)[0]


def test_paragraphs_with_a_first_line_set_in() -> None:
    text = (
        "    Первый абзац с красной строки, который продолжается на следующей\nстроке и кончается здесь.\n"
        "    Второй абзац тоже с красной строки и тоже продолжается на следующей\nстроке.\n    — Да.\n"
    )
    assert [one[:6] for one in split(text)] == ["Первый", "Второй", "— Да."]


def test_entries_with_hanging_lines() -> None:
    text = (
        "Reid, Thomas. Essays on the Intellectual Powers of Man. Edinburgh: John\n    Bell, 1785.\n"
        "Hume, David. A Treatise of Human Nature. London: John Noon, at the White\n    Hart, 1739.\n"
    )
    assert [one.split(",")[0] for one in split(text)] == ["Reid", "Hume"]
    assert split("Options:\n\n  -a, --all\n         do not ignore what begins with a dot\n")[1].split("\n") == [
        "-a, --all", "do not ignore what begins with a dot",
    ]  # fmt: skip


def test_terms_and_what_they_mean_without_blank_lines() -> None:
    """As in the sections of manual pages: terms at a margin, their meanings set in and wrapped."""
    body = "{} of the shell is put here when it begins, and is looked at again\n              each time."
    terms = ("PATH_NAME", "${a^b}", "-x, --long name")
    page = "\n".join(f"       {term}\n              {body.format('A part')}" for term in terms)
    meaning = body.format("A part").replace("\n              ", " ")
    expected = [f"{term}\n{meaning}" for term in terms]
    assert split(page) == expected
    assert split(f"   Variables\n{page}") == ["Variables", *expected]


def test_columns_keep_their_lines() -> None:
    table = (
        "perlthrtut     A tutorial on threads in this language, for those who must\nperlport       Portability\n"
        "perlfaq\tWhat is asked\nperlopentut    A tutorial on open\nperlpacktut    A tutorial on pack"
    )
    assert split(f"Overview\n\n{table}\n")[1] == table


def test_mail_is_unquoted() -> None:
    mail = "> You wrote that a map is a promise, and I have thought about it since\n> then.\n>\n> And?\n"
    assert split(f"{mail}\nA promise is a map.\n") == [
        "You wrote that a map is a promise, and I have thought about it since then.", "And?", "A promise is a map.",
    ]  # fmt: skip


@pytest.mark.parametrize("depth", [3, 30, 5000])
def test_quotations_may_be_as_deep_as_they_like(depth: int) -> None:
    assert split(f"{'>' * depth} Deep.\n\nNo more.\n") == ["Deep.", "No more."]
    if depth < 100:
        for mark in ("> ", "- "):
            _, found = read_markdown([f"{mark * depth}Deep.", "", "No more."])
            assert [one.text for one in found] == ["Deep.", "No more."]


def test_lines_that_nobody_wrapped_are_paragraphs() -> None:
    long = "A paragraph of one line, as editors write that wrap on the screen alone. " * 4
    assert split(f"{long}\n{long}\nShort.\n") == [long.strip(), long.strip(), "Short."]


def test_scripts_without_spaces_are_joined_without_one() -> None:
    assert split("地図は土地ではない。しかし、地図のない\n土地を誰が知っていると言えるだろうか。\n") == [
        "地図は土地ではない。しかし、地図のない土地を誰が知っていると言えるだろうか。"
    ]


def test_hyphens_stay_and_soft_ones_go() -> None:
    text = "It was a well-\nknown thing that he had left it undone until the very end of the eve\u00ad\nning.\n"
    assert "well-known" in split(text)[0]
    assert "evening" in split(text)[0]


@given(st.lists(st.text(st.sampled_from("aAbcdЖжёé地図 \t.,;:!?—–-*()123«»“”'"), max_size=90), max_size=30))
def test_splitting_loses_no_letter(lines: list[str]) -> None:
    found = "".join(split("\n".join(lines)))
    assert re.findall(r"[^\W_]", found) == re.findall(r"[^\W_]", "".join(lines))


@given(st.lists(st.text(st.sampled_from("abcАбв地.,-\u00ad \t"), min_size=1, max_size=60), max_size=20))
def test_no_paragraph_is_blank(lines: list[str]) -> None:
    assert all(one.strip() == one and one for one in split("\n".join(lines)))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85"])
def test_any_line_end(tmp_path: Path, end: str) -> None:
    lines = ["A first line that is quite long, as long as lines in letters are, and it", "goes on.", "", "Second.", ""]
    path = tmp_path / "a.txt"
    path.write_bytes(end.join(lines).encode())
    assert texts(read([path])) == [f"{lines[0]} goes on.", "Second."]


# --- encodings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        ESSAY.encode(),
        codecs.BOM_UTF8 + ESSAY.encode(),
        codecs.BOM_UTF16_LE + ESSAY.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + ESSAY.encode("utf-16-be"),
    ],
)
def test_unicode_is_recognised(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert texts(read([path])) == [ESSAY]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_another_encoding_is_asked_for_with_a_guess(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    text = "Причина есть то, без чего следствия не было бы. Но и пожара."
    path.write_bytes(text.encode(encoding))
    records = list(read([path]))
    assert not texts(records)
    assert "neither UTF-8 nor UTF-16" in said(records)
    assert f"--encoding {encoding}" in said(records)
    assert texts(read([path], ReadOptions(encoding=encoding))) == [text]


def test_an_encoding_that_is_not_there_or_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("café".encode("latin-1"))
    for name in ("klingon", "hex", "idna", "punycode"):
        with pytest.raises(CorpusError, match="no encoding"):
            read([path], ReadOptions(encoding=name))
    assert "it is not ascii (byte 3)" in said(read([path], ReadOptions(encoding="ascii")))


@pytest.mark.parametrize(
    ("begins", "what"),
    [(gzip.compress(b"One.", mtime=0), "by gzip"), (b"PK\x03\x04\0\0", "a ZIP"), (b"%PDF-1.7\n\xe2\xe3", "a PDF")],
)
def test_what_is_packed_or_no_text_is_said_to_be_that_and_no_encoding_is_advised(
    begins: bytes, what: str, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_bytes(begins)
    records = list(read([tmp_path / "a.txt"]))
    assert texts(records) == []
    assert what in said(records)
    assert "--encoding" not in said(records)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_and_programs_are_no_text(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Plain words.".encode(encoding))
    (tmp_path / "b.txt").write_bytes(bytes(range(256)) * 20)
    assert f"--encoding {encoding}" in said(read([tmp_path / "a.txt"]))
    assert texts(read([tmp_path / "a.txt"], ReadOptions(encoding=encoding))) == ["Plain words."]
    assert "does not look like text" in said(read([tmp_path / "b.txt"]))


@pytest.mark.parametrize("encoding", ["UTF16", "utf-32"])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv"])
def test_a_mark_that_is_not_there_is_said(encoding: str, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes('{"text": "Plain words."}\n'.encode(f"{codecs.lookup(encoding).name}-le"))
    heard = said(read([tmp_path / name], ReadOptions(encoding=encoding)))
    assert f"it is {codecs.lookup(encoding).name}-le or" in heard


def test_control_characters_are_dropped_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"A \x1b[31mred\x07 word,\ttabbed.\n\n\x00Another.\n")
    records = list(read([path]))
    assert texts(records) == ["A [31mred word,\ttabbed.", "Another."]
    assert "3 control characters" in said(records)


def astray(text: str, page: str) -> str:
    """UTF-8 read in a code page, as browsers and editors do it: a byte that is not in it becomes a control."""
    return "".join(bytes([byte]).decode(page, "replace").replace("\ufffd", chr(byte)) for byte in text.encode())


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("text", [ESSAY, "Un café — « Où ça ? »", "地図は土地ではない。", "Ünïcode 🙂 naïve"])
def test_what_went_astray_is_taken_back_and_said(tmp_path: Path, page: str, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(astray(text, page), encoding="utf-8")
    records = list(read([path]))
    assert texts(records) == [text]
    assert "was UTF-8 read as" in said(records)
    assert all(one.document.metadata["repaired"] in PAGES for one in records if isinstance(one, Arrival))
    assert texts(read([path], ReadOptions(repair=False))) != [text]


@pytest.mark.parametrize("kind", ["md", "csv"])
def test_every_format_of_text_is_taken_back(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    whole = f'text\n"{ESSAY}"\n' if kind == "csv" else f"# Ия\n\n{ESSAY}\n"
    path.write_text(astray(whole, "mac_roman"), encoding="utf-8")
    assert texts(read([path])) == [ESSAY]


def test_a_record_that_went_astray_is_taken_back_and_an_interchange_line_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lost = astray(ESSAY, "cp1251")
    path.write_text(f'{{"text": "{lost}"}}\n{{"text": "{lost}", "layers": []}}\n', encoding="utf-8")
    records = list(read([path]))
    assert texts(records) == [ESSAY, lost.replace("\x98", "")]
    assert "1 text that had been UTF-8 read as cp1251" in said(records)


def test_what_went_astray_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(astray(astray(ESSAY, "cp1252"), "cp1251"), encoding="utf-8")
    assert texts(read([path])) == [ESSAY]


def test_half_a_text_astray_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{astray(ESSAY, 'cp1252')}\n\n{ESSAY}\n", encoding="utf-8")
    records = list(read([path]))
    assert texts(records)[-1] == ESSAY
    assert "repaired" not in said(records)


def test_sound_texts_are_left_alone(tmp_path: Path) -> None:
    with sample_corpus() as folder:
        assert "repaired" not in said(read([folder / "texts"]))
    odd = ["Ã", "20 °C, £5, ±1", "Füße — «naïve» ½ ×", "пёс Ёж", "Р.С. С… Р–", "Ð and Ñ are letters", "ﬁ ™ ∑ √ ≤"]
    for n, text in enumerate(odd):
        (tmp_path / f"{n}.txt").write_text(text, encoding="utf-8")
    assert texts(read([tmp_path])) == odd


@given(st.text(st.sampled_from("абвгдежзиклмноп рстуфхцчшщ ыьэюя ЁИА .,—«»"), min_size=1), st.sampled_from(PAGES))
def test_the_way_back_is_found_for_any_russian(text: str, page: str) -> None:
    text = f"Да, {text}."
    for given_, expected in ((astray(text, page), text), (text, text)):
        stream = io.BytesIO(given_.encode())
        found = texts(read(["-"], ReadOptions(format="txt"), stream))
        assert "".join("".join(found).split()) == "".join(expected.split())


# --- Markdown --------------------------------------------------------------------------------------------------

MARKDOWN = """\
---
title: "On Maps"
---

# On Maps

A *map* is a [promise](https://example.org),
wrapped.

## What it leaves out
No blank line after a heading, and `code` in it.

```
not a paragraph

Nor this one.
```

> A quotation.

> [!note] A callout
> has a body.

1. First
   goes on
2. Second

| a | b |
| - | - |
| 1 | 2 |

<!-- a comment

Not a paragraph either. -->

Last\\
line, see [there].

[there]: https://example.org
"""


def test_markdown_is_read_as_running_text_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "maps.md"
    path.write_text(MARKDOWN)
    found = [one for one in read([path]) if isinstance(one, Arrival)]
    assert {one.document.title for one in found} == {"On Maps"}
    assert [(one.paragraph.text, one.paragraph.place) for one in found] == [
        ("A map is a promise, wrapped.", ""),
        ("No blank line after a heading, and code in it.", "What it leaves out"),
        ("A quotation.", "What it leaves out"),
        ("A callout has a body.", "What it leaves out"),
        ("First goes on", "What it leaves out"),
        ("Second", "What it leaves out"),
        ("Last\nline, see there.", "What it leaves out"),
    ]


def test_breaks_and_tasks_of_markdown_are_markup() -> None:
    text = "One line<br>another<br/>\nand a third, [x] kept.\n\n- [ ] Buy milk.\n- [x] Read [it](a).\n\n[x] is a box."
    assert [one.text for one in read_markdown(text.split("\n"))[1]] == [
        "One line\nanother\nand a third, [x] kept.", "Buy milk.", "Read it.", "[x] is a box.",
    ]  # fmt: skip


def test_a_footnote_is_no_address_and_toml_is_front_matter() -> None:
    lines = ["+++", 'title = "Maps"', "draft = true", "+++", "", "A map[^1].", "", "[^1]: Borges"]
    title, found = read_markdown(lines)
    assert title == "Maps"
    assert [one.text for one in found] == ["A map[^1].", "[^1]: Borges"]


def test_long_markdown_is_read_in_parts_and_nothing_shows_it() -> None:
    body = MARKDOWN.split("---\n\n", 1)[1]
    times = 600_000 // len(body)
    _, once = read_markdown(body.split("\n"))
    title, many = read_markdown(line for _ in range(times) for line in body.split("\n"))
    assert title == "On Maps"
    assert list(many) == list(once) * times


# --- chat logs -------------------------------------------------------------------------------------------------

CHAT = """\
# Log

>[!user] **Anna Ivanova** - 2025-03-01 10:12
> What is a *map*?
>
> - a promise
> - a lie
<!-- UID: 5f2c -->

>[!bot] **Model** — 1 марта 2025
> > [!user] **Anna** - quoted
> > What is a map?
>
> Both.
> <!-- UID: 77aa -->

A line between.
"""


def test_a_message_is_a_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("log.md").write_text(CHAT)
    found = [one for one in read(["log.md"]) if isinstance(one, Arrival)]
    assert [(one.document.uri, one.paragraph.position, one.paragraph.text) for one in found] == [
        ("log.md#5f2c", 0, "What is a map?"),
        ("log.md#5f2c", 1, "a promise"),
        ("log.md#5f2c", 2, "a lie"),
        ("log.md#77aa", 0, "Anna - quoted What is a map?"),
        ("log.md#77aa", 1, "Both."),
        ("log.md", 0, "A line between."),
    ]
    assert found[0].document.title == "Anna Ivanova, 2025-03-01 10:12"
    assert found[0].document.metadata == {
        "speaker": "Anna Ivanova", "date": "2025-03-01 10:12", "uid": "5f2c", "callout": "user",
    }  # fmt: skip
    assert found[3].document.metadata["date"] == "1 марта 2025"
    assert found[-1].document.title == "Log"


def test_uids_over_their_messages_and_messages_without_one(tmp_path: Path) -> None:
    head = ">[!a] **A** - today\n> {}\n\n"
    over = tmp_path / "over.md"
    over.write_text("".join(f"<!-- UID: {n} -->\n" + head.format(f"Said {n}.") for n in "xyz"))
    assert [one.document.uri[-2:] for one in read([over]) if isinstance(one, Arrival)] == ["#x", "#y", "#z"]
    without = tmp_path / "without.md"
    without.write_text(head.format("One.") + head.format("Two."))
    records = list(read([without]))
    first, second = (one.document.uri for one in records if isinstance(one, Arrival))
    assert second == f"{first}~2"
    assert "1 message has the UID" in said(records)


def test_an_ordinary_callout_makes_no_chat(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text("> [!note] **Mind** the gap\n> between.\n")
    assert [one.document.title for one in read([path]) if isinstance(one, Arrival)] == ["note"]


# --- tables ----------------------------------------------------------------------------------------------------


def test_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text('id,body,lang\n7,"One, with a comma\nand a line.",en\n8,Два.,\n', encoding="utf-8-sig")
    found = [one for one in read(["a.csv"], ReadOptions(text_field="body", id_field="id")) if isinstance(one, Arrival)]
    assert [(one.document.uri, one.paragraph.text, one.paragraph.lang) for one in found] == [
        ("a.csv#7", "One, with a comma\nand a line.", "en"), ("a.csv#8", "Два.", "ru"),
    ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_knows_its_delimiter(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"n{delimiter}text\n1{delimiter}One.\n")
    assert texts(read([path])) == ["One."]


def test_csv_with_bad_rows_and_huge_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    huge = "long words " * 100_000
    path.write_text(f'text,n\n"{huge}",1\nunquoted, with a comma,2\n\n"two\nlines",3\n,4\nLast.,5\n')
    records = list(read([path]))
    assert texts(records) == [huge, "two\nlines", "Last."]
    assert "3: the row has 3 cells, the header 2" in said(records)
    assert "7: the text is empty" in said(records)


def test_a_quotation_mark_that_is_not_closed_is_told_and_swallows_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('n,text\n1,One.\n2,"not closed\n3,"Three."\n4,Four.\n5,"nor this\n6,Six.\n')
    records = list(read([path]))
    assert texts(records) == ["One.", "Four."]
    assert re.findall(r"(\d+): the row cannot be read", said(records)) == ["3", "6"]


def test_csv_without_the_column_names_those_that_there_are(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,body\n1,One.\n")
    assert "no column “text” (there are: id, body)" in said(read([path]))


def test_csv_whose_columns_have_names_of_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('"What did\nyou read?",text,"And\nwhy?"\nMuch,One.,So\nA,comma,too,many\n')
    records = list(read([path]))
    assert texts(records) == ["One."]
    assert "5: the row has 4 cells, the header 3" in said(records)
    assert texts(read([path], ReadOptions(text_field="And why?"))) == ["So"]
    path.write_text('text,"never closed\nOne.,1\n')
    assert "1: the names of the columns cannot be read" in said(read([path]))


@pytest.mark.parametrize(("header", "taken"), [("text,text", []), ("lang,text,lang", []), ("a,text,a,,", ["ru"])])
def test_of_two_columns_of_one_name_none_is_lost_silently(tmp_path: Path, header: str, taken: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\nen,ru\n")
    records = list(read([path]))
    assert texts(records) == taken
    assert ("two columns are called" in said(records)) == (not taken)


# --- JSON lines, packed files, folders -------------------------------------------------------------------------


def test_packed_files(tmp_path: Path) -> None:
    for name, data in (("a.jsonl.gz", '{"text": "One."}\n'), ("b.txt.gz", "Two."), ("c.csv.gz", "text\nThree.\n")):
        (tmp_path / name).write_bytes(gzip.compress(data.encode()))
    assert sorted(texts(read([tmp_path]))) == ["One.", "Three.", "Two."]


def test_a_packed_file_that_breaks_off_keeps_what_came(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    packed = gzip.compress(b"".join(b'{"text": "Line %d."}\n' % n for n in range(200_000)))
    path.write_bytes(packed[: len(packed) - 100])
    records = list(read([path]))
    assert len(texts(records)) > 1000
    assert "cannot be read to its end" in said(records)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1251"])
def test_json_lines_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"text": "Один."}\n{"text": "Два."}\n'.encode(encoding))
    options = ReadOptions(encoding=None if encoding == "utf-16" else encoding)
    assert texts(read([path], options)) == ["Один.", "Два."]
    if encoding == "cp1251":
        assert "1: this is not UTF-8" in said(read([path]))


@pytest.mark.parametrize(
    ("wrong", "content"), [("ascii", "Один".encode()), ("utf-16", b"\x00\xdc"), ("utf-16", b"\x00")]
)
def test_a_json_line_that_is_not_in_the_encoding_that_was_said_is_left_out(
    tmp_path: Path, wrong: str, content: bytes
) -> None:
    """Not taken with signs for what could not be read: a run after mending would find another text."""
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"text": "One."}\n{"text": "'.encode(wrong) + content)
    records = list(read([path], ReadOptions(encoding=wrong)))
    assert texts(records) == ["One."]
    assert f"2: this is not {wrong}; name another with --encoding" in said(records)


def test_a_mark_before_json_lines_is_none_of_them(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('\ufeff{"text": "One."}\n'.encode("utf-16-le"))
    assert texts(read([path], ReadOptions(encoding="utf-16-le"))) == ["One."]


@given(st.lists(st.binary(max_size=40)), st.integers(1, 7))
def test_lines_are_lines_however_the_bytes_come(lines: list[bytes], step: int) -> None:
    from unpack_core.corpus.jsonl import read_lines

    data = b"\n".join(lines)
    chunks = [data[at : at + step] for at in range(0, len(data), step)]
    assert list(read_lines(chunks, "x", ReadOptions())) == list(read_lines([data], "x", ReadOptions()))


def test_a_folder_with_links_pipes_and_other_files(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/a.txt").write_text("One.")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "deep/again").symlink_to(tmp_path)
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    (tmp_path / "lost.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    records = list(read([tmp_path]))
    assert texts(records) == ["One."]
    sentences = said(records)
    for phrase in ("link to a folder", "Too many levels of symbolic links", "No such file", "neither a file nor",
                   "Passed over: 1 file whose"):  # fmt: skip
        assert sentences.count(phrase) == 1, phrase


def test_a_link_in_a_folder_reads_nothing_outside_of_it(tmp_path: Path) -> None:
    """Whoever sent the folder would have what they like of this machine asked about."""
    folder, elsewhere = tmp_path / "sent", tmp_path / "private.txt"
    (folder / "deep").mkdir(parents=True)
    elsewhere.write_text("Mine.")
    (folder / "a.txt").write_text("Theirs.")
    (folder / "deep/b.txt").symlink_to("../a.txt")
    (folder / "deep/c.txt").symlink_to("../../private.txt")
    (folder / "d.txt").symlink_to(elsewhere)
    records = list(read([folder]))
    assert texts(records) == ["Theirs.", "Theirs."]
    assert said(records).count("It is a link out of the folder and is not followed") == 2
    (tmp_path / "way").symlink_to(folder)
    assert texts(read([tmp_path / "way"])) == ["Theirs.", "Theirs."], "a folder is the one that was named"
    assert texts(read([folder / "d.txt"])) == ["Mine."]


def test_a_pattern_that_no_shell_resolved(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "deep/c.txt", "d.md", "[e].txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"In {name}.")
    assert texts(read([tmp_path / "[ab].txt"])) == ["In a.txt.", "In b.txt."]
    assert "In deep/c.txt." in texts(read([tmp_path / "**/*.txt"]))
    assert texts(read([tmp_path / "[e].txt"])) == ["In [e].txt."], "a name is a name where it is one"
    assert "no file or folder has such a name" in said(read([tmp_path / "*.csv"]))


def test_wrong_paths_are_said_and_the_others_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("One.")
    (tmp_path / "a.bin").write_text("Two.")
    paths = [tmp_path / name for name in ("nothing.txt", "empty", "a.bin", "a.txt")] + [Path("/dev/null")]
    records = list(read(paths))
    assert texts(records) == ["One."]
    assert len([one for one in records if isinstance(one, Trouble)]) == 4
    assert texts(read([tmp_path / "a.bin"], ReadOptions(format="txt"))) == ["Two."]
