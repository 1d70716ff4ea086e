"""The named faults that a reading of a layer beside its paragraph shows: deterministic, no model asked.

A finding is a reason to look, not a verdict. Each check would rather miss a fault than cry at a good layer, since an
alarm that is mostly false is soon not read at all.

Here is what they are called; `looking` is how they look, with patterns that whoever only shows findings does not need.
"""

from unpack_core.findings.finding import NAMES, Check, Finding

__all__ = ["NAMES", "REVISION", "Check", "Finding"]

REVISION = 2
"""Of the checks: raise it with them, and everything is checked anew."""
