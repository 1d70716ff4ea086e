"""The unpacked notation: text to items and back, total and lossless.

    (1) “norms of morality” Which morality? — [cultural / universal]
    (2) Can there be an amoral justice? — [paradox]

An item begins at a line that starts with `(n)` and goes on until the next one. Directly after the number it may quote
the source; at its end it may answer in brackets after a dash. Every string can be read: what stands before the first
number is an item of plain text, and so is a text without numbers. Every item owns its stretch of the text, line ends
and all, so that `format(parse(text)) == text` for every string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from unpack_core.language import primary
from unpack_core.model import Span

_NUMBER = re.compile(r"(?<![^\r\n])[^\S\r\n]*(\(([0-9]{1,3})\))")  # no more digits: `(1984)` is a year
_BREAK_BEFORE_NUMBER = re.compile(r"[\r\n]\s*(?=\([0-9]{1,3}\))")

_CLOSING = {"“": "”", "«": "»", '"': '"', "„": "“”", "「": "」"}
_MARKS = {"ru": ("«»", "„“", "“”", '""')}
_MARKS |= {"uk": _MARKS["ru"], "be": _MARKS["ru"]}
_OTHER_MARKS = ("“”", "«»", '""', "„“")
_DASHES = "—–-"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a layer. All spans are code points of the layer's text, None for what is not there."""

    number: int | None
    """As written; None for plain text."""
    quote: str
    """The quoted words without their marks, "" if none."""
    text: str
    """The point, without white space around it; it may hold line ends."""
    answer: str
    """What stands in the brackets, "" if nothing does."""
    raw: str
    """The item as it stands in the text, up to the next item: all raws joined are the text."""
    span: Span
    """Where `raw` stands."""
    number_span: Span | None
    """The number with its parentheses."""
    quote_span: Span | None
    """The quoted words, without their marks."""
    quotation_span: Span | None
    """The quoted words with their marks."""
    text_span: Span
    """The point; may be empty."""
    answer_span: Span | None
    """The words of the answer; None where the brackets hold none."""
    bracket_span: Span | None
    """The answer with its brackets; also there when they are empty."""


def parse(text: str) -> tuple[Item, ...]:
    """The items of a layer's text, in order. Total: any string will do, lone surrogates too; none only for ""."""
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return (_plain(text, len(text)),) if text else ()
    starts = [number.start() for number in numbers]
    items = []
    if text[: starts[0]].strip():
        items.append(_plain(text, starts[0]))
    else:
        starts[0] = 0  # blank lines above the first item are its own
    ends = [*starts[1:], len(text)]
    items += [_numbered(text, *place) for place in zip(starts, ends, numbers, strict=True)]
    return tuple(items)


def format(items: Iterable[Item]) -> str:  # noqa: A001  the word for it; nothing here formats values
    """The text that the items were read from."""
    return "".join(item.raw for item in items)


def compose(items: Iterable[tuple[str, str, str]], lang: str = "") -> str:
    """The notation of (quote, text, answer) triples, numbered from 1, in the quotation marks of a language.

    Reading it gives the triples back, white space around their parts aside, unless the notation cannot say them: a
    text that begins with a quotation or ends like an answer is read as having one, and an answer is read whole only
    if its brackets balance. Marks around a quote and brackets around an answer are not doubled.
    """
    return "\n".join(_composed(number, *parts, lang) for number, parts in enumerate(items, 1))


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of a text's items as they are written."""
    return tuple(item.number for item in parse(text) if item.number is not None)


def misnumbered(text: str) -> tuple[tuple[Span, str], ...]:
    """Where a number is not the one that counting 1, 2, 3, … gives, and what should stand there."""
    numbered = [item.number_span for item in parse(text) if item.number_span]
    counted = ((span, f"({count})") for count, span in enumerate(numbered, 1))
    return tuple((span, number) for span, number in counted if text[span.start : span.end] != number)


def renumber(text: str) -> str:
    """The text with its numbered items counted 1, 2, 3, … and everything else untouched."""
    pieces, at = [], 0
    for span, number in misnumbered(text):
        pieces += [text[at : span.start], number]
        at = span.end
    return "".join(pieces) + text[at:]


def renumbered(text: str, since: str) -> str:
    """The text, counted anew if its items are not numbered as they were before: whoever mends a word counts nothing."""
    return text if numbers(text) == numbers(since) else renumber(text)


# --- reading ---------------------------------------------------------------------------------------------------


def _plain(text: str, end: int) -> Item:
    start, stop = _trimmed(text, 0, end)
    return Item(
        None, "", text[start:stop], "", text[:end], Span(0, end), None, None, None, Span(start, stop), None, None
    )


def _numbered(text: str, start: int, end: int, number: re.Match[str]) -> Item:
    at, stop = _trimmed(text, number.end(), end)
    quote_span = quotation_span = answer_span = bracket_span = None

    closing = _closing_mark(text, at, stop)
    if closing is not None:
        words = _trimmed(text, at + 1, closing)
        if words[0] < words[1]:
            quote_span, quotation_span = Span(*words), Span(at, closing + 1)
            at, stop = _trimmed(text, closing + 1, stop)

    opening = _opening_bracket(text, at, stop)
    if opening is not None:
        dash = _trimmed(text, at, opening)[1] - 1
        if dash >= at and text[dash] in _DASHES and (dash == at or text[dash - 1].isspace()):
            bracket_span = Span(opening, stop)
            words = _trimmed(text, opening + 1, stop - 1)
            answer_span = Span(*words) if words[0] < words[1] else None
            at, stop = _trimmed(text, at, dash)

    return Item(
        number=int(number[2]),
        quote=text[quote_span.start : quote_span.end] if quote_span else "",
        text=text[at:stop],
        answer=text[answer_span.start : answer_span.end] if answer_span else "",
        raw=text[start:end],
        span=Span(start, end),
        number_span=Span(*number.span(1)),
        quote_span=quote_span,
        quotation_span=quotation_span,
        text_span=Span(at, stop),
        answer_span=answer_span,
        bracket_span=bracket_span,
    )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without white space at its ends; a blank one is empty, at its start."""
    words = text[start:end].rstrip()
    return start + len(words) - len(words.lstrip()), start + len(words)


def _closing_mark(text: str, at: int, end: int) -> int | None:
    """Where the quotation that opens at `at` closes; quotations in the same marks may stand inside it."""
    opening = text[at : min(at + 1, end)]
    closing = _CLOSING.get(opening)
    if closing is None:
        return None
    depth = 1
    for place in range(at + 1, end):
        if text[place] in closing:
            depth -= 1
            if depth == 0:
                return place
        elif text[place] == opening:
            depth += 1
    return None


def _opening_bracket(text: str, start: int, end: int) -> int | None:
    """Where the bracket opens that closes at the very end."""
    if end <= start or text[end - 1] != "]":
        return None
    depth = 0
    for place in range(end - 1, start - 1, -1):
        depth += (text[place] == "]") - (text[place] == "[")
        if depth == 0:
            return place
    return None


# --- writing ---------------------------------------------------------------------------------------------------


def _composed(number: int, quote: str, text: str, answer: str, lang: str) -> str:
    quote, answer = _unquoted(quote.strip()), _unbracketed(answer.strip())
    parts = [f"({number})", _quoted(quote, lang) if quote else "", text.strip(), f"— [{answer}]" if answer else ""]
    return _BREAK_BEFORE_NUMBER.sub(" ", " ".join(part for part in parts if part))


def _unquoted(quote: str) -> str:
    return quote[1:-1].strip() if _closing_mark(quote, 0, len(quote)) == len(quote) - 1 else quote


def _unbracketed(answer: str) -> str:
    return answer[1:-1].strip() if _opening_bracket(answer, 0, len(answer)) == 0 else answer


def _quoted(quote: str, lang: str) -> str:
    """The quote in the first marks of the language that it does not use itself, else in the first that read back."""
    choices = _MARKS.get(primary(lang), _OTHER_MARKS)
    free = [marks for marks in choices if not set(marks) & set(quote)]
    quoted = [marks[0] + quote + marks[1] for marks in free + list(choices)]
    return next((whole for whole in quoted if _closing_mark(whole, 0, len(whole)) == len(whole) - 1), quoted[0])
