"""Texts of ordinary length for benchmarks, as many as are asked for: the n-th is always the same."""

from __future__ import annotations

from random import Random

KINDS = ("definition", "question", "paradox")
_WORDS = str.split(
    "justice deed norm promise map land proof cause law custom measure village judge river memory silence price coin"
    " witness morning road border a the of and to in which that nobody everybody seldom because until before unless"
    " справедливость причина мера обещание память"
)


def _sentence(lots: Random, words: int) -> str:
    return " ".join(lots.choices(_WORDS, k=words)).capitalize() + "."


def source(n: int) -> str:
    """A paragraph of some 600 characters."""
    lots = Random(n)
    return " ".join(_sentence(lots, lots.randint(6, 18)) for _ in range(8))


def layer(n: int, kind: str) -> str:
    """Four items of one layer of the n-th paragraph; the first quotes it."""
    lots = Random(f"{n} {kind}")
    quoted = " ".join(source(n).split()[3:6])
    items = [f"(1) “{quoted}” {_sentence(lots, 9)} — [{lots.choice(_WORDS)} / {lots.choice(_WORDS)}]"]
    items += [f"({number}) {_sentence(lots, lots.randint(6, 16))}" for number in (2, 3, 4)]
    return "\n".join(items)
