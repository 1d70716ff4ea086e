"""One filter language, for the screen, the command line and everything that is done in bulk.

    kind:analogy status:pending tag:weak -tag:keep batch:3 model:claude-* text:"amoral justice" lang:ru

`compiled(store, expression)` gives a Clause, or raises FilterError with where the wrong word stands.
"""

from unpack_core.filter.clause import LAYERS, SOURCES, Clause, Count, LiveCount, check, compiled, count, layer_ids
from unpack_core.filter.complete import Completion, Role, Token, Vocabulary, complete, mistakes, tokens, vocabulary
from unpack_core.filter.fields import FIELDS, Field
from unpack_core.filter.terms import for_words, quote

__all__ = [
    "FIELDS",
    "LAYERS",
    "SOURCES",
    "Clause",
    "Completion",
    "Count",
    "Field",
    "LiveCount",
    "Role",
    "Token",
    "Vocabulary",
    "check",
    "compiled",
    "complete",
    "count",
    "for_words",
    "layer_ids",
    "mistakes",
    "quote",
    "tokens",
    "vocabulary",
]
