"""Drafts without a model: what a few rules find in a paragraph, marked `offline` on every version.

The rules look for words that carry a layer by themselves: a copula or a dash that defines, a word that presupposes, a
connective, a name, a year. What they cannot know they do not say: for analogy, paradox, counterexample and meta-level
they ask the question that the curator has to answer, held on to words of the paragraph. Something to begin from, and
not exported before somebody has edited or accepted it.
"""

from __future__ import annotations

from unpack_core.generate.offline.draft import MOST_ITEMS, draft
from unpack_core.generate.offline.fill import MODEL, Drafted, fill

__all__ = ["MODEL", "MOST_ITEMS", "Drafted", "draft", "fill"]
