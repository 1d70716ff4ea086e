"""One record, of JSON lines or of a table: a paragraph, or an interchange line with its layers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from unpack_core.clean import clean
from unpack_core.corpus.mojibake import repaired
from unpack_core.corpus.options import ReadOptions
from unpack_core.corpus.records import Arrival
from unpack_core.language import detect
from unpack_core.model import (
    LAST_POSITION,
    UNPLACED,
    IncomingDocument,
    IncomingLayer,
    IncomingParagraph,
    IncomingVersion,
    Origin,
    Status,
)

Value = dict[str, Any]  # whatever JSON holds, checked field by field below

_Made = tuple[str, str, str, str, int | None, int | None, float | None, str]
_MOST = 2**63 - 1
"""The largest number that the file can hold."""
_KIND = re.compile(r"[a-z][a-z0-9_]{1,31}\Z")
_Enum = TypeVar("_Enum", bound=StrEnum)


class WrongError(Exception):
    """A record that is not what it should be; the message is the reason."""


class Entries:
    """Records of one source; counts what was done to them."""

    def __init__(self, where: str, options: ReadOptions, *, repair: bool) -> None:
        self.dropped = 0
        """Control characters that were left out."""
        self.repaired: dict[str, int] = {}
        """Texts that went astray, by the code page through which they did."""
        self._where = where
        self._options = options
        self._repair = repair

    def taken(self, value: Value) -> Arrival:
        """The paragraph of a record. Raises WrongError."""
        field = self._options.text_field
        if field not in value:
            raise WrongError(f"there is no field “{field}”; --text-field names the one that holds the text")
        text = _string(value, field)
        page = None
        if self._repair and "layers" not in value:  # a line with layers is interchange, and means what it says
            text, page = repaired(text)
        text = self._clean(text)
        if not text.strip():
            raise WrongError("the text is empty")
        layers = []
        for n, layer in enumerate(_list(value, "layers"), 1):
            try:
                layers.append(self._layer(layer))
            except WrongError as wrong:
                raise WrongError(f"layer {n}: {wrong}") from wrong
        document = self._document(value, text, page)
        if page:
            self.repaired[page] = self.repaired.get(page, 0) + 1
        paragraph = IncomingParagraph(
            text,
            _position(value, document),
            self._said(value, "lang") or self._options.lang or detect(text),
            self._said(value, "place"),
            tuple(layers),
            self._said(value, "removed_at"),
        )
        return Arrival(document, paragraph)

    def _said(self, value: Value, name: str) -> str:
        """A field that holds a text, as it may be stored; "" where it is absent, as most are."""
        return self._clean(_string(value, name)) if value.get(name) is not None else ""

    def _clean(self, text: str) -> str:
        text, dropped = clean(text)
        self.dropped += dropped
        return text

    def _document(self, value: Value, text: str, page: str | None) -> IncomingDocument:
        """The one that is named; else the record is a document of its own."""
        uri = self._said(value, "document")
        title = self._said(value, "title")
        metadata = self._metadata(value)
        if page:
            metadata["repaired"] = page
        if uri:
            name = title or uri.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            return IncomingDocument(uri, name, metadata, added=self._said(value, "added"))
        id_field = self._options.id_field
        if id_field is None:
            name = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
        elif value.get(id_field) in (None, ""):
            raise WrongError(f"there is no field “{id_field}” to name the record")
        else:
            name = self._clean(str(value[id_field]))
        return IncomingDocument(f"{self._where}#{name}", title or name, metadata, record=id_field is not None)

    def _metadata(self, value: Value) -> dict[str, str]:
        """What a document says of itself, as the names and values that an export writes."""
        pairs = _list(value, "metadata")
        if not all(isinstance(pair, dict) for pair in pairs):
            raise WrongError("“metadata” is a list of names and values")
        return {self._said(pair, "name"): self._said(pair, "value") for pair in pairs}

    def _layer(self, value: object) -> IncomingLayer:
        if not isinstance(value, dict):
            raise WrongError("it is not an object")
        kind = _string(value, "kind")
        if not _KIND.match(kind):
            raise WrongError(f"“{kind}” is no kind, which has 2 to 32 small letters, digits and _")
        if "text" not in value:
            raise WrongError("it has no text")
        tags = [self._clean(tag).split() if isinstance(tag, str) else [] for tag in _list(value, "tags")]
        if not all(len(words) == 1 for words in tags):
            raise WrongError("tags are words without spaces")
        layer = IncomingLayer(
            kind,
            self._said(value, "text"),
            _choice(Status, value, "status", Status.PENDING),
            tuple(sorted({tag for (tag,) in tags})),
            _flag(value, "flagged"),
            _choice(Origin, value, "origin", Origin.IMPORTED),
            *self._made(value),
            reason=self._said(value, "reason"),
        )
        past = [self._version(version, number) for number, version in enumerate(_list(value, "versions"), 1)]
        return _with_past(layer, tuple(past), _count(value, "head", len(past))) if past else layer

    def _version(self, value: object, number: int) -> IncomingVersion:
        """The n-th version of a layer's past."""
        if not isinstance(value, dict) or "text" not in value:
            raise WrongError(f"version {number} is not an object with a text")
        return IncomingVersion(
            self._said(value, "text"),
            _choice(Origin, value, "origin", Origin.IMPORTED),
            *self._made(value),
            _count(value, "parent", number - 1),
            self._said(value, "lost"),
            self._said(value, "reason"),
        )

    def _made(self, value: Value) -> _Made:
        """How a text was made, in the order in which layers and versions have it."""
        return (
            self._said(value, "model"),
            self._said(value, "instruction"),
            self._said(value, "recipe"),
            self._said(value, "effort"),
            _number(value, "input_tokens", int),
            _number(value, "output_tokens", int),
            _number(value, "cost_usd", float),
            self._said(value, "created_at"),
        )


def _with_past(layer: IncomingLayer, versions: tuple[IncomingVersion, ...], head: int) -> IncomingLayer:
    """A layer with its versions; a text that is none of theirs, changed in the file, is the newest."""
    if not head or versions[head - 1].text != layer.text:
        versions += (IncomingVersion(layer.text, layer.origin, layer.model, parent=head),)
        head = len(versions)
    return replace(layer, versions=versions, head=head)


def _string(value: Value, name: str) -> str:
    found = value.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise WrongError(f"“{name}” is not a text")
    return found


def _list(value: Value, name: str) -> list[Any]:
    found = value.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise WrongError(f"“{name}” is not a list")
    return found


def _flag(value: Value, name: str) -> bool:
    found = value.get(name)
    if found is None:
        return False
    if not isinstance(found, bool):
        raise WrongError(f"“{name}” is true or false")
    return found


def _position(value: Value, document: IncomingDocument) -> int:
    found = value.get("position")
    if found is None:
        return UNPLACED if value.get("document") and not document.record else 0
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= LAST_POSITION:
        raise WrongError("“position” is a whole number from 0")
    return found


def _count(value: Value, name: str, most: int) -> int:
    found = _number(value, name, int) or 0
    if not 0 <= found <= most:
        raise WrongError(f"“{name}” is {found}, and there are {most} versions")
    return int(found)


def _number(value: Value, name: str, kind: type[Any]) -> Any:
    found = value.get(name)
    if found is None or found == "":
        return None
    if isinstance(found, bool) or not isinstance(found, (int, kind)) or not 0 <= found <= _MOST:
        raise WrongError(f"“{name}” is not a number from 0")
    return kind(found)


def _choice(choices: type[_Enum], value: Value, name: str, default: _Enum) -> _Enum:
    found = value.get(name)
    if found in (None, ""):
        return default
    if not isinstance(found, str) or found not in choices._value2member_map_:
        raise WrongError(f"“{name}” is none of {', '.join(choices)}")
    return choices(found)
