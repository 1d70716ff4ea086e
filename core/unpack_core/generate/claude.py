"""The one client: the Messages API through the SDK, answers as JSON, and its errors as our faults.

The key is read by the SDK from the environment; it is in no sentence here.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import orjson

from unpack_core.errors import GenerationError, UnpackError
from unpack_core.generate.faults import (
    DoubtError,
    NoKeyError,
    NotThereError,
    PassingError,
    UnreachableError,
    no_key,
    sorted_fault,
)
from unpack_core.generate.price import Usage
from unpack_core.generate.secrets import without_keys
from unpack_core.plain import one_line

if TYPE_CHECKING:
    import anthropic

_CONNECT_SECONDS = 10.0
"""An answer may take minutes, but who does not even take the call is not there."""
_OTHERWISE = "answers, but not as the Messages API does."
_MOST_TOKENS = 2**53
"""A count of more, or of less than none, is no count."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: the API's message as JSON, and the tokens that are paid for."""

    body: dict[str, Any]
    usage: Usage


@dataclass(frozen=True, slots=True)
class RemoteBatch:
    """A Message Batch as the endpoint tells of it."""

    id: str
    created_at: str
    ended: bool
    size: int
    """Requests in it."""


@dataclass(frozen=True, slots=True)
class Result:
    """One line of a batch's results; `body` is None where nothing came, and the sentence says why."""

    custom_id: str
    body: dict[str, Any] | None
    usage: Usage
    sentence: str


def check_address(base_url: str | None = None) -> None:
    """Raises GenerationError where what is named, else the environment's, is no address of a server.

    The address itself is not in the sentence: it may hold a password.
    """
    address = base_url or os.environ.get("ANTHROPIC_BASE_URL")
    if address is None:
        return
    try:
        found = urlsplit(address)
        good = found.scheme in ("http", "https") and found.hostname
    except ValueError:
        good = False
    if not good:
        raise GenerationError(
            "The address of the server is not one: it begins with http:// or https:// and names a host. Mend "
            "--base-url or ANTHROPIC_BASE_URL."
        )


class Claude:
    """A connection to one endpoint: `async with Claude() as client`."""

    provider = "anthropic"

    def __init__(
        self, *, base_url: str | None = None, timeout: float = 600.0, said: Callable[[str], None] = lambda _: None
    ) -> None:
        """`timeout` in seconds of one request; `said` hears what the SDK warns of, such as a model's retirement."""
        self._base_url = base_url
        self._timeout = timeout
        self._said = said
        self._client: anthropic.AsyncAnthropic | None = None
        self._warnings = warnings.catch_warnings()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client:
            await self._client.close()
            self._warnings.__exit__(None, None, None)

    @property
    def host(self) -> str:
        """The endpoint that is asked, as `host` or `host:port`."""
        return self._sdk().base_url.netloc.decode()

    async def send(self, parameters: Mapping[str, Any]) -> Reply:
        """Ask and wait for the whole answer."""
        with self._sorted():
            return _reply((await self._sdk().messages.create(**parameters)).to_dict(mode="json", warnings=False))

    async def stream(self, parameters: Mapping[str, Any], on_text: Callable[[str], None]) -> Reply:
        """Ask, and tell the text as far as it has come, again and again."""
        whole = False
        with self._sorted():
            async with self._sdk().messages.stream(**parameters) as stream:
                async for event in stream:
                    if event.type == "text":
                        on_text(event.snapshot)
                    whole = whole or event.type == "message_stop"
                if not whole:  # to the SDK, a line that was hung up politely is an end like any other
                    raise PassingError(f"{self.host} cut the line in the middle of its answer.")
                return _reply((await stream.get_final_message()).to_dict(mode="json", warnings=False))

    async def count_tokens(self, parameters: Mapping[str, Any]) -> int | None:
        """Input tokens of a request, None where the endpoint does not count."""
        counted = {key: value for key, value in parameters.items() if key != "max_tokens"}
        try:
            with self._sorted():
                return int((await self._sdk().messages.count_tokens(**counted)).input_tokens)
        except GenerationError as error:
            if isinstance(error, NotThereError):
                return None
            raise

    # --- Message Batches ---------------------------------------------------------------------------------------

    async def create_batch(self, requests: Sequence[Mapping[str, Any]]) -> str:
        """Submit `{"custom_id", "params"}` lines; returns the batch's id. Raises DoubtError where nobody knows."""
        try:
            with self._sorted():
                return str((await self._sdk().messages.batches.create(requests=requests)).id)  # type: ignore[arg-type]  # plain mappings
        except PassingError as fault:
            raise DoubtError(f"{fault} Whether the batch was accepted is not known.") from fault

    async def batch(self, batch_id: str) -> RemoteBatch:
        with self._sorted():
            return _batch(await self._sdk().messages.batches.retrieve(batch_id))

    async def list_batches(self) -> AsyncGenerator[RemoteBatch]:
        """The account's batches, the newest first."""
        with self._sorted():
            async for found in self._sdk().messages.batches.list(limit=100):
                yield _batch(found)

    async def results(self, batch_id: str) -> AsyncGenerator[Result]:
        """What came of each request of a batch that has ended, in any order."""
        with self._sorted():
            lines = await self._sdk().messages.batches.results(batch_id)
            try:
                async for line in lines:
                    told = _storable(line.to_dict(mode="json", warnings=False))
                    yield result_of(str(told["custom_id"]), told["result"])
            finally:
                await lines.close()

    # --- the SDK -----------------------------------------------------------------------------------------------

    def _sdk(self) -> anthropic.AsyncAnthropic:
        if self._client is None:
            check_address(self._base_url)
            import anthropic  # two seconds: paid by whoever asks a model, not by every command

            self._warnings.__enter__()
            warnings.simplefilter("default", DeprecationWarning)  # that of a model that is to be retired
            warnings.showwarning = lambda message, *_, **__: self._said(one_line(str(message), 200))
            patience = anthropic.Timeout(self._timeout, connect=min(self._timeout, _CONNECT_SECONDS))
            client = anthropic.AsyncAnthropic(base_url=self._base_url or None, timeout=patience, max_retries=0)
            if client.base_url.path.rstrip("/").endswith("/v1"):  # as other clients want it; this one adds it itself
                client.base_url = str(client.base_url).rstrip("/").removesuffix("/v1")
            self._client = client
        return self._client

    @contextmanager
    def _sorted(self) -> Iterator[None]:
        """The SDK's errors as ours."""
        client = self._sdk()  # first, so that the import below is done
        import anthropic

        here = client.base_url.netloc.decode()
        try:
            yield
        except anthropic.APITimeoutError as error:
            if isinstance(error.__cause__, _http().ConnectTimeout):
                raise UnreachableError(f"{here} does not take the call.") from error
            raise PassingError(f"{here} did not answer within {self._timeout:g} seconds.") from error
        except anthropic.APIConnectionError as error:
            if isinstance(error.__cause__, _http().ConnectError):
                raise UnreachableError(f"{here} cannot be reached.") from error
            raise PassingError(f"{here} cannot be reached, or cut the line.") from error
        except anthropic.APIStatusError as error:
            raise sorted_fault(error, here) from error
        except anthropic.AnthropicError as error:
            if isinstance(error, anthropic.APIError) or "results_url" in str(error):
                raise PassingError(f"{here} {_OTHERWISE}") from error
            raise NoKeyError(no_key(here)) from error
        except _http().HTTPError as error:  # in the middle of a stream
            raise PassingError(f"{here} cut the line in the middle of its answer.") from error
        except UnpackError:
            raise
        except Exception as error:  # the SDK believes whatever comes, and stumbles over it in ways of all sorts
            if isinstance(error, TypeError) and "authentication" in str(error):
                raise NoKeyError(no_key(here)) from error
            raise PassingError(f"{here} {_OTHERWISE}") from error


def _http() -> ModuleType:
    import httpx2  # of the SDK

    return httpx2


def _reply(body: dict[str, Any]) -> Reply:
    body = _storable(body)
    return Reply(body, _usage(body))


def _storable(body: dict[str, Any]) -> dict[str, Any]:
    """The same as JSON that everybody reads: without halves of letters and with no number that has no end.

    Raises TypeError where it nests deeper than anybody looks.
    """
    try:
        orjson.dumps(body)
    except TypeError:
        body = json.loads(json.dumps(body, ensure_ascii=False).encode(errors="replace"), parse_int=float)
        orjson.dumps(body)
    return body


def _usage(body: Mapping[str, Any]) -> Usage:
    said = body.get("usage")
    counts = said if isinstance(said, dict) else {}
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    return Usage(*(_tokens(counts.get(name)) for name in names))


def _tokens(said: object) -> int:
    counted = isinstance(said, (int, float)) and 0 <= said < _MOST_TOKENS
    return int(said) if counted else 0  # type: ignore[call-overload]  # a number, see above


def _batch(found: Any) -> RemoteBatch:  # the SDK's model, whose type is known only where it is imported
    counts = found.request_counts
    size = counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired
    return RemoteBatch(found.id, found.created_at.isoformat(), found.processing_status == "ended", size)


def result_of(custom_id: str, result: Mapping[str, Any]) -> Result:
    """A result of a Message Batch, from its JSON: any JSON will do."""
    kind, message = result.get("type"), result.get("message")
    if kind == "succeeded" and isinstance(message, dict):
        return Result(custom_id, message, _usage(message), "")
    said = result.get("error")
    while isinstance(said, dict):  # {"error": {"error": {"message": …}}}
        said = said.get("message") or said.get("error")
    sentence = {
        "expired": "The batch expired before it was its turn.",
        "canceled": "The batch was cancelled before it was its turn.",
    }.get(str(kind), f"The batch says: {one_line(without_keys(str(said or 'an error')), 200)}.")
    return Result(custom_id, None, Usage(0, 0, 0, 0), sentence)
