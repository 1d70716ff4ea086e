"""Message Batches: half the price, an answer within a day, and no request in two batches.

    intended  written with its requests, before anything is sent
    submitted the endpoint has it: its id is known
    collected every result was stored
    abandoned it never arrived: its requests are free again

Where the line drops while a batch is submitted, nobody knows whether it arrived. Then the endpoint's list is asked, and
a batch of the same size is ours if its results carry our requests' identities, else not. No clock has a say in it: ours
may have been set since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from unpack_core.database import now
from unpack_core.errors import GenerationError, UnpackError
from unpack_core.generate.estimate import expected_cost
from unpack_core.generate.faults import (
    DoubtError,
    NotThereError,
    PassingError,
    PauseError,
    UnfitError,
    UnreachableError,
)
from unpack_core.generate.harvest import gather
from unpack_core.generate.ledger import Runs
from unpack_core.generate.run import unpack
from unpack_core.plain import plain
from unpack_core.words import count

if TYPE_CHECKING:
    from unpack_core.generate.claude import Claude, RemoteBatch
    from unpack_core.generate.ledger import Gap, Ledger
    from unpack_core.generate.price import Prices
    from unpack_core.generate.request import Request
    from unpack_core.generate.run import Plan

REQUESTS = 100_000
"""The most that one batch may hold, and how many bytes: the endpoint's limits."""
BYTES = 256_000_000
_KEPT = timedelta(days=29)
"""How long the endpoint keeps results."""


@dataclass(frozen=True, slots=True)
class _Ours:
    """A batch as we remember it."""

    id: int
    remote_id: str
    state: str
    created_at: str
    size: int


@dataclass(slots=True)
class Account:
    """What one call did; requests, layers, USD."""

    submitted: int = 0
    doubtful: int = 0
    """Sent, and nobody knows whether they arrived."""
    under_way: int = 0
    """At its end."""
    layers: int = 0
    failed: int = 0
    """Requests that came back without an answer, or with one that could not be used."""
    cost_usd: float | None = 0.0
    """None where a price is not known."""

    def pay(self, cost_usd: float | None) -> None:
        self.cost_usd = None if cost_usd is None or self.cost_usd is None else self.cost_usd + cost_usd


@dataclass(slots=True)
class _Found:
    """What the results of a batch say."""

    named: set[int] = field(default_factory=set)
    """Its requests that have a line. One that comes twice is one: it stands in the place of none that is missing."""
    errors: dict[int, str] = field(default_factory=dict)
    """Those of them that have no answer, and why. They stay open until all was read: an answer may stand below."""
    strange: int = 0
    """Lines that name none of them."""


class Batches:
    """Submits what is missing, and collects what has come."""

    def __init__(
        self,
        ledger: Ledger,
        client: Claude,
        prices: Prices,
        plan: Plan,
        say: Callable[[str], None] = lambda _: None,
        *,
        most: int = REQUESTS,
        poll_seconds: float = 60.0,
    ) -> None:
        self.ledger = ledger
        self.store = ledger.store
        self.client = client
        self.prices = prices
        self.plan = plan
        self._say = say
        self.account = Account()
        self._run = Runs(ledger.store)
        self._most = most
        self._poll_seconds = poll_seconds

    async def __call__(self, *, wait: bool = False) -> None:
        """Settle what was in doubt, collect what has ended, submit what is missing; `account` has the figures.

        With `wait`, poll until everything is collected. Raises GenerationError where asking on is no use.
        """
        self.ledger.remember_recipe(self.plan.recipe.hash, self.plan.recipe.toml)
        for request_id in self.ledger.answered(unread=True):  # of a run that was killed
            self.account.layers += len(gather(self.ledger, request_id, self._run).kinds)
        await self._settle_doubts()
        await self._collect()
        await self._submit()
        while wait and self._open():
            await asyncio.sleep(self._poll_seconds)
            try:
                await self._collect()
            except (PassingError, PauseError) as fault:  # a day is long, and lines drop
                self._say(f"{fault} It is looked at again.")
        for batch in self._open():
            self.account.under_way += batch.size
            self._say(f"Batch {batch.remote_id}: {count(batch.size, 'request')} under way; generate --batch collects.")

    # --- submitting --------------------------------------------------------------------------------------------

    async def _submit(self) -> None:
        found = self.ledger.gaps(
            self.plan.kinds, model=self.plan.model, recipe=self.plan.recipe.hash, clause=self.plan.clause
        )
        for gaps in self._loads(self._affordable(islice(found, self.plan.limit))):
            await self._send(gaps)

    def _affordable(self, gaps: Iterator[Gap]) -> Iterator[Gap]:
        """As many as the budget is expected to pay for: what was submitted cannot be stopped any more."""
        limit, cost = self.plan.max_cost, 0.0
        for gap in gaps:
            if limit is not None:
                cost += expected_cost(self.ledger, self.prices, unpack(self.plan, gap), batch=True)
                if cost > limit:
                    self._say("More is not expected to keep within --max-cost; the rest stays missing.")
                    return
            yield gap

    def _identity(self, request: Request) -> str:
        return request.identity(self.client.provider, self.client.host)

    def _loads(self, gaps: Iterator[Gap]) -> Iterator[list[Gap]]:
        """Gaps in loads that fit a batch."""
        load: list[Gap] = []
        size = 0
        for gap in gaps:
            weight = len(orjson.dumps(unpack(self.plan, gap).parameters())) + 200
            if load and (len(load) >= self._most or size + weight > BYTES):
                yield load
                load, size = [], 0
            load.append(gap)
            size += weight
        if load:
            yield load

    async def _send(self, gaps: list[Gap]) -> None:
        lines = []
        with self.store.write():
            batch_id = self.store.insert(
                "INSERT INTO remote_batch (host, state, created_at) VALUES (?, 'intended', ?)", self.client.host, now()
            )
            for gap in gaps:
                request = unpack(self.plan, gap)
                entry = self.ledger.enter(request, self._identity, gap.paragraph_id)
                self.store.rows(
                    "UPDATE request SET state = 'open', remote_batch_id = ? WHERE id = ?", (batch_id, entry.id)
                )
                lines.append({"custom_id": entry.identity, "params": request.parameters()})
        try:
            remote_id = await self._create(lines)
        except (GenerationError, UnfitError, UnreachableError):  # it was refused, or never sent
            self._abandon(batch_id)  # of anything else, as of ctrl+C, nobody knows whether it arrived
            raise
        except (DoubtError, PassingError) as doubt:
            self.account.doubtful += len(lines)
            self._say(f"{doubt} The next generate --batch looks whether it arrived.")
        else:
            self._submitted(batch_id, remote_id)
            self.account.submitted += len(lines)
            self._say(f"Submitted {count(len(lines), 'request')} as batch {plain(remote_id)}.")

    async def _create(self, lines: list[dict[str, Any]]) -> str:
        while True:
            try:
                return await self.client.create_batch(lines)
            except PauseError as pause:
                self._say(str(pause))
                await asyncio.sleep(self._poll_seconds if pause.seconds is None else pause.seconds)

    def _submitted(self, batch_id: int, remote_id: str) -> None:
        with self.store.write():
            self.store.rows(
                "UPDATE remote_batch SET state = 'submitted', remote_id = ? WHERE id = ?", (remote_id, batch_id)
            )

    def _abandon(self, batch_id: int) -> None:
        with self.store.write():
            self.store.rows("UPDATE request SET remote_batch_id = NULL WHERE remote_batch_id = ?", (batch_id,))
            self.store.rows("UPDATE remote_batch SET state = 'abandoned' WHERE id = ?", (batch_id,))

    # --- what is in doubt --------------------------------------------------------------------------------------

    async def _settle_doubts(self) -> None:
        for ours in self._ours("intended"):
            theirs = [batch async for batch in self.client.list_batches() if self._may_be(ours, batch)]
            known = [await self._carries_ours(ours, batch) for batch in theirs]
            if True in known:
                batch = theirs[known.index(True)]
                self._submitted(ours.id, batch.id)
                self._say(f"A batch whose submission was cut off did arrive: {batch.id}.")
            elif None in known:
                self._say("A batch whose submission was cut off may be among those under way: it is looked at again.")
            else:
                self._abandon(ours.id)
                self._say("A batch whose submission was cut off never arrived; its requests are free again.")

    def _long_ago(self, ours: _Ours) -> bool:
        """Whether whatever came of a batch may be kept by the endpoint no more."""
        return _moment(now()) - _moment(ours.created_at) >= _KEPT

    def _may_be(self, ours: _Ours, batch: RemoteBatch) -> bool:
        if self.store.one("SELECT 1 FROM remote_batch WHERE remote_id = ?", (batch.id,)):
            return False
        return batch.size == ours.size and not batch.archived

    async def _carries_ours(self, ours: _Ours, batch: RemoteBatch) -> bool | None:
        """Whether a batch is ours, by the first result that names a request; None while it has none."""
        if not batch.ended:
            return None
        async with aclosing(self.client.results(batch.id)) as results:
            async for result in results:
                if result.custom_id:
                    said = "SELECT 1 FROM request WHERE identity = ? AND remote_batch_id = ?"
                    return self.store.one(said, (result.custom_id, ours.id)) is not None
        return None

    # --- collecting --------------------------------------------------------------------------------------------

    async def _collect(self) -> None:
        """What has ended. A batch whose results do not come, or that nobody knows, keeps no other waiting."""
        fault: UnpackError | None = None
        for ours in self._ours("submitted"):
            try:
                found = await self.client.batch(ours.remote_id)
                if found.archived:
                    self._forget(ours)
                elif found.ended:
                    await self._take(ours)
            except PassingError as passing:
                fault = fault or passing
            except NotThereError:
                if self._long_ago(ours):
                    self._forget(ours)
                else:
                    fault = GenerationError(
                        f"Batch {plain(ours.remote_id)} is not known to {self.client.host}, which took it: is the key "
                        "that of another account?"
                    )
        if fault:
            raise fault

    def _forget(self, ours: _Ours) -> None:
        self._abandon(ours.id)
        self._say(f"Batch {plain(ours.remote_id)} is kept no longer; its requests are free again.")

    async def _take(self, ours: _Ours) -> None:
        """Store every result, then read it: a run that is cut off here finds the rest again.

        Where lines are missing they are asked for once more: a line that drops between two of them is not heard.
        """
        before = replace(self.account)
        for _ in range(2):
            found = await self._store(ours)
            if len(found.named) >= ours.size:
                break
        if not found.named:
            raise PassingError(f"{self.client.host} does not give the results of batch {plain(ours.remote_id)}.")
        with self.store.write():
            for request_id, sentence in found.errors.items():
                self.ledger.mark(request_id, "failed", sentence, tried=True)
            unanswered = self.store.rows(
                "UPDATE request SET state = 'failed', reason = 'The batch ended without an answer to it.'"
                " WHERE remote_batch_id = ? AND state = 'open'",
                (ours.id,),
            ).rowcount
            self.store.rows(
                "UPDATE remote_batch SET state = 'collected', collected_at = ? WHERE id = ?", (now(), ours.id)
            )
        self.account.failed += len(found.errors) + unanswered
        brought = count(self.account.layers - before.layers, "layer")
        lost = f"{count(self.account.failed - before.failed, 'request')} came to nothing"
        odd = f" Of its results, {count(found.strange, 'line')} named none of its requests." if found.strange else ""
        self._say(f"Collected batch {plain(ours.remote_id)}: {brought}, {lost}.{odd}")

    async def _store(self, ours: _Ours) -> _Found:
        """Store and read what has not been. An answer is taken in whatever batch it was asked for in."""
        found = _Found()
        async with aclosing(self.client.results(ours.remote_id)) as results:
            async for result in results:
                entry = self.ledger.find(result.custom_id)
                if entry is None or entry.remote_batch_id != ours.id:
                    found.strange += 1
                else:
                    found.named.add(entry.id)
                if entry is None or entry.state != "open":
                    continue  # stored by a run that was cut off
                if result.body is not None:
                    found.errors.pop(entry.id, None)
                    cost = self.prices.paid(entry.model, result.usage, batch=True)
                    self.ledger.keep(entry.id, result.body, result.usage, cost)
                    self.account.pay(cost)
                    harvest = gather(self.ledger, entry.id, self._run)
                    self.account.layers += len(harvest.kinds)
                    self.account.failed += harvest.state != "done"
                elif entry.remote_batch_id == ours.id:
                    found.errors[entry.id] = result.sentence
        return found

    def _open(self) -> list[_Ours]:
        return self._ours("submitted")

    def _ours(self, state: str) -> list[_Ours]:
        return [
            _Ours(*row)
            for row in self.store.rows(
                "SELECT id, remote_id, state, created_at, (SELECT count(*) FROM request WHERE remote_batch_id = b.id)"
                " FROM remote_batch b WHERE state = ? AND host = ? ORDER BY id",
                (state, self.client.host),
            )
        ]


def _moment(iso: str) -> datetime:
    return datetime.fromisoformat(iso)
