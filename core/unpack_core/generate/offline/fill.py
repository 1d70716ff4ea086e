"""Drafts into the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from unpack_core.generate.offline.draft import draft
from unpack_core.model import IncomingLayer, Origin

if TYPE_CHECKING:
    from unpack_core.generate.ledger import Ledger
    from unpack_core.generate.run import Plan

MODEL = "offline"
_CHUNK = 500


@dataclass(slots=True)
class Drafted:
    """How much was made."""

    paragraphs: int = 0
    layers: int = 0


def fill(ledger: Ledger, plan: Plan, progress: Callable[[int], None] = lambda _: None) -> Drafted:
    """Draft what is missing, in chunks that are committed whole."""
    drafted = Drafted()
    gaps = islice(ledger.gaps(plan.kinds, model=MODEL, recipe="", clause=plan.clause), plan.limit)
    batch_id: int | None = None
    while chunk := list(islice(gaps, _CHUNK)):
        made = [(gap, draft(gap.text, gap.lang, gap.kinds)) for gap in chunk]
        arrivals = [
            (gap.paragraph_id, gap.rank, IncomingLayer(kind, text, origin=Origin.OFFLINE, model=MODEL))
            for gap, texts in made
            for kind, text in texts.items()
        ]
        if arrivals:
            with ledger.store.write():
                batch_id = batch_id or ledger.store.add_batch("generate --offline", MODEL)
                drafted.layers += ledger.store.add_layers(arrivals, batch_id)
        drafted.paragraphs += sum(1 for _, texts in made if texts)
        progress(drafted.paragraphs)
    return drafted
