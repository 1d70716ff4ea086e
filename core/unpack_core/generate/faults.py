"""What goes wrong between us and an endpoint, sorted by what to do about it.

    PauseError       everybody waits            429, 529
    PassingError     this request again         5xx, a cut line, a timeout
    UnfitError       not this request           400, 413
    NoSchemaError    ask for the shape in words 400 about the schema
    GenerationError  the run is over            401, 402, 403, 404, spend limits, no key

The key is in no sentence here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from unpack_core.errors import GenerationError, UnpackError
from unpack_core.generate.secrets import without_keys
from unpack_core.plain import one_line

if TYPE_CHECKING:
    import anthropic

_SCHEMA_WORDS = ("output_config", "output_format", "json_schema", "compiled grammar", "schema is too")
_MONEY_WORDS = ("credit balance", "spend limit", "spending limit", "billing", "usage limits")
_OVERLOADED = 529
_STATUSES = {
    "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
    "not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "overloaded_error": _OVERLOADED,
}  # fmt: skip
"""What an error in the middle of a stream, whose status was 200 long before, would have been."""
_LONGEST_WAIT = 24 * 60 * 60
"""Seconds: who asks for more than a day is not believed, but asked again now and then."""


class NoKeyError(GenerationError):
    """There is nothing to show to the endpoint."""


class PauseError(UnpackError):
    """Everybody is to wait; `seconds` is what the endpoint asked for, None where it did not say."""

    def __init__(self, message: str, seconds: float | None) -> None:
        super().__init__(message)
        self.seconds = seconds


class PassingError(UnpackError):
    """It may work the next time."""


class UnreachableError(PassingError):
    """Nobody answers at that address."""


class DoubtError(PassingError):
    """Whether a batch was accepted is not known."""


class UnfitError(UnpackError):
    """The endpoint does not take this one request."""


class NoSchemaError(UnfitError):
    """The endpoint does not take the schema."""


class NotThereError(GenerationError):
    """404."""


def no_key(here: str) -> str:
    return (
        f"There is no key for {here}: set ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN), or name another server with "
        "--base-url. Without any: unpack-tui generate --offline"
    )


def sorted_fault(error: anthropic.APIStatusError, here: str) -> UnpackError:
    status = error.status_code if error.status_code >= 300 else _STATUSES.get(str(error.type), 500)
    said = one_line(without_keys(str(error.api_message or ""), str(error.request.url)), 200).rstrip(".")
    told = f"{here} says {status}" + (f": {said}." if said else ".")
    lower = said.lower()
    if status == 402 or any(word in lower for word in _MONEY_WORDS):
        return GenerationError(f"{told} Nothing more is asked; see to the account, then run it again.")
    if status == 401:
        return GenerationError(f"{told} The key is not valid there: check ANTHROPIC_API_KEY.")
    if status == 403:
        return GenerationError(f"{told} The key may not do this.")
    if status == 404:
        return NotThereError(f"{told} Check the name of the model (--model) and the endpoint (--base-url).")
    if status in (429, _OVERLOADED):
        seconds = _retry_after(error.response.headers.get("retry-after"))
        name = "a rate limit" if status == 429 else "overload"
        wait = f"all wait {seconds:.0f} s" if seconds is not None else "all wait"
        return PauseError(f"{here}: {name}, {wait}.", seconds)
    if status in (408, 409) or status >= 500:
        return PassingError(told)
    if status == 400 and any(word in lower for word in _SCHEMA_WORDS):
        return NoSchemaError(told)
    return UnfitError(told)


def _retry_after(header: str | None) -> float | None:
    """Seconds, from a number or an HTTP date; None where it says nothing that anybody would wait for.

    A moment that has gone is none: by a clock that is set wrong, every moment may be.
    """
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return seconds if 0 < seconds <= _LONGEST_WAIT else None
