"""JSON lines: interchange lines with their layers, or any records that have a text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

import orjson

from unpack_core.clean import clean
from unpack_core.corpus.language import detect
from unpack_core.corpus.records import Arrival, BatchResult, Notice, Record, Trouble
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, IncomingVersion, Origin, Status

_KIND = re.compile(r"[a-z][a-z0-9_]{1,31}\Z")
_LONGEST = 64 * 1024 * 1024
_Enum = TypeVar("_Enum", bound=StrEnum)
_Value = dict[str, Any]  # whatever JSON holds, checked field by field below


class _WrongError(Exception):
    """A line that is not what it should be; the message is the reason."""


def read_lines(
    lines: Iterable[bytes], where: str, *, text_field: str, id_field: str | None, lang: str
) -> Iterator[Record]:
    """One record a line that is not blank; a bad line is a Trouble with its number."""
    dropped = 0
    for number, line in enumerate(lines, 1):
        if number == 1 and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        if not line.strip():
            continue
        try:
            value = _parsed(line)
            if "custom_id" in value and isinstance(value.get("result"), dict):
                yield BatchResult(where, number, str(value["custom_id"]), value["result"])
                continue
            record, gone = _record(value, where, text_field, id_field, lang)
        except _WrongError as wrong:
            yield Trouble(where, number, str(wrong))
            continue
        dropped += gone
        yield record
    if dropped:
        yield Notice(where, f"{dropped:,} control characters were left out.")


def _parsed(line: bytes) -> _Value:
    if len(line) > _LONGEST:
        raise _WrongError(f"the line has {len(line):,} bytes; at most {_LONGEST:,} are read")
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _WrongError(f"this is not JSON ({error.msg})") from error
    if not isinstance(value, dict):
        raise _WrongError("this is JSON but not an object; a line is {“text”: …}")
    return value


def _record(value: _Value, where: str, text_field: str, id_field: str | None, lang: str) -> tuple[Arrival, int]:
    if text_field not in value:
        raise _WrongError(f"there is no field “{text_field}”; --text-field names the one that holds the text")
    text, dropped = clean(_string(value, text_field))
    if not text.strip():
        raise _WrongError("the text is empty")
    layers, more = [], 0
    for n, layer in enumerate(_list(value, "layers"), 1):
        try:
            taken, gone = _layer(layer)
        except _WrongError as wrong:
            raise _WrongError(f"layer {n}: {wrong}") from wrong
        layers.append(taken)
        more += gone
    document = _document(value, text, where, id_field)
    paragraph = IncomingParagraph(
        text,
        _position(value),
        _string(value, "lang") or lang or detect(text),
        clean(_string(value, "place"))[0],
        tuple(layers),
        clean(_string(value, "removed_at"))[0],
    )
    return Arrival(document, paragraph), dropped + more


def _document(value: _Value, text: str, where: str, id_field: str | None) -> IncomingDocument:
    """The one that is named; else the record is a document of its own."""
    uri = clean(_string(value, "document"))[0]
    title = clean(_string(value, "title"))[0]
    if uri:
        name = title or uri.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return IncomingDocument(uri, name, _metadata(value), added=clean(_string(value, "added"))[0])
    if id_field:
        if value.get(id_field) in (None, ""):
            raise _WrongError(f"there is no field “{id_field}” to name the record")
        name = clean(str(value[id_field]))[0]
    else:
        name = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
    return IncomingDocument(f"{where}#{name}", title or name)


def _metadata(value: _Value) -> dict[str, str]:
    """What a document says of itself, as the names and values that an export writes."""
    pairs = _list(value, "metadata")
    if not all(isinstance(pair, dict) for pair in pairs):
        raise _WrongError("“metadata” is a list of names and values")
    return {clean(_string(pair, "name"))[0]: clean(_string(pair, "value"))[0] for pair in pairs}


def _layer(value: object) -> tuple[IncomingLayer, int]:
    if not isinstance(value, dict):
        raise _WrongError("it is not an object")
    kind = _string(value, "kind")
    if not _KIND.match(kind):
        raise _WrongError(f"“{kind}” is not a kind: small letters, digits and _, from 2 to 32")
    if "text" not in value:
        raise _WrongError("it has no text")
    text, dropped = clean(_string(value, "text"))
    tags = _list(value, "tags")
    if not all(isinstance(tag, str) and tag.strip() and len(tag.split()) == 1 for tag in tags):
        raise _WrongError("tags are words without spaces")
    flagged = value.get("flagged", False)
    if not isinstance(flagged, bool):
        raise _WrongError("flagged is true or false")
    layer = IncomingLayer(
        kind,
        text,
        _choice(Status, value, "status", Status.PENDING),
        tuple(sorted({clean(tag)[0].strip() for tag in tags})),
        flagged,
        _choice(Origin, value, "origin", Origin.IMPORTED),
        clean(_string(value, "model"))[0],
        clean(_string(value, "instruction"))[0],
        clean(_string(value, "recipe"))[0],
        clean(_string(value, "effort"))[0],
        _number(value, "input_tokens", int),
        _number(value, "output_tokens", int),
        _number(value, "cost_usd", float),
        clean(_string(value, "created_at"))[0],
        reason=clean(_string(value, "reason"))[0],
    )
    versions = tuple(_version(version, number) for number, version in enumerate(_list(value, "versions"), 1))
    return _with_past(layer, versions, _count(value, "head", len(versions))) if versions else layer, dropped


def _version(value: object, number: int) -> IncomingVersion:
    """The n-th version of a layer's past."""
    if not isinstance(value, dict) or "text" not in value:
        raise _WrongError(f"version {number} is not an object with a text")
    return IncomingVersion(
        clean(_string(value, "text"))[0],
        _choice(Origin, value, "origin", Origin.IMPORTED),
        clean(_string(value, "model"))[0],
        clean(_string(value, "instruction"))[0],
        clean(_string(value, "recipe"))[0],
        clean(_string(value, "effort"))[0],
        _number(value, "input_tokens", int),
        _number(value, "output_tokens", int),
        _number(value, "cost_usd", float),
        clean(_string(value, "created_at"))[0],
        _count(value, "parent", number - 1),
        clean(_string(value, "lost"))[0],
        clean(_string(value, "reason"))[0],
    )


def _with_past(layer: IncomingLayer, versions: tuple[IncomingVersion, ...], head: int) -> IncomingLayer:
    """A layer with its versions; a text that is none of theirs, changed in the file, is the newest."""
    if not head or versions[head - 1].text != layer.text:
        versions += (IncomingVersion(layer.text, layer.origin, layer.model, parent=head),)
        head = len(versions)
    return replace(layer, versions=versions, head=head)


def _string(value: _Value, name: str) -> str:
    found = value.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise _WrongError(f"“{name}” is not a text")
    return found


def _list(value: _Value, name: str) -> list[Any]:
    found = value.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise _WrongError(f"“{name}” is not a list")
    return found


def _position(value: _Value) -> int:
    found = value.get("position", 0)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 2**31:
        raise _WrongError("“position” is a whole number from 0")
    return found


def _count(value: _Value, name: str, most: int) -> int:
    found = _number(value, name, int) or 0
    if not 0 <= found <= most:
        raise _WrongError(f"“{name}” is {found}, and there are {most} versions")
    return int(found)


def _number(value: _Value, name: str, kind: type[Any]) -> Any:
    found = value.get(name)
    if found is None or found == "":
        return None
    if isinstance(found, bool) or not isinstance(found, (int, kind)):
        raise _WrongError(f"“{name}” is not a number")
    return kind(found)


def _choice(choices: type[_Enum], value: _Value, name: str, default: _Enum) -> _Enum:
    found = value.get(name)
    if found in (None, ""):
        return default
    if found not in [choice.value for choice in choices]:
        raise _WrongError(f"“{found}” is not a {name}; there are: {', '.join(choices)}")
    return choices(found)
