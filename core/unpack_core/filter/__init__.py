"""One filter language, for the screen, the command line and everything that is done in bulk.

    kind:analogy status:pending tag:weak -tag:keep batch:3 model:claude-* text:"amoral justice" lang:ru

`compiled(store, expression)` gives a Clause, or raises FilterError with where the wrong word stands.
What helps to type one is in `complete`.
"""

from unpack_core.filter.clause import Clause, Count, LiveCount, check, compiled, count, layer_ids
from unpack_core.filter.fields import FIELDS, Field
from unpack_core.filter.terms import for_words, quote

__all__ = [
    "FIELDS",
    "Clause",
    "Count",
    "Field",
    "LiveCount",
    "check",
    "compiled",
    "count",
    "for_words",
    "layer_ids",
    "quote",
]
