"""Generation in one go: every gap becomes a request, at most so many at a time, until the budget or the work ends.

    Ledger.gaps -> Request -> Asker -> Ledger.keep -> gather -> layers

Nothing is planned ahead and nothing is held in memory but what is in flight, so a run can be killed at any moment: what
was answered is in the books, and the next run reads that first.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from unpack_core.errors import AsideError, GenerationError, StoreError
from unpack_core.generate import request as requests
from unpack_core.generate.answer import said
from unpack_core.generate.asking import Asker
from unpack_core.generate.harvest import Harvest, gather
from unpack_core.generate.ledger import Entry, Gap, Ledger, Runs
from unpack_core.generate.price import Usage, estimate_tokens
from unpack_core.generate.rewrite import take

if TYPE_CHECKING:
    from unpack_core.filter import Clause
    from unpack_core.generate.request import Request
    from unpack_core.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made, and within which bounds."""

    recipe: Recipe
    kinds: tuple[str, ...]
    model: str
    effort: str = ""
    clause: Clause | None = None
    limit: int | None = None
    """Paragraphs."""
    concurrency: int = 4
    max_cost: float | None = None
    """USD; no request is begun that would be expected to pass it."""


@dataclass(slots=True)
class Tally:
    """How far a run is; tokens and USD are those of this run, answers that could not be used included."""

    expected: int = 0
    """Paragraphs, counted before; each is one request, and a second one where the first answer cannot be used."""
    done: int = 0
    layers: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    """By reason, in two words."""
    reasons: dict[str, str] = field(default_factory=dict)
    """The last sentence of each."""
    mended: int = 0
    """Paragraphs that needed a second request."""
    in_flight: int = 0
    paid: int = 0
    """Answers."""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: float = 0.0
    unpriced: bool = False
    """Whether a part of the cost is not known."""
    began: float = field(default_factory=monotonic)
    message: str = ""
    """What the endpoint said last."""
    ended_by: str = ""
    """Why it ended before the work did: `budget`, `stopped`, `fault`; "" where it did not."""

    @property
    def settled(self) -> int:
        return self.done + self.failed.total()

    @property
    def expected_cost(self) -> float | None:
        """Of the whole run, at the mean so far; USD."""
        return None if self.unpriced or not self.settled else self.cost_usd / self.settled * self.expected

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far."""
        left = max(0, self.expected - self.settled)
        return None if not self.settled else (monotonic() - self.began) / self.settled * left


class Run:
    """One run of `generate`; `finish` lets what is in flight end and begins nothing more."""

    def __init__(
        self, ledger: Ledger, asker: Asker, plan: Plan, watch: Callable[[Tally], None] = lambda _: None
    ) -> None:
        self.ledger = ledger
        self.asker = asker
        self.plan = plan
        self.tally = Tally()
        self._watch = watch
        self._finishing = False
        self._fault: GenerationError | StoreError | None = None
        self._batch = Runs(ledger.store)

    def finish(self) -> None:
        """Begin no more requests, and wait for those alone that are on their way."""
        self._finishing = True
        self.asker.leave()
        self.tally.ended_by = self.tally.ended_by or "stopped"

    def hear(self, message: str) -> None:
        """What the endpoint says, for whoever watches."""
        self.tally.message = message
        self._watch(self.tally)

    async def __call__(self) -> Tally:
        """Work until there is nothing missing, the budget is spent or somebody says `finish`.

        Raises GenerationError where asking on is no use, and StoreError where nothing can be written any more, once
        what was in flight has ended.
        """
        plan = self.plan
        self.ledger.remember_recipe(plan.recipe.hash, plan.recipe.toml)
        for request_id in self.ledger.answered(unread=True):  # of a run that was killed
            self.tally.layers += len(gather(self.ledger, request_id, self._batch).kinds)
        self.tally.expected = sum(1 for _ in self._gaps())
        self.tally.began = monotonic()
        try:
            await self._fill_all()
        except asyncio.CancelledError:
            if not isinstance(self._fault, StoreError):  # that says where the answers are which the file did not take
                raise
        self._watch(self.tally)
        if self._fault:
            self.tally.ended_by = "fault"
            raise self._fault
        return self.tally

    async def _fill_all(self) -> None:
        places = asyncio.Semaphore(self.plan.concurrency)
        async with asyncio.TaskGroup() as group:
            flying: set[asyncio.Task[None]] = set()
            for gap in self._gaps():
                await places.acquire()
                while flying and not (self._finishing or self._fits(gap)):  # what comes may be cheaper than feared
                    await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
                if not self._may_begin(gap):
                    break
                self.tally.in_flight += 1
                self._watch(self.tally)
                task = group.create_task(self._fill(gap))
                flying.add(task)
                task.add_done_callback(flying.discard)
                task.add_done_callback(lambda _: places.release())

    def _gaps(self) -> Iterator[Gap]:
        plan = self.plan
        found = self.ledger.gaps(plan.kinds, model=plan.model, recipe=plan.recipe.hash, clause=plan.clause)
        for n, gap in enumerate(found):
            if n == plan.limit:
                return
            yield gap

    def _may_begin(self, gap: Gap) -> bool:
        """Whether one more request is asked; where that would pass the budget, the run says that it ended by it."""
        if not self._fits(gap):
            self.tally.ended_by = self.tally.ended_by or "budget"
            return False
        return not self._finishing

    def _fits(self, gap: Gap) -> bool:
        """Whether one more request keeps within the budget, should it and those in flight cost what the others did.

        What one costs is known when the first has been paid: until then they are asked one by one, and none whose
        paragraph alone would cost more.
        """
        limit, tally, plan = self.plan.max_cost, self.tally, self.plan
        if limit is None:
            return True
        if not tally.paid:
            least = self.asker.prices.cost(plan.model, Usage(estimate_tokens(gap.text), 0)) or 0.0
            return not tally.in_flight and least <= limit
        mean = tally.cost_usd / tally.paid
        return tally.cost_usd < limit and tally.cost_usd + mean * (tally.in_flight + 1) <= limit

    async def _fill(self, gap: Gap) -> None:
        try:
            first = unpack(self.plan, gap)
            entry = self.ledger.enter(first, self.asker.identity, gap.paragraph_id)
            harvest = await self._ask(first, entry, waits=True)
            if harvest and harvest.state == "answered":
                harvest = await self._mend(gap, first, entry, harvest)
            if harvest and harvest.state == "done":
                self.tally.done += 1
            elif harvest:
                self._count(harvest.name, harvest.reason)
        except (GenerationError, StoreError) as fault:
            if not isinstance(self._fault, AsideError):  # of several that says most
                self._fault = fault
            self._finishing = True
        finally:
            self.tally.in_flight -= 1
            self._watch(self.tally)

    async def _mend(self, gap: Gap, first: Request, entry: Entry, harvest: Harvest) -> Harvest:
        """Ask once more for what came in no usable form, saying what was wrong; then what came first has to do."""
        paid = self.ledger.answer(entry.id)
        assert paid is not None
        try:
            if self._may_begin(gap):
                self.tally.mended += 1
                faults = [fault.sentence for fault in harvest.faults]
                repair = requests.repair(first, said(paid.body), faults, harvest.lacking, cut=harvest.cut)
                await self._ask(repair, self.ledger.enter(repair, self.asker.identity, entry.paragraph_id))
        finally:  # also where the run ends here: what was paid for is not left lying
            harvest = gather(self.ledger, entry.id, self._batch)
            self.tally.layers += len(harvest.kinds)
        return harvest

    async def _ask(self, request: Request, entry: Entry, *, waits: bool = False) -> Harvest | None:
        """Ask and add what came; None where nothing came: then it is counted, or the run has ended."""
        if not await self.asker.ask(entry, request):
            entry = self.ledger.entry(entry.id)
            if entry.state == "failed" and waits:
                self._count("no answer", entry.reason)
            return None
        self._pay(entry)
        self.tally.message = ""
        harvest = gather(self.ledger, entry.id, self._batch, waits=waits)
        self.tally.layers += len(harvest.kinds)
        if self.tally.unpriced and self.plan.max_cost is not None:
            raise GenerationError(
                f"{self.asker.client.host} does not say how many tokens an answer took, so --max-cost cannot hold. "
                "Leave it out if that is well with you."
            )
        return harvest

    def _count(self, name: str, reason: str) -> None:
        self.tally.failed[name] += 1
        self.tally.reasons[name] = reason

    def _pay(self, entry: Entry) -> None:
        paid = self.ledger.answer(entry.id)
        assert paid is not None
        tally = self.tally
        tally.paid += 1
        tally.input_tokens += paid.input_tokens
        tally.output_tokens += paid.output_tokens
        tally.cached_tokens += paid.cached_tokens
        tally.cost_usd += paid.cost_usd or 0.0
        tally.unpriced |= paid.cost_usd is None


def unpack(plan: Plan, gap: Gap) -> Request:
    """The request that fills a gap."""
    return requests.unpack(
        plan.recipe, gap.text, gap.lang, gap.kinds, model=plan.model, effort=plan.effort, place=gap.place
    )


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of reading stored answers again."""

    answers: int
    layers: int
    versions: int
    """New texts of layers that are there, offered and not taken up."""


def reread(ledger: Ledger, say: Callable[[int, int], None] = lambda *_: None) -> Reread:
    """Read every stored answer again, and add what could not be read before. Nothing is asked."""
    ids, rewrites = ledger.answered(unread=False), ledger.waiting_rewrites(unread=False)
    run, answers = Runs(ledger.store), len(ids) + len(rewrites)
    layers = versions = 0
    for n, request_id in enumerate(ids, 1):
        layers += len(gather(ledger, request_id, run).kinds)
        say(n, answers)
    for n, request_id in enumerate(rewrites, len(ids) + 1):
        versions += take(ledger, ledger.entry(request_id)).version_id is not None
        say(n, answers)
    return Reread(answers, layers, versions)
