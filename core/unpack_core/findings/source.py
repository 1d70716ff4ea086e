"""A layer against its paragraph: what it quotes, copies, and in which language it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from unpack_core.findings.commonplace import stem
from unpack_core.findings.finding import Finding
from unpack_core.findings.reading import (
    COPIED_RUN,
    INNER_QUOTATION,
    Reading,
    Word,
    name_of,
    source_of,
    start_of,
    words_of,
)
from unpack_core.language import detect, primary
from unpack_core.model import Span

COPIED_LETTERS = 40
"""The least that is called a copy, in letters of an alphabet; a Chinese or Japanese character counts as three."""
COPIED_SHARE = 0.6
"""Of a point's words."""


def quote_not_found(layer: Reading) -> Iterator[Finding]:
    """Words that stand nowhere, and words that stand there otherwise: other endings pass, other words do not.

    Nor do words that are left out without a mark, since one of them may be the “not”.
    """
    for item, place in layer.grounded:
        if not item.quote:
            continue
        if place is None:
            message = f"{name_of(item)} quotes “{start_of(item.quote)}”, which is not in the paragraph."
            yield Finding("quote-not-found", message, item.quote_span)
        elif place.score < 100:
            there = layer.source[place.span.start : place.span.end]
            words, theirs = layer.within(item.quote_span), [_root(word) for word in words_of(there)]
            other = [word for word in words if _root(word) not in theirs]
            if other or _left_out({_root(word) for word in words}, theirs):
                span = Span(other[0].start, other[-1].end) if other else item.quote_span
                message = f"{name_of(item)} quotes “{start_of(item.quote)}”; the paragraph has “{start_of(there, 60)}”."
                yield Finding("quote-not-found", message, span, place.span)


def _root(word: Word) -> str:
    return stem(word.text)[:4]


def _left_out(quoted: set[str], theirs: list[str]) -> bool:
    """Whether the source has other words between those that are quoted."""
    places = [at for at, word in enumerate(theirs) if word in quoted]
    return bool(places) and len(places) < places[-1] - places[0] + 1


def copies_source(layer: Reading) -> Iterator[Finding]:
    """A point most of whose words stand in the source in runs of five and more, its inner quotations aside."""
    source = source_of(layer.source)
    if source.runs.keys().isdisjoint(_runs(layer.words)):
        return
    for item, _ in layer.grounded:
        words = layer.within(item.text_span)
        quoted = [found.span() for found in INNER_QUOTATION.finditer(layer.text, *_ends(item.text_span))]
        words = [word for word in words if not any(start < word.start < end for start, end in quoted)]
        runs = [(at, source.runs[run]) for at, run in enumerate(_runs(words)) if run in source.runs]
        copied = sorted({at + n for at, _ in runs for n in range(COPIED_RUN)})
        letters = sum(len(words[at].text) * (3 if words[at].text >= "\u3000" else 1) for at in copied)
        if letters >= COPIED_LETTERS and len(copied) >= COPIED_SHARE * len(words):
            first, last = source.words[runs[0][1]], source.words[runs[-1][1] + COPIED_RUN - 1]
            there = Span(first.start, last.end) if first.start < last.end else Span(first.start, first.end)
            message = f"{name_of(item)} repeats the paragraph word for word: “{start_of(layer.source[there.start :])}”"
            yield Finding("copies-source", message, Span(words[copied[0]].start, words[copied[-1]].end), there)


def _runs(words: Iterable[Word]) -> Iterator[tuple[str, ...]]:
    said = [word.text for word in words]
    return zip(*(said[n:] for n in range(COPIED_RUN)), strict=False)


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


# --- language --------------------------------------------------------------------------------------------------

_LANGUAGES = {"en": "English", "ru": "Russian", "uk": "Ukrainian", "de": "German", "fr": "French", "es": "Spanish"}
_LANGUAGES |= {"it": "Italian", "ja": "Japanese", "zh": "Chinese", "ko": "Korean"}
"""Those that `detect` can tell. Any other is read as one of its script: Bulgarian as Russian, Portuguese as Spanish."""
_SCRIPTS = {"ru": "Cyrillic", "uk": "Cyrillic", "ja": "Chinese characters", "zh": "Chinese characters", "ko": "Hangul"}
_SAME_SCRIPT_LETTERS = 60
"""Languages of one script are told apart by common words and single letters: not in fewer letters than this."""


def wrong_language(layer: Reading) -> Iterator[Finding]:
    """The language of the layer's own words; quotations, also those inside a point, may be in any.

    A layer that reads as its paragraph does is in its language, whatever that is said to be.
    """
    spans = [span for item, _ in layer.grounded for span in (item.text_span, item.answer_span) if span]
    own = INNER_QUOTATION.sub(" ", " ".join(layer.text[span.start : span.end] for span in spans))
    if len(own) < 12:
        return
    said, read, used = primary(layer.lang), source_of(layer.source).lang, detect(own)
    wanted = said if said in _LANGUAGES else read
    if not wanted or not used or used in (wanted, read):
        return
    unsure = wanted != said or len(own) < _SAME_SCRIPT_LETTERS or {wanted, used} == {"ja", "zh"}
    if unsure and _SCRIPTS.get(wanted, "Latin") == _SCRIPTS.get(used, "Latin"):
        return
    if wanted == said:
        message = f"The paragraph is in {_LANGUAGES[wanted]}, the layer in {_LANGUAGES[used]}."
    else:
        message = f"The layer is in {_LANGUAGES[used]}, which the paragraph is not."
    yield Finding("wrong-language", message, Span(spans[0].start, spans[-1].end))
