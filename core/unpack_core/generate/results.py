"""What came of each request of a Message Batch, a line each. Pure: any bytes will do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unpack_core.generate.price import Usage
from unpack_core.generate.reply import complaint, reply_of


@dataclass(frozen=True, slots=True)
class Result:
    """One line of a batch's results; `body` is None where nothing came, and the sentence says why."""

    custom_id: str
    body: dict[str, Any] | None
    usage: Usage
    sentence: str


_NOTHING = Usage(0, 0, 0, 0)
STRANGE = Result("", None, _NOTHING, "")
"""A line that names no request."""


def result_in(line: bytes) -> Result | None:
    """What a line says, STRANGE where it names no request; None where it is no JSON at all."""
    try:
        told = json.loads(line.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return None
    custom_id = told.get("custom_id") if isinstance(told, dict) else None
    if not isinstance(custom_id, str) or not custom_id:
        return STRANGE
    return result_of(custom_id.encode(errors="replace").decode(), told.get("result"))


def result_of(custom_id: str, result: object) -> Result:
    """A result of a Message Batch, from its JSON. A message is an answer, whatever stands beside it."""
    told: Mapping[str, Any] = result if isinstance(result, dict) else {}
    try:
        reply = reply_of(told.get("message"))  # type: ignore[arg-type]  # whatever it is: it is looked at there
    except (TypeError, RecursionError):
        return Result(custom_id, None, _NOTHING, _sentence(told))
    if reply.is_error:
        return Result(custom_id, None, _NOTHING, _sentence(reply.body))
    return Result(custom_id, reply.body, reply.usage, "")


def _sentence(told: Mapping[str, Any]) -> str:
    return {
        "expired": "The batch expired before it was its turn.",
        "canceled": "The batch was cancelled before it was its turn.",
    }.get(str(told.get("type")), f"The batch says: {complaint(told) or 'an error'}.")
