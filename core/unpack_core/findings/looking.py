"""All checks of a layer's text, one after the other."""

from __future__ import annotations

from collections.abc import Mapping

from unpack_core.findings.finding import Finding
from unpack_core.findings.form import empty_answer, markup_leak, too_short, truncated
from unpack_core.findings.obedience import follows_instructions
from unpack_core.findings.reading import Reading, words_of
from unpack_core.findings.sameness import common_openings, flat, template_opening
from unpack_core.findings.source import copies_source, quote_not_found, wrong_language
from unpack_core.grounding import ground

__all__ = ["check", "common_openings"]

_CHECKS = (  # the weightiest first, as in NAMES
    follows_instructions,
    wrong_language,
    truncated,
    copies_source,
    quote_not_found,
    empty_answer,
    flat,
    markup_leak,
    too_short,
)


def check(
    text: str, source: str, *, kind: str, lang: str, openings: Mapping[str, float] | None = None
) -> tuple[Finding, ...]:
    """What is wrong with a layer's text, the weightiest first. Total: any text will do.

    `source` is the paragraph and `lang` its language, "" where it is not known. `openings` are the `common_openings` of
    the batch's layers of this kind; without them `template-opening` is not looked for.
    """
    layer = Reading(text, source, kind, lang, ground(text, source), words_of(text))
    found = [finding for looked in _CHECKS for finding in looked(layer)]
    if openings:
        found += template_opening(layer, openings)
    return tuple(found)
