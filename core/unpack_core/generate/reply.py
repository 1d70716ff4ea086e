"""An answer as it came, made storable, and the tokens that are paid for. Pure: any JSON will do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from unpack_core.generate.price import Usage
from unpack_core.generate.secrets import NO_WORD, without_keys
from unpack_core.plain import one_line

_MOST_TOKENS = 2**53
"""A count of more, or of less than none, is no count."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: the API's message as JSON, and the tokens that are paid for."""

    body: dict[str, Any]
    usage: Usage

    @property
    def is_error(self) -> bool:
        """Whether it is an error that came as an answer does, and cost nothing: one that did is kept like any other."""
        called = self.body.get("type") == "error" or bool(self.body.get("error"))
        return called and not self.body.get("content") and not self.usage.counted


def reply_of(body: dict[str, Any]) -> Reply:
    """Raises TypeError where it is no object, has nothing of an answer, or nests deeper than anybody looks."""
    body = _storable(body)
    reply = Reply(body, _usage(body))
    if "content" not in body and not reply.usage.counted and not reply.is_error:
        raise TypeError("An answer has content.")
    return reply


def complaint(told: Mapping[str, Any]) -> str:
    """What an error says, however deep, as `{"error": {"error": {"message": …}}}`; "" where there is none."""
    said = told.get("error")
    while isinstance(said, dict):
        said = said.get("message") or said.get("error")
    return one_line(without_keys(str(said or "")), 200)


def _storable(body: dict[str, Any]) -> dict[str, Any]:
    """The same as JSON that everybody reads: without halves of letters, numbers that have no end, and our keys."""
    if not isinstance(body, dict):
        raise TypeError("An answer is an object.")
    try:
        written = orjson.dumps(body).decode()
    except TypeError:
        body = json.loads(json.dumps(body, ensure_ascii=False).encode(errors="replace"), parse_int=float)
        written = orjson.dumps(body).decode()
    blotted = without_keys(written, shortest=NO_WORD)
    return body if blotted == written else orjson.loads(blotted)


def _usage(body: Mapping[str, Any]) -> Usage:
    said = body.get("usage")
    counts = said if isinstance(said, dict) else {}
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    return Usage(*(_tokens(counts.get(name)) for name in names))


def _tokens(said: object) -> int:
    counted = isinstance(said, (int, float)) and 0 <= said < _MOST_TOKENS
    return int(said) if counted else 0  # type: ignore[call-overload]  # a number, see above
