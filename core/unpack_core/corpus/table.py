"""CSV as records: the first row names the columns, a bad row is named with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from unpack_core.corpus.entry import Entries, Value, WrongError
from unpack_core.corpus.jsonl import told
from unpack_core.corpus.options import ReadOptions
from unpack_core.corpus.records import Record, Trouble

_LONGEST = 64 * 1024 * 1024
_DELIMITERS = ",;\t|"
_KNOWN = {"document", "title", "lang", "place"}
"""Columns that are read as the fields of JSON lines are, besides the text, the name and the position."""


def read_table(pieces: Iterable[str], where: str, options: ReadOptions) -> Iterator[Record]:
    """One record a row that is not empty; a cell may hold lines and be long."""
    csv.field_size_limit(_LONGEST)  # of the whole process: the module has no other way
    lines = _lines(pieces)
    first = next(lines, "")
    if not first.strip():
        yield Trouble(where, 0, "it is empty" if not first else "its first line is: there the columns are named")
        return
    delimiter = _delimiter(first, options.text_field)
    header = _names(first, delimiter)
    if options.text_field not in header:
        names = ", ".join(header[:20])
        yield Trouble(
            where, 1, f"there is no column “{options.text_field}” (there are: {names}); --text-field names the one"
        )
        return
    entries = Entries(where, options, repair=False)  # the file was repaired as a whole, if at all
    rows = csv.reader(lines, delimiter=delimiter, strict=True)  # else a mark not closed swallows rows
    begins = 2
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            reason = f"the row cannot be read ({error}); in a quoted cell a quotation mark is doubled"
            yield Trouble(where, begins, reason)
            row = []
        if row is None:
            break
        if any(row):
            try:
                yield entries.taken(_value(row, header, options))
            except WrongError as wrong:
                yield Trouble(where, begins, str(wrong))
        begins = rows.line_num + 2
    yield from told(entries, where)


def _value(row: list[str], header: list[str], options: ReadOptions) -> Value:
    if len(row) > len(header):
        raise WrongError(f"the row has {len(row)} cells, the header {len(header)}; a text with a comma in it is quoted")
    wanted = _KNOWN | {options.text_field, options.id_field}
    value: Value = {name: cell for name, cell in zip(header, row, strict=False) if name in wanted}
    cells = dict(zip(header, row, strict=False))
    position = cells.get("position", "").strip()
    if position:
        if not position.isdecimal():
            raise WrongError("“position” is a whole number from 0")
        value["position"] = int(position)
    return value


def _names(first: str, delimiter: str) -> list[str]:
    """The columns; a carriage return alone ends no line."""
    return [name.strip() for name in next(csv.reader([first.replace("\r", " ")], delimiter=delimiter), [])]


def _delimiter(first: str, text_field: str) -> str:
    """The one that finds the column, else the one that finds most columns."""

    def found(delimiter: str) -> tuple[bool, int]:
        names = _names(first, delimiter)
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
