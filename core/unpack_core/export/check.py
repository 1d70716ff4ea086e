"""`--check`: what was written, opened again as its consumers open it; what they would stumble over, in sentences."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from unpack_core.corpus import Trouble, read

_SEPARATORS = ("\u2028".encode(), "\u2029".encode())
_TALKS = {
    "chat": ("messages",),
    "chat-per-layer": ("messages",),
    "dialogue": ("messages",),
    "prompt-completion": ("prompt", "completion"),
    "preference": ("prompt", "chosen"),
}
_OWN_SHAPE = frozenset({"w3c"})
"""Presets whose objects take the shape that their type asks for."""
_MAY_BE_EMPTY = frozenset({"reasoning_content", "metadata", "added", "created", "generator", "lang", "title", "place"})
_MOST = 20
_Value = dict[str, Any]  # a row of any preset


def check(preset: str, files: Sequence[Path]) -> list[str]:
    """The faults of an export's files, at most twenty; several files are the sides of a split."""
    faults = []
    for fault in _all_faults(preset, files):
        faults.append(fault)
        if len(faults) == _MOST:
            break
    return faults


def _all_faults(preset: str, files: Sequence[Path]) -> Iterator[str]:
    if preset in _FOLDERS:
        for file in files:
            yield from (f"{file.name} {fault}" for fault in _FOLDERS[preset](file))
        return
    seen = _Seen()
    for file in files:
        for number, line in _lines(file):
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError:
                row = None
            if not isinstance(row, dict):
                yield f"{file.name}, line {number} is not a JSON object."
                continue
            misshapen = [] if preset in _OWN_SHAPE else list(seen.shape_faults(row))
            faults = chain(
                _line_faults(line),
                misshapen,
                seen.id_faults(row, file),
                () if misshapen else _row_faults(preset, row),  # what it means is asked of rows of the right shape
            )
            yield from (f"{file.name}, line {number} {fault}" for fault in faults)
        if preset == "layers":
            for record in read([file]):
                if isinstance(record, Trouble):
                    yield f"{file.name}, line {record.line} would not be imported: {record.reason}."


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    with gzip.open(file) if file.name.endswith(".gz") else file.open("rb") as lines:
        yield from enumerate(lines, 1)


def _line_faults(line: bytes) -> Iterator[str]:
    if not line.endswith(b"\n"):
        yield "does not end."
    if any(separator in line for separator in _SEPARATORS):
        yield "holds a line separator that some readers split at."


@dataclass(slots=True)
class _Seen:
    """What the rows so far were like."""

    shapes: dict[tuple[str, ...], object] = field(default_factory=dict)
    """By path: the keys of an object, or the type of a value."""
    ids: dict[bytes, str] = field(default_factory=dict)
    """By a digest of the id: the file that has it."""

    def shape_faults(self, row: _Value) -> Iterator[str]:
        for path, shape in _shapes((), row):
            if self.shapes.setdefault(path, shape) != shape:
                yield f"has another shape than the lines before it, at “{'.'.join(path) or 'its keys'}”."
                return

    def id_faults(self, row: _Value, file: Path) -> Iterator[str]:
        if isinstance(row.get("id"), str):
            digest = blake2b(row["id"].encode(), digest_size=12).digest()
            before = self.ids.setdefault(digest, "")
            if before:
                yield f"has the id “{row['id']}”, which a line of {before} has."
            self.ids[digest] = file.name


def _shapes(path: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    """Where null may stand for a number that is not known, it says nothing of the type."""
    if isinstance(value, dict):
        yield path, tuple(value)
        for key, one in value.items():
            yield from _shapes((*path, key), one)
    elif isinstance(value, list):
        yield path, "list"
        for one in value:
            yield from _shapes((*path, "[]"), one)
    elif value is not None:
        yield path, "number" if type(value) in (int, float) else type(value).__name__


def _row_faults(preset: str, row: _Value) -> Iterator[str]:
    if preset == "layers":
        return
    if preset == "w3c":
        yield from _annotation_faults(row)
        return
    if preset in _TALKS:
        yield from _talk_faults([message for name in _TALKS[preset] for message in row[name]])
    if preset == "preference" and row["chosen"] == row["rejected"]:
        yield "prefers a text to itself."
    yield from (f"has an empty “{name}”." for name in _empty("", row))


def _talk_faults(messages: Sequence[_Value]) -> Iterator[str]:
    """System first if at all, then user and assistant in turn, the assistant last."""
    roles = [message["role"] for message in messages]
    turns = roles[1:] if roles[:1] == ["system"] else roles
    if not turns or turns != ["user", "assistant"] * (len(turns) // 2):
        yield f"has its roles out of turn: {', '.join(roles)}."


def _annotation_faults(row: _Value) -> Iterator[str]:
    position, quote = row["target"]["selector"]
    if position["end"] - position["start"] != len(quote["exact"]):
        yield "quotes other words than it points at."
    if not all(body["value"].strip() for body in row["body"]):
        yield "has an empty body."


def _empty(name: str, value: object) -> Iterator[str]:
    """The names of what a trainer would read and find empty."""
    if name in _MAY_BE_EMPTY:
        return
    if isinstance(value, str) and not value.strip():
        yield name
    elif isinstance(value, list):
        for one in value:
            yield from _empty(name, one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _empty(key, one)


# --- folders ---------------------------------------------------------------------------------------------------


def _text_faults(file: Path) -> Iterator[str]:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        yield "is not UTF-8."
        return
    if not text.strip():
        yield "is empty."


def _listing_faults(listing: Path) -> Iterator[str]:
    """Whether the files that LLaMA-Factory is told of are there, with the columns that it will ask for."""
    for name, entry in orjson.loads(listing.read_bytes()).items():
        file = listing.parent / entry["file_name"]
        if not file.is_file():
            yield f"names “{entry['file_name']}” for “{name}”, which is not there."
            continue
        number, line = next(_lines(file), (0, b"{}"))
        missing = set(entry["columns"].values()) - set(orjson.loads(line))
        yield from (f"asks for “{column}” of “{name}”, which line {number} has not." for column in sorted(missing))


_FOLDERS = {"txt": _text_faults, "dataset": _listing_faults}
