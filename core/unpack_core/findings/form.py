"""A layer in itself: whole or cut off, something or nothing, text or markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unpack_core.findings.commonplace import CUT_SHORT
from unpack_core.findings.finding import Finding
from unpack_core.findings.reading import Reading, name_of, start_of
from unpack_core.model import Span
from unpack_core.words import count

FEW_WORDS = 3
"""A layer of fewer words, quotations not counted, is too short."""

_STOP = re.compile(r"[.!?。！？…]")
_PAIRS = (("[", "]"), ("(", ")"), ("«", "»"), ("“", "”"))


def truncated(layer: Reading) -> Iterator[Finding]:
    """A text that is open at its end: in a bracket, on a comma, on a word that no sentence ends in, or without the full
    stop that its other sentences have. A text that uses no full stops at all is not suspected for that, however long.
    """
    item = layer.grounded[-1][0] if layer.grounded else None
    end = layer.text.rstrip()
    if item is None or not end or item.bracket_span or not item.text:
        return
    words = layer.within(item.text_span)
    if not words:
        return
    last, where = words[-1], Span(words[-1].start, len(end))
    body = item.text
    pairs = _PAIRS if "„" not in body else _PAIRS[:-1]  # there “ closes
    opened = next((marks for marks in pairs if body.count(marks[0]) > body.count(marks[1])), None)
    if opened:
        yield Finding("truncated", f"{name_of(item)} opens {opened[0]} and never closes it.", where)
    elif end[-1] in ",;:„—–-/":
        yield Finding("truncated", f"{name_of(item)} ends in “{end[-1]}”.", where)
    elif last.end == len(end):
        if last.text in CUT_SHORT:
            yield Finding("truncated", f"{name_of(item)} ends in “{layer.text[last.start : last.end]}”.", where)
        elif len(words) >= 6 and _has_full_stops(layer):
            message = f"{name_of(item)} has no full stop, as the sentences before it have: it may be cut off."
            yield Finding("truncated", message, where)


def _has_full_stops(layer: Reading) -> bool:
    items = [item for item, _ in layer.grounded]
    earlier = any(item.text and _STOP.match(item.text[-1]) for item in items[:-1] if item.number is not None)
    return earlier or bool(re.search(r"[^\W\d_]{3}[.!?] +[^\W\d_]", items[-1].text))


def too_short(layer: Reading) -> Iterator[Finding]:
    own = [(item, layer.own(item)) for item, _ in layer.grounded]
    number = sum(len(words) for _, words in own)
    everything = Span(0, len(layer.text.rstrip())) if layer.text.strip() else None
    if not number:
        yield Finding("too-short", "The layer says nothing.", everything)
    elif number < FEW_WORDS:
        yield Finding("too-short", f"The whole layer is {count(number, 'word')}.", everything)
    else:
        for item, words in own:
            if not words and not item.bracket_span:
                span = item.quotation_span or item.number_span or item.text_span
                yield Finding("too-short", f"{name_of(item)} says nothing.", span)


_NOTHING = re.compile(r"[\W_]*|n/?a|tbd|todo|null|нет ответа|ответ|answer", re.IGNORECASE)


def empty_answer(layer: Reading) -> Iterator[Finding]:
    for item, _ in layer.grounded:
        if item.bracket_span and _NOTHING.fullmatch(item.answer):
            yield Finding("empty-answer", f"{name_of(item)} has no answer in its brackets.", item.bracket_span)


# --- markup ----------------------------------------------------------------------------------------------------

_MARKUP = re.compile(
    r"""
    \*\*[^*\n]+\*\* | (?<![\w*])\*[^\s*][^*\n]*\*(?![\w*]) | (?<!\w)__[^_\n]+__(?!\w)  # emphasis
    | ^\#{1,6}[ ]\S | ^[ \t]*[*+•][ ]\S | ^[ \t]*-[ ](?!\[)\S                          # headings, lists
    | `[^`\n]+` | ``` | \[[^\]\n]+\]\(\w                                               # code, links
    | </?[a-z][a-z0-9]{0,11}(?:\s[^<>\n]*)?/?> | &(?:[a-z]{2,6}|\#\d{1,5});            # HTML
    | "(?:quote|text|answer)"\s*: | \\[nt](?!(?-i:[a-z])) | \\" | \\u[0-9a-f]{4}           # JSON
    | <\|[^|>\n]{1,30}\|> | \[/?INST\] | <</?SYS>>                                     # control words
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_MARKUP_SIGNS = re.compile(r'[*_#`<&\\+•]|":|"\s+:|\]\(|\[/?INST|^[ \t]*-', re.MULTILINE)


def markup_leak(layer: Reading) -> Iterator[Finding]:
    if not _MARKUP_SIGNS.search(layer.text):  # most texts, at a tenth of the price
        return
    for found in _MARKUP.finditer(layer.text):
        if found[0] not in layer.source:  # a paragraph about HTML may be spoken of
            yield Finding("markup-leak", f"“{start_of(found[0])}” is markup, not text.", Span(*found.span()))
            return
