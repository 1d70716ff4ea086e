"""Mixtures: the share that was asked for, within one document, at every point of the stream."""

from __future__ import annotations

import codecs
import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpack_core.errors import ExportError
from unpack_core.export.mix import Mixture, Row, Unit, measure, mixed, plain_rows

LENGTHS = st.lists(st.integers(1, 400), min_size=1, max_size=60)


def texts(lengths: list[int], letter: str) -> Iterator[Row]:
    return ({"text": letter * length} for length in lengths)


@given(LENGTHS, LENGTHS, st.sampled_from([0.0, 0.05, 0.1, 0.5, 0.9, 1.0]), st.sampled_from([Unit.CHARS, Unit.DOCS]))
def test_the_share_is_right_within_one_document_wherever_one_stops(
    ours: list[int], plain: list[int], share: float, unit: Unit
) -> None:
    mixture, size = Mixture(share, unit), measure(unit)
    annotated = whole = largest = 0
    for row in mixed(texts(ours, "a"), texts(plain, "p"), mixture, size):
        length = size(str(row["text"]))
        largest = max(largest, length)
        whole += length
        annotated += length * str(row["text"]).startswith("a")
        assert abs(annotated - share * whole) <= largest
    assert (mixture.annotated, mixture.annotated + mixture.plain) == (annotated, whole)


@given(LENGTHS, LENGTHS)
def test_it_ends_only_when_the_side_whose_turn_it_is_has_no_more(ours: list[int], plain: list[int]) -> None:
    mixture = Mixture(0.3, Unit.CHARS)
    list(mixed(texts(ours, "a"), texts(plain, "p"), mixture, len))
    wanting = mixture.annotated < 0.3 * (mixture.annotated + mixture.plain)
    assert mixture.annotated_documents == len(ours) if wanting else mixture.plain_documents == len(plain)


def test_the_extremes() -> None:
    none, all_ours = Mixture(0.0, Unit.DOCS), Mixture(1.0, Unit.DOCS)
    assert {row["text"] for row in mixed(texts([1] * 3, "a"), texts([1] * 3, "p"), none, len)} == {"p"}
    assert {row["text"] for row in mixed(texts([1] * 3, "a"), texts([1] * 3, "p"), all_ours, len)} == {"a"}


def test_a_plain_corpus_is_files_of_several_kinds_in_order(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.txt").write_bytes("\ufeffA whole file.\r\n\r\nWith two paragraphs.\n".encode())
    (tmp_path / "a.md").write_text("# Title\n\nText\n")
    lines = ['{"text": "one", "source": "web", "n": 1}', "", '{"text": " "}', '{"text": "two"}']
    (tmp_path / "sub" / "c.jsonl").write_text("\n".join(lines))
    (tmp_path / "sub" / "d.jsonl.gz").write_bytes(gzip.compress(b'{"text": "packed"}\n'))
    (tmp_path / "sub" / "e.txt").write_text("утро", encoding="utf-16")
    (tmp_path / "sub" / "f.txt.gz").write_bytes(gzip.compress(b"packed too"))
    (tmp_path / "sub" / "g.jsonl").write_bytes(codecs.BOM_UTF8 + b'{"text": "marked"}\n')
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    os.mkfifo(tmp_path / "pipe.txt")
    rows = list(plain_rows(tmp_path))
    assert [row["text"] for row in rows] == [
        "# Title\n\nText", "A whole file.\n\nWith two paragraphs.", "one", "two", "packed",
        "утро", "packed too", "marked",
    ]  # fmt: skip
    assert [row["source"] for row in rows[:5]] == ["a.md", "b.txt", "web", "sub/c.jsonl", "sub/d.jsonl.gz"]
    assert len({str(row["id"]) for row in rows}) == 8
    assert len({tuple(row) for row in rows}) == 1


def test_a_very_long_text_file_comes_in_pieces_cut_at_blank_lines(tmp_path: Path) -> None:
    paragraph = "word " * 2000
    (tmp_path / "long.txt").write_text(f"{paragraph}\n\n" * 300)
    pieces = [str(row["text"]) for row in plain_rows(tmp_path / "long.txt")]
    assert len(pieces) > 1
    assert max(map(len, pieces)) < 1_100_000
    assert sum(piece.count("word") for piece in pieces) == 600_000


def test_a_text_without_a_blank_line_is_not_held_whole(tmp_path: Path) -> None:
    (tmp_path / "line.txt").write_text("слово " * 3_000_000, encoding="utf-8")
    pieces = [str(row["text"]) for row in plain_rows(tmp_path / "line.txt")]
    assert 1 < len(pieces) < 4
    assert sum(piece.count("о") for piece in pieces) == 6_000_000


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bad.jsonl", b'{"text": "x"}\nnot json\n', "line 2"),
        ("other.jsonl", b'{"content": "x"}\n', "line 1"),
        ("torn.jsonl.gz", gzip.compress(b'{"text": "xxxxxxxx"}', mtime=0)[:-9], "cannot be read to its end"),
        ("picture.png", b"", "no plain documents"),
        ("old.txt", "утро".encode("cp1251"), "is no text in UTF-8"),
    ],
)
def test_what_is_wrong_with_a_corpus_is_said(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / name).write_bytes(content)
    with pytest.raises(ExportError, match=said):
        list(plain_rows(tmp_path / "corpus"))


def test_tokens_need_a_tokenizer(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="--tokenizer"):
        measure(Unit.TOKENS)
    with pytest.raises(ExportError, match="no file"):
        measure(Unit.TOKENS, tmp_path / "tokenizer.json")
