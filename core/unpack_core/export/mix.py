"""`pretrain --mix`: annotated documents among plain ones, to the share asked for at every point of the stream.

After each document the side that is behind gives the next one, so that the share is right within one document wherever
a trainer stops reading. When the side whose turn it is has no more, the mixture ends: what is left of the other would
spoil the share. Nothing is held but the document in hand.
"""

from __future__ import annotations

import codecs
import gzip
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import cast

import orjson

from unpack_core.clean import clean
from unpack_core.errors import ExportError

Row = dict[str, object]

_ENDINGS = (".txt", ".md", ".jsonl")
_LONGEST = 1 << 20
"""Characters after which a text file is cut at the next blank line: it may be larger than memory."""
_LONGEST_HELD = 8 * _LONGEST
"""Characters after which it is cut although no blank line came."""


class Unit(StrEnum):
    """In what the share is counted."""

    CHARS = "chars"
    DOCS = "docs"
    TOKENS = "tokens"


@dataclass(slots=True)
class Mixture:
    """What has gone into the stream so far, in units and documents."""

    wanted: float
    unit: Unit
    annotated: int = 0
    plain: int = 0
    annotated_documents: int = 0
    plain_documents: int = 0

    @property
    def share(self) -> float:
        """Of the annotated documents."""
        whole = self.annotated + self.plain
        return self.annotated / whole if whole else 0.0

    def facts(self) -> dict[str, object]:
        """For the manifest."""
        return {
            "unit": str(self.unit),
            "annotated_share_wanted": self.wanted,
            "annotated_share": round(self.share, 6),
            "annotated": self.annotated,
            "plain": self.plain,
            "annotated_documents": self.annotated_documents,
            "plain_documents": self.plain_documents,
        }


def mixed(
    annotated: Iterable[Row], plain: Iterable[Row], mixture: Mixture, measure: Callable[[str], int]
) -> Iterator[Row]:
    """Both streams as one; `mixture` tells afterwards what came of it. Each stream keeps its order."""
    sources = (iter(plain), iter(annotated))
    wanted = mixture.wanted
    while True:
        ahead = mixture.annotated - wanted * (mixture.annotated + mixture.plain)
        behind = ahead < 0 or (ahead == 0 and wanted >= 0.5)
        row = next(sources[behind], None)
        if row is None:
            return
        size = measure(cast("str", row["text"]))
        if behind:
            mixture.annotated += size
            mixture.annotated_documents += 1
        else:
            mixture.plain += size
            mixture.plain_documents += 1
        yield row


def measure(unit: Unit, tokenizer: Path | None = None) -> Callable[[str], int]:
    """How long a text is in a unit. Raises ExportError where tokens cannot be counted."""
    if unit == Unit.DOCS:
        return lambda _: 1
    if unit == Unit.CHARS:
        return len
    if tokenizer is None:
        raise ExportError("Tokens are counted by a tokenizer.json. Name it with --tokenizer.")
    if not tokenizer.is_file():
        raise ExportError(f"There is no file {tokenizer}. --tokenizer names a tokenizer.json.")
    try:
        from tokenizers import Tokenizer  # type: ignore[import-not-found,unused-ignore]  # an optional extra
    except ImportError as error:
        raise ExportError("Counting tokens needs one more package: pip install 'unpack-tui[tokens]'") from error
    try:
        loaded = Tokenizer.from_buffer(tokenizer.read_bytes())
    except ValueError as error:
        raise ExportError(f"{tokenizer} is not a tokenizer that can be read ({error}).") from error
    return lambda text: len(loaded.encode(text, add_special_tokens=False).ids)


def check_apart(corpus: Path, place: Path) -> None:
    """Raises ExportError for an export at or in the plain corpus: the next one would take it for plain text."""
    if place.resolve().is_relative_to(corpus.resolve()):
        raise ExportError(
            f"{place} is part of {corpus}, which --mix reads as plain text. Name a place outside of it with -o."
        )


# --- the plain corpus ------------------------------------------------------------------------------------------


def plain_rows(path: Path) -> Iterator[Row]:
    """Documents of a file or folder, as rows of `pretrain`: text files, Markdown, and JSON lines with a `text`.

    Raises ExportError for a place that holds none, a text in another encoding and a line that is not JSON.
    """
    files = _files(path)
    if not files:
        raise ExportError(
            f"{path} has no plain documents: there must be {', '.join(_ENDINGS)} files, packed (.gz) or not."
        )
    root = path if path.is_dir() else path.parent
    return _rows(files, root)


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise ExportError(f"There is nothing at {path}. --mix names a file or folder of plain documents.")
    if path.is_file():
        return [path]
    found = (Path(folder) / name for folder, _, names in os.walk(path) for name in names)
    named = (
        file for file in found if file.name.removesuffix(".gz").endswith(_ENDINGS) and not file.name.startswith(".")
    )
    return sorted(file for file in named if file.is_file())  # a pipe would be waited for


def _rows(files: Iterable[Path], root: Path) -> Iterator[Row]:
    for file in files:
        name = file.relative_to(root).as_posix()
        try:
            with gzip.open(file) if file.name.endswith(".gz") else file.open("rb") as data:
                lines = file.name.removesuffix(".gz").endswith(".jsonl")
                yield from (_json if lines else _text)(cast("BufferedReader", data), name)
        except UnicodeDecodeError as error:
            raise ExportError(
                f"{file} is no text in UTF-8, or in UTF-16 by its mark. Convert it, or leave it out."
            ) from error
        except (OSError, EOFError, zlib.error) as error:
            raise ExportError(f"{file} cannot be read to its end ({error}).") from error


def _json(data: BufferedReader, name: str) -> Iterator[Row]:
    for number, line in enumerate(data, 1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line.removeprefix(codecs.BOM_UTF8))
            text = value["text"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise ExportError(f"{name}, line {number} is not a JSON object with a “text”.") from error
        if isinstance(text, str) and text.strip():
            said = {key: value[key] if isinstance(value.get(key), str) else "" for key in _KEPT}
            yield _row(f"{name}#{number}", text, name, **said)


_KEPT = ("source", "added", "created", "lang")


def _text(data: BufferedReader, name: str) -> Iterator[Row]:
    """A document a file; one that is very long comes in pieces, cut at blank lines, where it has any."""
    held: list[str] = []
    size = piece = 0
    marked = data.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    with TextIOWrapper(data, encoding="utf-16" if marked else "utf-8-sig") as text:
        while line := text.readline(_LONGEST):
            blank = not line.strip()
            if size > _LONGEST and (blank or size > _LONGEST_HELD):
                yield _row(f"{name}#{piece}", "".join(held), name)
                held, size, piece = [], 0, piece + 1
            if held or not blank:
                held.append(line)
                size += len(line)
    if "".join(held).strip():
        yield _row(f"{name}#{piece}" if piece else name, "".join(held), name)


def _row(
    key: str, text: str, name: str, *, source: str = "", added: str = "", created: str = "", lang: str = ""
) -> Row:
    return {
        "id": f"plain:{key}",
        "text": clean(text)[0].strip(),
        "source": source or name,
        "added": added,
        "created": created,
        "metadata": {"document": name, "lang": lang, "kind": ""},
    }
