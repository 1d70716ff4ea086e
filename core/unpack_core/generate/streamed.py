"""What can be read of an answer while it is still coming: JSON that breaks off anywhere, as lines to look at."""

from __future__ import annotations

import re

import orjson

_FIELD = re.compile(r'"(quote|text|answer)"\s*:\s*"((?:[^"\\]|\\.)*)("?)', re.DOTALL)
_HALF_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")


def so_far(raw: str) -> str:
    """The items that have come, the last one as far as it has; total: any text will do."""
    items: list[dict[str, str]] = []
    for name, letters, closed in _FIELD.findall(raw):
        if not items or name in items[-1]:
            items.append({})
        items[-1][name] = _unescaped(letters if closed else _HALF_ESCAPE.sub("", letters))
    return "\n".join(_line(n, item) for n, item in enumerate(items, 1))


def _unescaped(letters: str) -> str:
    try:
        return str(orjson.loads(f'"{letters}"'))
    except orjson.JSONDecodeError:
        return letters


def _line(n: int, item: dict[str, str]) -> str:
    quotation = f"“{item['quote']}” " if item.get("quote") else ""
    answer = f" — [{item['answer']}]" if item.get("answer") else ""
    return f"({n}) {quotation}{item.get('text', '')}{answer}"
