"""How a number of things is said."""

from __future__ import annotations


def count(number: int, noun: str, nouns: str = "") -> str:
    """`1 line`, `2 lines`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {nouns or noun + 's'}"
