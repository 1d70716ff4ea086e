"""One request until it is answered: a pause that all share, patience with what passes, and the answer stored first.

    client.send -> ledger.keep -> whoever asked

Rate limits hold everybody back until the moment that the endpoint named. What is wrong with one request ends that
request; what is wrong with the key, the account or the model ends the run (GenerationError).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from unpack_core.errors import AsideError, BusyError, FullError, GenerationError, StoreError
from unpack_core.generate.aside import put_aside
from unpack_core.generate.faults import NoSchemaError, PassingError, PauseError, UnfitError, UnreachableError
from unpack_core.generate.probe import takes_schema

if TYPE_CHECKING:
    from unpack_core.generate.ledger import Entry, Ledger
    from unpack_core.generate.price import Prices
    from unpack_core.generate.reply import Reply
    from unpack_core.generate.request import Request

_ALL_AT_ONCE = 8
"""So many requests in a row that come to nothing, and the endpoint is taken to be gone."""

_STORED_AGAIN = 1.0
"""Seconds between two tries to store an answer where there was no way to."""

_CALLS = 2
"""So often an address is tried at which nobody has ever answered."""


class Client(Protocol):
    """What speaks the Messages API."""

    @property
    def provider(self) -> str: ...

    @property
    def host(self) -> str: ...

    async def send(self, parameters: Mapping[str, Any]) -> Reply: ...

    async def stream(self, parameters: Mapping[str, Any], on_text: Callable[[str], None]) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long faults that pass are borne: seconds, doubled after each up to `most`, with jitter."""

    first: float = 1.0
    most: float = 60.0
    tries: int = 6

    def wait(self, failed: int, random: Random) -> float:
        """How long to wait after the n-th failure (from 1): between half and the whole of its doubled time."""
        return min(self.most, self.first * 2.0 ** min(failed - 1, 30)) * (0.5 + random.random() / 2)


class Asker:
    """Asks one endpoint, for everybody who works on one database."""

    def __init__(
        self,
        ledger: Ledger,
        client: Client,
        prices: Prices,
        *,
        patience: Patience | None = None,
        said: Callable[[str], None] = lambda _: None,
        seed: int | None = None,
    ) -> None:
        self.ledger = ledger
        self.client = client
        self.prices = prices
        self._patience = patience or Patience()
        self._said = said
        self._random = Random(seed)
        self._plain: bool | None = None
        self._in_vain = 0
        self._answered = False
        self._shut_until = 0.0
        self._leaving = asyncio.Event()
        self._ended: GenerationError | None = None

    @property
    def pause(self) -> float:
        """Seconds until anybody asks again: that of a rate limit, which all share."""
        return max(0.0, self._shut_until - monotonic())

    def leave(self) -> None:
        """Begin nothing more, and wait for nothing more but for answers that are on their way."""
        self._leaving.set()

    def begin_again(self) -> None:
        """Try anew what was no use before: the endpoint may be back, the account filled."""
        self._ended, self._in_vain = None, 0

    def identity(self, request: Request) -> str:
        return request.identity(self.client.provider, self.client.host)

    async def ask(self, entry: Entry, request: Request, on_text: Callable[[str], None] | None = None) -> bool:
        """Ask until there is an answer and store it; False where there is none: the entry says why, if it failed.

        With `on_text` the answer is streamed: it is told the text as far as it has come, from the beginning again
        where a line was cut. Raises GenerationError where asking on is no use.
        """
        failed = held = 0
        while True:
            while self.pause and not self._leaving.is_set():
                await self._sleep(self.pause)
            if self._ended:
                raise self._ended
            if self._leaving.is_set() and (failed or held or self.pause):
                return False
            if self._plain is None:
                self._plain = not takes_schema(self.ledger.store, self.client.host)
            parameters = request.parameters(plain=self._plain)
            try:
                reply = await (self.client.stream(parameters, on_text) if on_text else self.client.send(parameters))
            except GenerationError as end:
                self._ended = end
                raise
            except PauseError as pause:
                held += 1
                wait = self._patience.wait(held, self._random) if pause.seconds is None else pause.seconds
                self._shut_until = max(self._shut_until, monotonic() + wait)
                self._said(str(pause))
            except NoSchemaError as refused:
                if self._plain:
                    return self._give_up(entry, str(refused))
                self._plain = True
                self._said("The endpoint takes no schema: the shape is asked for in words.")
            except UnfitError as unfit:
                return self._give_up(entry, str(unfit))
            except PassingError as fault:
                failed += 1
                if isinstance(fault, UnreachableError) and not self._answered and failed >= _CALLS:
                    self._ended = GenerationError(f"{fault} Is it running, and is the address right?")
                    raise self._ended from fault
                if failed >= self._patience.tries:
                    return self._in_vain_again(entry, str(fault))
                self._said(str(fault))
                await self._sleep(self._patience.wait(failed, self._random))
            else:
                self._in_vain, self._answered = 0, True
                cost = self.prices.paid(request.model, reply.usage)
                await self._keep(entry, reply, cost)
                return True

    async def _keep(self, entry: Entry, reply: Reply, cost: float | None) -> None:
        """Store what was paid for, however long another program writes or the disk is full.

        Where that is no use, or nobody waits any more, it is put beside the file, and AsideError says so; StoreError
        where nothing takes it.
        """
        while True:
            try:
                with self.ledger.store.waiting(_STORED_AGAIN):
                    self.ledger.keep(entry.id, reply.body, reply.usage, cost)
            except (BusyError, FullError) as fault:
                why = "another program is writing" if isinstance(fault, BusyError) else "the disk is full"
                self._said(f"An answer waits to be stored: {why}.")
                try:
                    await asyncio.sleep(_STORED_AGAIN)
                except asyncio.CancelledError:  # nobody waits for it any more, and it is paid for
                    self._put_aside(entry, reply, fault)
            except StoreError as fault:
                if self.ledger.store.place.rescued:
                    raise
                self._put_aside(entry, reply, fault)
            else:
                return

    def _put_aside(self, entry: Entry, reply: Reply, fault: StoreError) -> NoReturn:
        """Raises AsideError, or the fault itself where that is no use either."""
        try:
            aside = put_aside(self.ledger.store.path, entry.identity, reply.body)
        except OSError:
            raise fault from None
        said = f"{fault} What came meanwhile is in {aside}: import that file first."
        self._said(said)  # where it was cancelled, nobody hears what is raised
        raise AsideError(said) from fault

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._leaving.wait(), seconds)

    def _in_vain_again(self, entry: Entry, reason: str) -> bool:
        self._in_vain += 1
        self._give_up(entry, reason)
        if self._in_vain >= _ALL_AT_ONCE:
            self._ended = GenerationError(
                f"{reason} So it went {_ALL_AT_ONCE} requests in a row: run it again when the endpoint is back."
            )
            raise self._ended
        return False

    def _give_up(self, entry: Entry, reason: str) -> bool:
        self.ledger.mark(entry.id, "failed", reason, tried=True)
        return False
