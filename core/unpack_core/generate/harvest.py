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
    """What was wrong with the rest."""
    lacking: tuple[str, ...]
    """Kinds that were asked for and did not come in a form that can be used."""
    state: str
    """What the request is now; `answered` where it waits for a repair."""
    cut: bool = False
    """Whether the answer ran out of tokens."""

    @property
    def name(self) -> str:
        """The first fault in two words; "" where there is none."""
        return self.faults[0].name if self.faults else ""

    @property
    def reason(self) -> str:
        """The faults as sentences."""
        return " ".join(fault.sentence for fault in self.faults)


def gather(ledger: Ledger, request_id: int, run: Runs, *, waits: bool = False) -> Harvest:
    """Read the last answer of a request for missing layers and add those that its paragraph still has none of.

    `run` gives the batch to put them in. An answer that `waits` for its repair gives what is without fault alone; it
    is read again after that, by the next run if this one is killed, and then a doubtful layer is better than none.
    """
    store = ledger.store
    with store.write():
        entry, paid = ledger.entry(request_id), ledger.answer(request_id)
        assert paid is not None
        paragraph = store.paragraph(entry.paragraph_id)
        answer = read(paid.body, entry.kinds, paragraph.text, paragraph.lang)
        held = answer.doubtful if waits else frozenset()
        wanted = ledger.missing_still(entry.paragraph_id, [kind for kind in answer.layers if kind not in held])
        (rank,) = store.one("SELECT rank FROM paragraph WHERE id = ?", (entry.paragraph_id,))
        added = [
            (entry.paragraph_id, rank, layer)
            for layer in shares(entry, paid, answer, Origin.GENERATED)
            if layer.kind in wanted
        ]
        if added:
            store.add_layers(added, run(entry.model))
        came = {*answer.layers, *answer.nothing} - held
        lacking = ledger.lacking(entry, [kind for kind in entry.kinds if kind not in came])
        faults = tuple(fault for fault in answer.faults if not fault.kind or fault.kind in lacking)
        state = "refused" if answer.state == "refused" else "done" if not lacking else "answered" if waits else "failed"
        harvest = Harvest(tuple(layer.kind for _, _, layer in added), faults, lacking, state, answer.state == "cut")
        ledger.mark(entry.id, state, "" if state == "done" else harvest.reason)
    return harvest


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
