"""What a finding is, and the names that there are."""

from __future__ import annotations

from dataclasses import dataclass

from unpack_core.model import Span


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
