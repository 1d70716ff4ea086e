"""A stored answer becomes layers: read, checked, and added with what it cost, in one transaction.

Reading can be done again at any time, by a better reader, over the same answers: only what is missing is added.
"""

from __future__ import annotations

from dataclasses import dataclass

from unpack_core.generate.answer import Answer, Fault, read
from unpack_core.generate.ledger import Entry, Ledger, Paid, Runs
from unpack_core.model import IncomingLayer, Origin


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one answer brought."""

    kinds: tuple[str, ...]
    """Of the layers that were added."""
    faults: tuple[Fault, ...]
    lacking: tuple[str, ...]
    """Kinds that were asked for and did not come in a form that can be used."""
    state: str
    """What the request is now."""
    reason: str


def gather(ledger: Ledger, request_id: int, run: Runs) -> Harvest:
    """Read the last answer of a request for missing layers and add those that its paragraph still has none of.

    `run` gives the batch to put them in.
    """
    store = ledger.store
    with store.write():
        entry, paid = ledger.entry(request_id), ledger.answer(request_id)
        assert paid is not None
        paragraph = store.paragraph(entry.paragraph_id)
        answer = read(paid.body, entry.kinds, paragraph.text, paragraph.lang)
        wanted = ledger.missing_still(entry.paragraph_id, list(answer.layers))
        (rank,) = store.one("SELECT rank FROM paragraph WHERE id = ?", (entry.paragraph_id,))
        added = [
            (entry.paragraph_id, rank, layer)
            for layer in shares(entry, paid, answer, Origin.GENERATED)
            if layer.kind in wanted
        ]
        if added:
            store.add_layers(added, run(entry.model))
        lacking = tuple(kind for kind in entry.kinds if kind not in answer.layers and kind not in answer.nothing)
        reason = " ".join(fault.sentence for fault in answer.faults if fault.kind not in answer.layers)
        state = "refused" if answer.state == "refused" else "failed" if lacking else "done"
        ledger.mark(entry.id, state, reason)
    return Harvest(tuple(layer.kind for _, _, layer in added), answer.faults, lacking, state, reason)


def shares(entry: Entry, paid: Paid, answer: Answer, origin: Origin) -> list[IncomingLayer]:
    """The answer's layers, each with its share of the tokens and the cost: the shares add up to the whole."""
    count = len(answer.layers)
    return [
        IncomingLayer(
            kind,
            text,
            origin=origin,
            model=entry.model,
            instruction=entry.instruction,
            recipe=entry.recipe,
            effort=entry.effort,
            input_tokens=_share(paid.input_tokens, n, count),
            output_tokens=_share(paid.output_tokens, n, count),
            cost_usd=None if paid.cost_usd is None else paid.cost_usd / count,
            request_id=entry.id,
        )
        for n, (kind, text) in enumerate(answer.layers.items())
    ]


def _share(whole: int, n: int, count: int) -> int:
    return whole * (n + 1) // count - whole * n // count
