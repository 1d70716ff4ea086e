"""What a rule of the offline drafter is."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What to look for in a sentence, and what to say: templates over the groups of the pattern."""

    kind: str
    pattern: re.Pattern[str]
    """Its group `quote` is what the item quotes."""
    forms: tuple[tuple[str, str], ...]
    """(text, answer); `{name}` stands for a group. Which one is taken hangs on the quotation."""
    role: str = ""
    """Of a connective: what it makes of its sentence, named in the order of the steps."""
    last: bool = False
    """For want of anything better: any sentence will do, and one item is enough."""


def rule(kind: str, pattern: str, *forms: tuple[str, str] | str, role: str = "", last: bool = False) -> Rule:
    """A rule by its pattern, which looks at whole words whatever their case."""
    said = tuple(form if isinstance(form, tuple) else (form, "") for form in forms)
    return Rule(kind, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), said, role, last)


def names(kind: str, pattern: str, *forms: str) -> Rule:
    """A rule that tells capitals from small letters."""
    return Rule(kind, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), tuple((form, "") for form in forms))
