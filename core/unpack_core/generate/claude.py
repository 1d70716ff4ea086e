"""The one client: the Messages API through the SDK, answers as JSON, and its errors as our faults.

The key is read by the SDK from the environment; it is in no sentence here.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from unpack_core.errors import GenerationError, UnpackError
from unpack_core.generate.arriving import Arriving
from unpack_core.generate.faults import (
    DoubtError,
    NoKeyError,
    NotThereError,
    PassingError,
    UnreachableError,
    no_key,
    sorted_fault,
)
from unpack_core.generate.reply import Reply, reply_of
from unpack_core.generate.results import STRANGE, Result, result_in
from unpack_core.generate.secrets import without_keys
from unpack_core.plain import one_line

if TYPE_CHECKING:
    import anthropic
    import httpx2

_CONNECT_SECONDS = 10.0
"""An answer may take minutes, but who does not even take the call is not there."""
_OTHERWISE = "answers, but not as the Messages API does."
_CUT = "cut the line in the middle of its answer."
_NO_ADDRESS = (
    "The address of the server is not one: it begins with http:// or https://, names a host and holds nothing "
    "invisible. Mend --base-url or ANTHROPIC_BASE_URL."
)


@dataclass(frozen=True, slots=True)
class RemoteBatch:
    """A Message Batch as the endpoint tells of it."""

    id: str
    ended: bool
    archived: bool
    """Whether its results are kept no more."""
    size: int
    """Requests in it."""


def check_address(base_url: str | None = None) -> None:
    """Raises GenerationError where what is named, else the environment's, is no address of a server.

    The address itself is not in the sentence: it may hold a password.
    """
    address = base_url or os.environ.get("ANTHROPIC_BASE_URL")
    if address is None:
        return
    try:
        found = urlsplit(address)
        good = found.scheme in ("http", "https") and found.hostname and found.port != 0 and address.isprintable()
        (found.hostname or "").encode("idna")
    except ValueError:  # of a port or a name, too
        good = False
    if not good:
        raise GenerationError(_NO_ADDRESS)


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
            return _reply((await self._sdk().messages.with_raw_response.create(**parameters)).http_response)

    async def stream(self, parameters: Mapping[str, Any], on_text: Callable[[str], None]) -> Reply:
        """Ask, and tell the text as far as it has come, again and again.

        What is whole is an answer, whether or not the line ends as it should; so is one that comes in one piece.
        """
        message = Arriving()
        with self._sorted():
            async with await self._sdk().messages.create(**parameters, stream=True) as stream:
                if "json" in stream.response.headers.get("content-type", ""):
                    await stream.response.aread()
                    return _reply(stream.response)
                try:
                    async for event in stream.raw_events(stream.response):
                        told = json.loads(event.data or "null")
                        if isinstance(told, dict) and "error" in (event.event, told.get("type")):
                            raise _error(stream.response, told)
                        text = message.hear(told)
                        if text is not None:
                            on_text(text)
                        if message.ended:
                            break
                except Exception:  # a line that drops, an error that is told, an event that is no JSON
                    if not message.whole:
                        raise
            if not message.whole:  # to the SDK, a line that was hung up politely is an end like any other
                raise PassingError(f"{self.host} {_CUT if message.begun else _OTHERWISE}")
            return reply_of(message.body())

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
        """Submit `{"custom_id", "params"}` lines; returns the batch's id. Raises DoubtError where nobody knows
        whether it arrived."""
        try:
            with self._sorted():
                made: object = (await self._sdk().messages.batches.create(requests=requests)).id  # type: ignore[arg-type]  # plain mappings
            if isinstance(made, str) and made:
                return made
            raise PassingError(f"{self.host} {_OTHERWISE}")
        except UnreachableError:  # nothing was sent
            raise
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
        """What came of each request of a batch that has ended, in any order; a line that names none is STRANGE."""
        read = False
        with self._sorted():
            sdk = self._sdk()
            import anthropic

            where = str((await sdk.messages.batches.retrieve(batch_id)).results_url or "")
            if not where:
                raise PassingError(f"{self.host} {_OTHERWISE}")
            if not _at_home(sdk.base_url, sdk.base_url.join(where)):  # a gateway passes on what it was told itself
                where = f"/v1/messages/batches/{batch_id}/results"
            plain = anthropic.AsyncStream[object]
            async with await sdk.get(where, cast_to=object, stream=True, stream_cls=plain) as found:
                async for line in _lines(found.response.aiter_bytes()):
                    result = result_in(line)
                    if result is None and not line.endswith(b"\n"):
                        raise PassingError(f"{self.host} {_CUT}")
                    read = read or result is not None
                    yield result or STRANGE
            if not read:  # it is a page of another sort
                raise PassingError(f"{self.host} {_OTHERWISE}")

    # --- the SDK -----------------------------------------------------------------------------------------------

    def _sdk(self) -> anthropic.AsyncAnthropic:
        if self._client is None:
            check_address(self._base_url)
            import anthropic  # two seconds: paid by whoever asks a model, not by every command

            patience = anthropic.Timeout(self._timeout, connect=min(self._timeout, _CONNECT_SECONDS))
            try:
                client = anthropic.AsyncAnthropic(
                    base_url=self._base_url or None,
                    timeout=patience,
                    max_retries=0,
                    http_client=anthropic.DefaultAsyncHttpxClient(event_hooks={"response": [_stay_at_home]}),
                )
            except _http().InvalidURL:
                raise GenerationError(_NO_ADDRESS) from None  # its words name a piece of what may be secret
            self._warnings.__enter__()
            warnings.simplefilter("default", DeprecationWarning)  # that of a model that is to be retired
            warnings.showwarning = lambda message, *_, **__: self._said(one_line(str(message), 200))
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
            if isinstance(error.__cause__, GenerationError):
                raise GenerationError(str(error.__cause__)) from error
            if isinstance(error.__cause__, _http().ConnectError):
                raise UnreachableError(f"{here} cannot be reached.") from error
            raise PassingError(f"{here} cannot be reached, or cut the line.") from error
        except anthropic.APIStatusError as error:
            raise sorted_fault(error, here) from error
        except anthropic.AnthropicError as error:
            if isinstance(error, anthropic.APIError):
                raise PassingError(f"{here} {_OTHERWISE}") from error
            raise NoKeyError(no_key(here)) from error
        except _http().HTTPError as error:  # in the middle of a stream
            raise PassingError(f"{here} {_CUT}") from error
        except UnpackError:
            raise
        except Exception as error:  # the SDK believes whatever comes, and stumbles over it in ways of all sorts
            if isinstance(error, TypeError) and "authentication" in str(error):
                raise NoKeyError(no_key(here)) from error
            raise PassingError(f"{here} {_OTHERWISE}") from error


def _reply(response: httpx2.Response) -> Reply:
    """What came in one piece, whatever it is called in the headers. Raises APIStatusError where that is an error."""
    reply = reply_of(json.loads(response.content.decode("utf-8-sig", errors="replace")))
    if reply.is_error:
        raise _error(response, reply.body)
    return reply


def _error(response: httpx2.Response, told: Mapping[str, Any]) -> anthropic.APIStatusError:
    """An error under a status that says that all is well, as the SDK has those under other ones."""
    import anthropic

    return anthropic.APIStatusError("", response=response, body=told)


def _http() -> ModuleType:
    import httpx2  # of the SDK

    return httpx2


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """The lines that are not blank, each with its end, if that has come."""
    rest = b""
    async for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            if line.strip():
                yield line + b"\n"
    if rest.strip():
        yield rest


async def _stay_at_home(response: httpx2.Response) -> None:
    """Raises GenerationError before anything is sent on to a host that nobody named."""
    if not response.has_redirect_location:
        return
    here = response.request.url
    there = here.join(response.headers["location"])
    if not _at_home(here, there):
        named = one_line(without_keys(_name(there)), 200)
        raise GenerationError(
            f"{_name(here)} sends on to {named}, which nobody named, and nothing was sent there. "
            "If that is the right one, name it with --base-url or ANTHROPIC_BASE_URL."
        )


def _at_home(home: httpx2.URL, there: httpx2.URL) -> bool:
    """Whether an address is of the same server; the same by https will do."""
    safer = (home.scheme, there.scheme) == ("http", "https") and home.port is there.port is None
    return home.host == there.host and (safer or (home.scheme, home.port) == (there.scheme, there.port))


def _name(address: httpx2.URL) -> str:
    return address.netloc.decode()


def _batch(found: Any) -> RemoteBatch:  # the SDK's model, whose type is known only where it is imported
    counts = found.request_counts
    size = counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired
    return RemoteBatch(found.id, found.processing_status == "ended", found.archived_at is not None, size)
