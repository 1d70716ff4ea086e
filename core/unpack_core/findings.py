"""The named faults that a reading of a layer beside its paragraph shows: deterministic, no model asked.

A finding is a reason to look, not a verdict. Each check would rather miss a fault than cry at a good layer, since an
alarm that is mostly false is soon not read at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from unpack_core.commonplace import COMMONPLACES, CUT_SHORT, FUNCTION_WORDS, stem
from unpack_core.corpus.language import detect
from unpack_core.grounding import Grounding, ground
from unpack_core.model import Span
from unpack_core.notation import Item, parse


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: what, why, and where it can be lit. Spans are code points."""

    name: str
    """A key of `NAMES`."""
    message: str
    """A sentence to the curator."""
    span_in_layer: Span | None = None
    span_in_source: Span | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What a name stands for, and how much it counts in the order of the queue: 1 to 10."""

    meaning: str
    weight: int


NAMES: dict[str, Check] = {
    "follows-instructions": Check("obeys words of the paragraph, or talks as an assistant, instead of annotating", 10),
    "wrong-language": Check("is written in another language than its paragraph", 9),
    "truncated": Check("breaks off in the middle of a sentence, a bracket or a quotation", 8),
    "copies-source": Check("repeats the paragraph where it should say something about it", 7),
    "quote-not-found": Check("quotes words that the paragraph does not say, or not so", 6),
    "empty-answer": Check("has brackets for an answer and nothing in them", 5),
    "flat": Check("says what could be said of any paragraph", 4),
    "markup-leak": Check("shows Markdown, HTML, JSON or a model's control words", 4),
    "too-short": Check("says next to nothing", 3),
    "template-opening": Check("begins with the words that much of its batch begins with", 2),
}
"""Every name of a finding, the weightiest first."""

COPIED_RUN = 5
"""Words in a row that a point must share with the source to count as copied."""
COPIED_LETTERS = 40
"""The least that is called a copy, in letters of an alphabet; a Chinese or Japanese character counts as three."""
COPIED_SHARE = 0.6
"""Of a point's words."""
FEW_WORDS = 3
"""A layer of fewer words, quotations not counted, is too short."""
FLAT_WORDS = 10
"""A point of fewer words is never called flat."""
FLAT_SHARE = 0.8
"""Of a point's words that are not function words: as many must be commonplaces."""
TEMPLATE_WORDS = 5
TEMPLATE_BATCH = 8
TEMPLATE_COUNT = 5
TEMPLATE_SHARE = 0.2
"""An opening of five words is a template in a batch of at least 8 layers of a kind when 5 of them, a fifth, have it."""
REVISION = 1
"""Of the checks: raise it with them, and everything is checked anew."""


def check(
    text: str, source: str, *, kind: str, lang: str, openings: Mapping[str, int] | None = None
) -> tuple[Finding, ...]:
    """What is wrong with a layer's text, the weightiest first. Total: any text will do.

    `source` is the paragraph and `lang` its language, "" where it is not known. `openings` are the `common_openings` of
    the batch's layers of this kind; without them `template-opening` is not looked for.
    """
    layer = _Layer(text, source, kind, lang, ground(text, source), _words(text))
    found = [finding for looked in _CHECKS for finding in looked(layer)]
    if openings:
        found += _template_opening(layer, openings)
    return tuple(sorted(found, key=lambda finding: -NAMES[finding.name].weight)) if len(found) > 1 else tuple(found)


def opening(text: str) -> str:
    """The first five words of the first item's point, case-folded: what layers made to a template have in common."""
    items = parse(text)
    return " ".join(word.text for word in _words(items[0].text)[:TEMPLATE_WORDS]) if items else ""


def common_openings(texts: Iterable[str]) -> dict[str, int]:
    """The openings that are templates among the layers of one kind in one batch, and how many begin so.

    A template is shared by at least 5 layers and by a fifth of at least 8; shorter texts than five words do not count.
    """
    counts = Counter(map(opening, texts))
    least = max(TEMPLATE_COUNT, TEMPLATE_SHARE * counts.total())
    if counts.total() < TEMPLATE_BATCH:
        return {}
    return {
        words: count for words, count in counts.items() if count >= least and words.count(" ") == TEMPLATE_WORDS - 1
    }


# --- words -----------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+(?:['’-][^\W_]+)*")
_INNER_QUOTATION = re.compile("“[^“”]*”|«[^«»]*»|\"[^\"]*\"|„[^„“”]*[“”]|「[^「」]*」")


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    """Case-folded, ё as е; one character of Chinese or Japanese is a word."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """What every check looks at."""

    text: str
    source: str
    kind: str
    lang: str
    grounded: tuple[tuple[Item, Grounding | None], ...]
    words: tuple[_Word, ...]
    """All of the text."""

    def within(self, span: Span | None) -> list[_Word]:
        return [word for word in self.words if span.start <= word.start < span.end] if span else []

    def own(self, item: Item) -> list[_Word]:
        """An item's words that are not a quotation of the source."""
        return self.within(item.text_span) + self.within(item.answer_span)


def _words(text: str) -> tuple[_Word, ...]:
    return tuple(
        _Word(found.start(), found.end(), found[0].casefold().replace("ё", "е")) for found in _WORD.finditer(text)
    )


@dataclass(frozen=True, slots=True)
class _Source:
    words: tuple[_Word, ...]
    runs: dict[tuple[str, ...], int]
    """Where each run of `COPIED_RUN` words begins, in words."""
    stems: frozenset[str]
    lang: str


@lru_cache(maxsize=8)  # a paragraph's layers come together
def _source(text: str) -> _Source:
    words = _words(text)
    said = [word.text for word in words]
    runs = {tuple(said[at : at + COPIED_RUN]): at for at in reversed(range(len(said) - COPIED_RUN + 1))}
    return _Source(words, runs, frozenset(map(stem, said)), detect(text))


def _item(item: Item) -> str:
    return f"Item {item.number}" if item.number is not None else "The text"


def _start(text: str, length: int = 40) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


# --- quotations ------------------------------------------------------------------------------------------------


def _quote_not_found(layer: _Layer) -> Iterator[Finding]:
    """Words that stand nowhere, and words that stand there otherwise: other endings pass, other words do not."""
    for item, place in layer.grounded:
        if not item.quote:
            continue
        if place is None:
            message = f"{_item(item)} quotes “{_start(item.quote)}”, which is not in the paragraph."
            yield Finding("quote-not-found", message, item.quote_span)
        elif place.score < 100:
            there = layer.source[place.span.start : place.span.end]
            stems = {stem(word.text)[:4] for word in _words(there)}
            other = [word for word in layer.within(item.quote_span) if stem(word.text)[:4] not in stems]
            if other:
                message = f"{_item(item)} quotes “{_start(item.quote)}”; the paragraph has “{_start(there, 60)}”."
                yield Finding("quote-not-found", message, Span(other[0].start, other[-1].end), place.span)


def _copies_source(layer: _Layer) -> Iterator[Finding]:
    """A point most of whose words stand in the source in runs of five and more, its inner quotations aside."""
    source = _source(layer.source)
    if source.runs.keys().isdisjoint(_runs(layer.words)):
        return
    for item, _ in layer.grounded:
        words = layer.within(item.text_span)
        quoted = [found.span() for found in _INNER_QUOTATION.finditer(layer.text, *_ends(item.text_span))]
        words = [word for word in words if not any(start < word.start < end for start, end in quoted)]
        runs = [(at, source.runs[run]) for at, run in enumerate(_runs(words)) if run in source.runs]
        copied = sorted({at + n for at, _ in runs for n in range(COPIED_RUN)})
        letters = sum(len(words[at].text) * (3 if words[at].text >= "\u3000" else 1) for at in copied)
        if letters >= COPIED_LETTERS and len(copied) >= COPIED_SHARE * len(words):
            first, last = source.words[runs[0][1]], source.words[runs[-1][1] + COPIED_RUN - 1]
            there = Span(first.start, last.end) if first.start < last.end else Span(first.start, first.end)
            message = f"{_item(item)} repeats the paragraph word for word: “{_start(layer.source[there.start :])}”"
            yield Finding("copies-source", message, Span(words[copied[0]].start, words[copied[-1]].end), there)


def _runs(words: Iterable[_Word]) -> Iterator[tuple[str, ...]]:
    said = [word.text for word in words]
    return zip(*(said[n:] for n in range(COPIED_RUN)), strict=False)


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


# --- language --------------------------------------------------------------------------------------------------

_SCRIPTS = {"ru": "Cyrillic", "uk": "Cyrillic", "ja": "Chinese characters", "zh": "Chinese characters", "ko": "Hangul"}
_SAME_SCRIPT_LETTERS = 60
"""Languages of one script are told apart by common words and single letters: not in fewer letters than this."""


def _wrong_language(layer: _Layer) -> Iterator[Finding]:
    """The language of the layer's own words; quotations, also those inside a point, may be in any."""
    spans = [span for item, _ in layer.grounded for span in (item.text_span, item.answer_span) if span]
    own = _INNER_QUOTATION.sub(" ", " ".join(layer.text[span.start : span.end] for span in spans))
    if len(own) < 12:
        return
    wanted, used = layer.lang.partition("-")[0].lower() or _source(layer.source).lang, detect(own)
    if not wanted or not used or wanted == used:
        return
    if _SCRIPTS.get(wanted, "Latin") == _SCRIPTS.get(used, "Latin") and (
        len(own) < _SAME_SCRIPT_LETTERS or {wanted, used} == {"ja", "zh"}
    ):
        return
    message = f"The paragraph is in {_language(wanted)}, the layer in {_language(used)}."
    yield Finding("wrong-language", message, Span(spans[0].start, spans[-1].end))


def _language(code: str) -> str:
    names = {"en": "English", "ru": "Russian", "uk": "Ukrainian", "de": "German", "fr": "French", "es": "Spanish"}
    names |= {"it": "Italian", "ja": "Japanese", "zh": "Chinese", "ko": "Korean"}
    return names.get(code, code)


# --- whole or not ----------------------------------------------------------------------------------------------

_STOP = re.compile(r"[.!?。！？…]")
_PAIRS = (("[", "]"), ("(", ")"), ("«", "»"), ("“", "”"))


def _truncated(layer: _Layer) -> Iterator[Finding]:
    """A text that is open at its end: in a bracket, on a comma, on a word that no sentence ends in, or without the full
    stop that its other sentences have. A text that uses no full stops at all is not suspected for that.
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
    opened = next((marks for marks in _PAIRS if body.count(marks[0]) > body.count(marks[1])), None)
    if opened and "„" not in body:
        yield Finding("truncated", f"{_item(item)} opens {opened[0]} and never closes it.", where)
    elif end[-1] in ",;:(«“„—–-/":
        yield Finding("truncated", f"{_item(item)} ends in “{end[-1]}”.", where)
    elif last.end == len(end):
        if last.text in CUT_SHORT:
            yield Finding("truncated", f"{_item(item)} ends in “{layer.text[last.start : last.end]}”.", where)
        elif len(words) >= 6 and _has_full_stops(layer):
            message = f"{_item(item)} has no full stop, as the sentences before it have: it may be cut off."
            yield Finding("truncated", message, where)
        elif len(words) >= 12 and body.count(",") + body.count(";") >= 2 and body[0].isupper():
            yield Finding("truncated", f"{_item(item)} is a long sentence without an end.", where)


def _has_full_stops(layer: _Layer) -> bool:
    items = [item for item, _ in layer.grounded]
    earlier = any(item.text and _STOP.match(item.text[-1]) for item in items[:-1] if item.number is not None)
    return earlier or bool(re.search(r"[^\W\d_]{3}[.!?] +[^\W\d_]", items[-1].text))


def _too_short(layer: _Layer) -> Iterator[Finding]:
    own = [(item, layer.own(item)) for item, _ in layer.grounded]
    count = sum(len(words) for _, words in own)
    everything = Span(0, len(layer.text.rstrip())) if layer.text.strip() else None
    if not count:
        yield Finding("too-short", "The layer says nothing.", everything)
    elif count < FEW_WORDS:
        yield Finding("too-short", f"The whole layer is {count} word{'s'[: count - 1]}.", everything)
    else:
        for item, words in own:
            if not words and not item.bracket_span:
                span = item.quotation_span or item.number_span or item.text_span
                yield Finding("too-short", f"{_item(item)} says nothing.", span)


_NOTHING = re.compile(r"[\W_]*|n/?a|tbd|todo|none|null|нет ответа|ответ|answer", re.IGNORECASE)


def _empty_answer(layer: _Layer) -> Iterator[Finding]:
    for item, _ in layer.grounded:
        if item.bracket_span and _NOTHING.fullmatch(item.answer):
            yield Finding("empty-answer", f"{_item(item)} has no answer in its brackets.", item.bracket_span)


# --- said of anything ------------------------------------------------------------------------------------------


def _flat(layer: _Layer) -> Iterator[Finding]:
    """A point of ten words or more that has no word of its own and none of the source's.

    Function words are left out. Of the others four fifths must be commonplaces (`commonplace.COMMONPLACES`: important,
    complex, people, centuries, perspective, …), and none of the rest may occur in the source, by five first letters.
    So an analogy or a counterexample, which shares few words with the paragraph, is not flat: it brings its own. A
    question may be made of common words, and so may a turn of a dialogue: they are held to have no other word at all.
    """
    least = 1.0 if layer.kind in ("question", "dialogue") else FLAT_SHARE
    for item, place in layer.grounded:
        words = layer.own(item)
        if len(words) < FLAT_WORDS:
            continue
        content = [word for word in words if word.text not in FUNCTION_WORDS]
        special = [word for word in content if stem(word.text) not in COMMONPLACES]
        if len(content) < 4 or len(content) - len(special) < (1.0 if place else least) * len(content):
            continue
        if special and not _source(layer.source).stems.isdisjoint(stem(word.text) for word in special):
            continue
        message = f"{_item(item)} would fit any paragraph: “{_start(item.text)}”"
        yield Finding("flat", message, item.text_span)


def _template_opening(layer: _Layer, openings: Mapping[str, int]) -> Iterator[Finding]:
    words = layer.within(layer.grounded[0][0].text_span)[:TEMPLATE_WORDS] if layer.grounded else []
    count = openings.get(" ".join(word.text for word in words), 0)
    if count:
        span = Span(words[0].start, words[-1].end)
        message = f"{count} layers of this kind in the batch begin “{layer.text[span.start : span.end]}”."
        yield Finding("template-opening", message, span)


# --- what is no annotation -------------------------------------------------------------------------------------

_MARKUP = re.compile(
    r"""
    \*\*[^*\n]+\*\* | (?<![\w*])\*[^\s*][^*\n]*\*(?![\w*]) | (?<!\w)__[^_\n]+__(?!\w)  # emphasis
    | ^\#{1,6}[ ]\S | ^[ \t]*[*+•][ ]\S | ^[ \t]*-[ ](?!\[)\S                          # headings, lists
    | `[^`\n]+` | ``` | \[[^\]\n]+\]\(\w                                               # code, links
    | </?[a-z][a-z0-9]{0,11}(?:\s[^<>\n]*)?/?> | &(?:[a-z]{2,6}|\#\d{1,5});            # HTML
    | "(?:quote|text|answer)"\s*: | \\[nt"] | \\u[0-9a-f]{4}                           # JSON
    | <\|[^|>\n]{1,30}\|> | \[/?INST\] | <</?SYS>>                                     # control words
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_MARKUP_SIGNS = re.compile(r'[*_#`<&\\+•]|":|"\s+:|\]\(|\[/?INST|^[ \t]*-', re.MULTILINE)


def _markup_leak(layer: _Layer) -> Iterator[Finding]:
    if not _MARKUP_SIGNS.search(layer.text):  # most texts, at a tenth of the price
        return
    for found in _MARKUP.finditer(layer.text):
        if found[0] not in layer.source:  # a paragraph about HTML may be spoken of
            yield Finding("markup-leak", f"“{_start(found[0])}” is markup, not text.", Span(*found.span()))
            return


_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b(?=[^.!?\n]{0,60}\b(?:instruction|question|prompt|above|previous|everything|rule))"
    r"|\b(?:answer|reply|respond|output|print|say|write|repeat)\b(?=[^.!?\n]{0,30}(?:\bonly\b|\bjust\b|\bexactly\b|\bwords?\b|[“«\"]))"
    r"|\b(?:игнориру|забуд|не обращай)\w*(?=[^.!?\n]{0,60}\b(?:инструкц|вопрос|указани|выше|предыдущ|правил|остальн))"
    r"|\b(?:ответь|отвечай|напиши|скажи|выведи|повтори)(?:те)?\b(?=[^.!?\n]{0,30}(?:\bтолько\b|\bлишь\b|\bслов|[“«\"]))",
    re.IGNORECASE,
)
_ASSISTANT = re.compile(
    r"\bas an? (?:ai|(?:large )?language model|artificial intelligence)\b"
    r"|^(?:sure|certainly|of course|okay|absolutely)[,!.]+ (?:here|i(?:'|’| )(?:ll|will|can|have))\b"
    r"|^here (?:is|are) (?:the|your|an?) (?:\w+ )?(?:annotations?|layers?|unpacking|items?|json|answers?|response)\b"
    r"|^(?:i(?:'|’)m sorry|i am sorry|sorry|i apologi[sz]e),? but i\b"
    r"|^i (?:can(?:'|’|no)t|am unable to) (?:help|assist|comply)"
    r"|\bкак (?:языковая модель|искусственный интеллект|ии-ассистент)\b"
    r"|^(?:конечно|хорошо|разумеется)[,!.]+ (?:вот|я (?:могу|помогу|сделаю))\b"
    r"|^вот (?:ваш[аеи]? |мо[йяеи] )?(?:аннотаци|распаковк|ответ|слои|слой|разбор)\w*\b"
    r"|^(?:извините|простите|к сожалению),? (?:но )?я не (?:могу|буду)\b|^я не могу (?:помочь|выполнить)",
    re.IGNORECASE,
)
_REACH = 160
"""How far after an instruction, in code points, the words may stand that it asks for."""


def _follows_instructions(layer: _Layer) -> Iterator[Finding]:
    """An item that is nothing but words that an instruction in the source asks for, or that speaks as an assistant."""
    for item, _ in layer.grounded:
        spoken = _ASSISTANT.search(item.text)
        if spoken and spoken[0].casefold() not in layer.source.casefold():
            start = item.text_span.start
            span = Span(start + spoken.start(), start + spoken.end())
            yield Finding("follows-instructions", f"{_item(item)} speaks as an assistant: “{spoken[0]}”.", span)
            return
        said = {word.text for word in layer.within(item.text_span)}
        if item.quote or not 0 < len(said) <= 12 or not said <= {word.text for word in _source(layer.source).words}:
            continue
        for asked in _INSTRUCTION.finditer(layer.source):
            there = Span(asked.start(), min(asked.start() + _REACH, len(layer.source)))
            if said <= {word.text for word in _words(layer.source[asked.end() : there.end])}:
                message = f"{_item(item)} says what the paragraph tells its reader to say: “{_start(item.text)}”."
                yield Finding("follows-instructions", message, item.text_span, there)
                return


_CHECKS = (
    _follows_instructions,
    _wrong_language,
    _truncated,
    _copies_source,
    _quote_not_found,
    _empty_answer,
    _flat,
    _markup_leak,
    _too_short,
)
