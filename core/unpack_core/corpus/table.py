"""CSV as records: the first row names the columns, each once; a bad row is named with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain

from unpack_core.corpus.entry import Entries, Value, WrongError
from unpack_core.corpus.jsonl import told
from unpack_core.corpus.options import ReadOptions
from unpack_core.corpus.records import Record, Trouble

_LONGEST = 64 * 1024 * 1024
_DELIMITERS = ",;\t|"
_DOUBLED = "in a quoted cell a quotation mark is doubled"
_KNOWN = ("document", "title", "lang", "place", "position")
"""Columns that are read as the fields of JSON lines are, besides the text and the name."""


def read_table(pieces: Iterable[str], where: str, options: ReadOptions) -> Iterator[Record]:
    """One record a row that is not empty; a cell may hold lines and be long."""
    csv.field_size_limit(_LONGEST)  # of the whole process: the module has no other way
    lines = _lines(pieces)
    first = next(lines, "")
    if not first.strip():
        yield Trouble(where, 0, "it is empty" if not first else "its first line, which names the columns, is empty")
        return
    delimiter = _delimiter(first, options.text_field)
    # A carriage return alone ends no line here; a mark that is not closed would swallow rows, hence strict.
    lines = chain([first.rstrip("\r\n").replace("\r", " ") + "\n"], lines)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = [" ".join(name.split()) for name in next(rows)]
    except csv.Error as error:
        yield Trouble(where, 1, f"the names of the columns cannot be read ({error}); {_DOUBLED}")
        return
    if twice := [name for name in _wanted(options) if header.count(name) > 1]:
        yield Trouble(where, 1, f"two columns are called “{twice[0]}”; give each a name of its own, or one is lost")
        return
    if options.text_field not in header:
        names = ", ".join(header[:20])
        yield Trouble(
            where, 1, f"there is no column “{options.text_field}” (there are: {names}); --text-field names the one"
        )
        return
    entries = Entries(where, options, repair=False)  # the file was repaired as a whole, if at all
    begins = rows.line_num + 1
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Trouble(where, begins, f"the row cannot be read ({error}); {_DOUBLED}")
            row = []
        if row is None:
            break
        if any(row):
            try:
                yield entries.taken(_value(row, header, options))
            except WrongError as wrong:
                yield Trouble(where, begins, str(wrong))
        begins = rows.line_num + 1
    yield from told(entries, where)


def _wanted(options: ReadOptions) -> tuple[str, ...]:
    """The columns that are read; no others need be there, or be told apart."""
    return (options.text_field, *filter(None, [options.id_field]), *_KNOWN)


def _value(row: list[str], header: list[str], options: ReadOptions) -> Value:
    if len(row) > len(header):
        raise WrongError(f"the row has {len(row)} cells, the header {len(header)}; a text with a comma in it is quoted")
    wanted = _wanted(options)
    value: Value = {name: cell for name, cell in zip(header, row, strict=False) if name in wanted}
    position = str(value.pop("position", "")).strip()
    if position:
        if not position.isdecimal():
            raise WrongError("“position” is a whole number from 0")
        value["position"] = int(position)
    return value


def _delimiter(first: str, text_field: str) -> str:
    """The one that finds the column, else the one that finds most columns."""

    def found(delimiter: str) -> tuple[bool, int]:
        names = [name.strip() for name in next(csv.reader([first.replace("\r", " ")], delimiter=delimiter), [])]
        return text_field in names, len(names)

    return max(_DELIMITERS, key=found)


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """Lines with their ends: those inside a cell are the cell's."""
    begun: list[str] = []
    for piece in pieces:
        first, *others = piece.split("\n")
        begun.append(first)
        for line in others:
            yield "".join(begun) + "\n"
            begun = [line]
    last = "".join(begun)
    if last:
        yield last
