"""What a model answered, read into layers: total, whatever came, and nothing readable is lost. Pure.

Looked at in this order: why it stopped, the JSON, the keys, the lengths, then each layer as a curator would read it:
its quotations, its language, markup and brackets that leaked into it. Small slips are mended in silence (numbers,
brackets and marks that the program puts itself; a quotation that the paragraph has in other typography). What cannot be
mended is a fault with its sentence: it goes into the repair, or stands beside the request. A layer with a fault of the
second sort is `doubtful`: worth asking for once more, and better than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from unpack_core.clean import clean
from unpack_core.findings.looking import check
from unpack_core.generate.loose import values
from unpack_core.grounding import locate
from unpack_core.notation import compose, parse

MOST_ITEMS = 20
MOST_LETTERS = 2000
"""Of an item's fields: what is longer is no annotation."""

_FIELDS = ("quote", "text", "answer")
_NUMBER = re.compile(r"^\s*(?:\(\d{1,3}\)|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*([^*\n]+)\*\*|(?<!\w)__([^_\n]+)__(?!\w)")
_FORM = {"quote-not-found": "misquoted", "wrong-language": "wrong language", "markup-leak": "markup"}
"""The findings that are faults of form, in the order in which they are looked at: a model can mend them if it is told.
The others are matters of judgement, and wait for the curator."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be used; `kind` is "" where the whole answer is meant."""

    kind: str
    name: str
    """Two words at most, to count faults by."""
    sentence: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What could be read."""

    layers: Mapping[str, str]
    """By kind, in the order asked for: texts in the notation."""
    faults: tuple[Fault, ...]
    state: str
    """`done`, `faulty` (a kind did not come in a usable form), `refused`, or `cut` (it ran out of tokens)."""
    nothing: tuple[str, ...] = ()
    """Kinds that the model had nothing to say in, as it may: their arrays are empty."""
    doubtful: frozenset[str] = frozenset()
    """Of the layers, those that a model may do better once it is told what is wrong."""


def read(body: Mapping[str, Any], kinds: Sequence[str], paragraph: str, lang: str) -> Answer:
    """Read the API's message, as JSON: any JSON will do. Quotations are those of `paragraph`, marks those of `lang`."""
    text = said(body)
    reason = body.get("stop_reason")
    if reason == "refusal":
        return Answer({}, (Fault("", "refused", "The model refused this paragraph."),), "refused")
    cut = reason == "max_tokens"
    if not text.strip():
        why = "It ran out of tokens before it said anything." if cut else "The answer is empty."
        return Answer({}, (Fault("", "out of tokens" if cut else "empty", why),), "cut" if cut else "faulty")
    found = _object(text, kinds)
    if found is None:
        why = "It ran out of tokens in the middle of its JSON." if cut else "The answer is not the JSON object."
        return Answer({}, (Fault("", "out of tokens" if cut else "not JSON", why),), "cut" if cut else "faulty")
    layers: dict[str, str] = {}
    faults: list[Fault] = []
    nothing = tuple(kind for kind in kinds if found.get(kind) == [])
    for kind in kinds:
        items, wrong = _items(found.get(kind), kind, kind in found)
        faults += wrong
        if triples := [_mended(item, paragraph) for item in items]:
            layers[kind] = clean(compose(triples, lang))[0]
    looked = [fault for kind, layer in layers.items() for fault in _looked_at(kind, layer, paragraph, lang)]
    whole = len(layers) + len(nothing) == len(kinds)
    if cut and not whole:
        faults.insert(0, Fault("", "out of tokens", "It ran out of tokens before it had written every layer."))
    return Answer(
        layers, (*faults, *looked), "done" if whole else "cut" if cut else "faulty", nothing,
        frozenset(fault.kind for fault in looked),
    )  # fmt: skip


def said(body: Mapping[str, Any]) -> str:
    """A message's blocks of text as one, between others of thinking; where there are none, what it hands to a tool.

    Some write a word before the JSON, or break it, and gateways have a schema kept to by asking as for a tool.
    """
    content = body.get("content")
    if isinstance(content, str):
        return content
    blocks = [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
    texts = [block["text"] for block in blocks if block.get("type") == "text" and isinstance(block.get("text"), str)]
    handed = [
        block["input"] for block in blocks if block.get("type") == "tool_use" and isinstance(block.get("input"), dict)
    ]
    return "".join(texts) or "".join(orjson.dumps(one).decode() for one in handed[:1])


def _object(text: str, kinds: Sequence[str]) -> dict[str, Any] | None:
    """The layers as an object: the first value in the text that has one of the kinds, else the first object at all."""
    rest = None
    for value in values(text):
        found = _by_kind(value, kinds)
        if found is not None and not found.keys().isdisjoint(kinds):
            return found
        rest = rest or found
    return rest


def _by_kind(value: object, kinds: Sequence[str]) -> dict[str, Any] | None:
    """A value as an object of layers: small models write “Definition”, or the one layer's items alone."""
    if isinstance(value, dict) and value.keys().isdisjoint(kinds):
        value = {name.strip().casefold(): items for name, items in value.items()} | value
    if len(kinds) == 1 and _is_item(value):
        return {kinds[0]: [value]}
    if len(kinds) == 1 and isinstance(value, list) and all(map(_is_item, value)):
        return {kinds[0]: value}
    return value if isinstance(value, dict) else None


def _is_item(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("text"), str) and value.keys() <= set(_FIELDS)


# --- items -----------------------------------------------------------------------------------------------------


def _items(found: object, kind: str, there: bool) -> tuple[list[dict[str, str]], list[Fault]]:
    """The usable items under a kind, and what is wrong with the rest."""
    if not there:
        return [], [Fault(kind, "layer missing", f"“{kind}” is missing.")]
    if isinstance(found, (dict, str)):
        found = [found]  # one item without its array
    if not isinstance(found, list):
        return [], [Fault(kind, "wrong shape", f"“{kind}” is not an array of items.")]
    items: list[dict[str, str]] = []
    faults: list[Fault] = []
    for n, item in enumerate(found[:MOST_ITEMS], 1):
        if isinstance(item, str):
            item = {"text": item}
        if not isinstance(item, dict) or not all(isinstance(item.get(name, ""), str) for name in _FIELDS):
            sentence = f"Item {n} of “{kind}” is not an object of the strings quote, text and answer."
            faults.append(Fault(kind, "wrong shape", sentence))
            continue
        fields = {name: clean(item.get(name, ""))[0].strip() for name in _FIELDS}
        if not fields["text"] and not fields["quote"]:
            faults.append(Fault(kind, "says nothing", f"Item {n} of “{kind}” says nothing."))
        elif any(len(field) > MOST_LETTERS for field in fields.values()):
            faults.append(Fault(kind, "too long", f"Item {n} of “{kind}” is longer than {MOST_LETTERS:,} letters."))
        else:
            items.append(fields)
    return items, faults


def _mended(item: Mapping[str, str], paragraph: str) -> tuple[str, str, str]:
    """An item as (quote, text, answer): the paragraph's own letters quoted, nothing that the program puts itself."""
    quote = item["quote"]
    place = locate(quote, paragraph) if quote else None
    if place:
        quote = paragraph[place.span.start : place.span.end]
    text = _one_paragraph(_NUMBER.sub("", item["text"], count=1))
    text = _EMPHASIS.sub(lambda found: found[0] if found[0] in paragraph else found[1] or found[2], text)
    return _apart(_one_paragraph(quote), text, _one_paragraph(item["answer"]))


def _apart(quote: str, text: str, answer: str) -> tuple[str, str, str]:
    """The same without what a model said twice: the quotation or the bracket in the text as well as in its field."""
    before = len("(1) ")
    inner = parse(f"(1) {text}")[0]
    if quote and inner.quotation_span and inner.quote == quote:
        text = text[inner.quotation_span.end - before :].strip()
        inner = parse(f"(1) {text}")[0]
    if inner.bracket_span and answer.strip("[] ") in ("", inner.answer):
        text, answer = text[: inner.bracket_span.start - before].rstrip(" —–-"), inner.answer
    if answer.count("[") != answer.count("]"):
        answer = answer.strip("[] ")
    return quote, text, answer


def _looked_at(kind: str, layer: str, paragraph: str, lang: str) -> list[Fault]:
    """What is wrong with the form of a layer as it would be shown."""
    found = [
        Fault(kind, _FORM[finding.name], f"“{kind}”: {finding.message}")
        for finding in check(layer, paragraph, kind=kind, lang=lang)
        if finding.name in _FORM
    ]
    names = list(_FORM.values())
    brackets = [
        Fault(kind, "brackets", f"“{kind}”: Item {item.number} has brackets of its own at the end of its text.")
        for item in parse(layer)
        if item.answer and item.text.endswith("]")
    ]
    return sorted(found, key=lambda fault: names.index(fault.name)) + brackets


def _one_paragraph(text: str) -> str:
    return " ".join(text.split())
