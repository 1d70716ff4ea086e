"""What says nothing of its own: a point that would fit any paragraph, an opening that much of a batch has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from unpack_core.findings.commonplace import COMMONPLACES, FUNCTION_WORDS, stem
from unpack_core.findings.finding import Finding
from unpack_core.findings.reading import WORD, Reading, folded, name_of, source_of, start_of
from unpack_core.model import Span
from unpack_core.notation import parse

FLAT_WORDS = 10
"""A point of fewer words is never called flat."""
FLAT_SHARE = 0.8
"""Of a point's words that are not function words: as many must be commonplaces."""
TEMPLATE_WORDS = 5
TEMPLATE_REACH = 1000
"""How far into a layer an opening is looked for, in code points: a quotation may stand before it."""
TEMPLATE_BATCH = 8
TEMPLATE_COUNT = 5
TEMPLATE_SHARE = 0.2
"""An opening of five words is a template in a batch of at least 8 layers of a kind when 5 of them, a fifth, have it."""


def opening(text: str) -> str:
    """The first five words of the first item's point, case-folded: what layers made to a template have in common."""
    items = parse(text[:TEMPLATE_REACH])
    words = islice(WORD.finditer(items[0].text), TEMPLATE_WORDS) if items else ()
    return " ".join(folded(word[0]) for word in words)


def common_openings(texts: Iterable[str]) -> dict[str, float]:
    """The openings that are templates among the layers of one kind in one batch, and what share of them begins so.

    A template is shared by at least 5 layers and by a fifth of at least 8; shorter texts than five words do not count.
    """
    counts = Counter(map(opening, texts))
    total = counts.total()
    least = max(TEMPLATE_COUNT, TEMPLATE_SHARE * total)
    if total < TEMPLATE_BATCH:
        return {}
    return {
        words: count / total
        for words, count in counts.items()
        if count >= least and words.count(" ") == TEMPLATE_WORDS - 1
    }


def flat(layer: Reading) -> Iterator[Finding]:
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
        if special and not source_of(layer.source).stems.isdisjoint(stem(word.text) for word in special):
            continue
        message = f"{name_of(item)} would fit any paragraph: “{start_of(item.text)}”"
        yield Finding("flat", message, item.text_span)


def template_opening(layer: Reading, openings: Mapping[str, float]) -> Iterator[Finding]:
    words = layer.within(layer.grounded[0][0].text_span)[:TEMPLATE_WORDS] if layer.grounded else []
    share = openings.get(" ".join(word.text for word in words))
    if share:
        span = Span(words[0].start, words[-1].end)
        begun = layer.text[span.start : span.end]
        message = f"{share:.0%} of the batch’s layers of this kind begin “{begun}”."
        yield Finding("template-opening", message, span)
