"""Requests that somebody else runs: written as Message Batches lines, their results taken in when they come back.

A line's `custom_id` is the request's identity, which the database remembers, so that a result finds its paragraph
whatever order it comes in, and is taken once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from unpack_core.generate.aside import AT_ONCE, lying_aside
from unpack_core.generate.harvest import gather
from unpack_core.generate.ledger import Ledger, Runs
from unpack_core.generate.results import result_of
from unpack_core.generate.rewrite import take
from unpack_core.generate.run import unpack

if TYPE_CHECKING:
    from unpack_core.generate.price import Prices
    from unpack_core.generate.request import Request
    from unpack_core.generate.run import Plan


_NAMED = 20
"""So many results that are not ours are told by name."""


def lines(ledger: Ledger, plan: Plan) -> Iterator[dict[str, Any]]:
    """`{"custom_id", "params"}` for everything that is missing, remembered as it is read."""
    ledger.remember_recipe(plan.recipe.hash, plan.recipe.toml)
    gaps = ledger.gaps(plan.kinds, model=plan.model, recipe=plan.recipe.hash, clause=plan.clause)
    for gap in islice(gaps, plan.limit):
        request = unpack(plan, gap)
        entry = ledger.enter(request, _identity, gap.paragraph_id)
        yield {"custom_id": entry.identity, "params": request.parameters()}


def _identity(request: Request) -> str:
    return request.identity("anthropic", "")  # whoever runs it: their host is not known


@dataclass(slots=True)
class Returned:
    """What came back so far."""

    layers: int = 0
    failed: int = 0
    known: int = 0
    """Results that were taken before."""
    foreign: int = 0
    """Results of requests that are not in this database."""
    strangers: list[str] = field(default_factory=list)
    """The first of their custom ids."""


class Returns:
    """Takes results one by one; `returned` counts them. Prices are asked for when the first answer comes."""

    def __init__(self, ledger: Ledger, prices: Callable[[], Prices]) -> None:
        self.returned = Returned()
        self._ledger = ledger
        self._prices = cache(prices)
        self._run = Runs(ledger.store)

    def take(self, custom_id: str, result: Mapping[str, Any]) -> None:
        """Store a result as it came, then read it."""
        ledger, entry = self._ledger, self._ledger.find(custom_id)
        if entry is None:
            self.returned.foreign += 1
            if len(self.returned.strangers) < _NAMED:
                self.returned.strangers.append(custom_id)
            return
        at_once = result.get("type") == AT_ONCE
        if entry.state not in ("open", "failed") and not at_once:
            self.returned.known += 1
            return
        with ledger.store.write():
            found = result_of(custom_id, result)
            if found.body is None:
                ledger.mark(entry.id, "failed", found.sentence, tried=True)
                self.returned.failed += 1
                return
            if ledger.has(entry.id, found.body):  # it could not be read, or was asked again before it was taken in
                self.returned.known += 1
                return
            cost = self._prices().paid(entry.model, found.usage, batch=not at_once)
            ledger.keep(entry.id, found.body, found.usage, cost)
            if entry.layer_id is None:
                harvest = gather(ledger, entry.id, self._run)
                made, done = len(harvest.kinds), harvest.state == "done"
            else:
                made = done = take(ledger, entry).version_id is not None
            self.returned.layers += made
            self.returned.failed += not done


def take_back(ledger: Ledger, prices: Prices) -> Returned:
    """Store and read what lies beside the file, for there was no way to store it: else it would be asked for again."""
    returns = Returns(ledger, lambda: prices)
    for custom_id, result in lying_aside(ledger.store.path):
        returns.take(custom_id, result)
    return returns.returned
