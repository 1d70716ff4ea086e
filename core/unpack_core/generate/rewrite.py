"""One layer made again: asked for, stored as it came, taken up unless the curator changed the layer meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from unpack_core.generate import request as requests
from unpack_core.generate.answer import read
from unpack_core.generate.harvest import shares
from unpack_core.generate.offline import MODEL, draft
from unpack_core.model import IncomingLayer, Layer, Origin

if TYPE_CHECKING:
    from unpack_core.generate.asking import Asker
    from unpack_core.generate.ledger import Entry, Ledger
    from unpack_core.generate.request import Request
    from unpack_core.recipe import Recipe
    from unpack_core.store import Store


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What came of it."""

    version_id: int | None
    """None where nothing came that could be used; `reason` says why."""
    taken: bool = False
    """Whether it is the layer's head now; a candidate never is."""
    reason: str = ""
    cost_usd: float | None = None


class Rewriter:
    """Asks for layers again, by one recipe and model."""

    def __init__(self, ledger: Ledger, asker: Asker, recipe: Recipe, model: str, effort: str = "") -> None:
        self.ledger = ledger
        self.asker = asker
        self.recipe = recipe
        self.model = model
        self.effort = effort
        ledger.remember_recipe(recipe.hash, recipe.toml)
        self.recover()

    def recover(self) -> None:
        """Offer what was paid for and stored and is no version: a process ended there, or the disk was full."""
        for request_id in self.ledger.waiting_rewrites():
            take(self.ledger, self.ledger.entry(request_id))

    async def rewrite(
        self,
        layer_id: int,
        instruction: str = "",
        *,
        candidate: int | None = None,
        at_once: bool = True,
        on_text: Callable[[str], None] | None = None,
    ) -> Rewritten:
        """Ask for a layer once more; what is not taken up `at_once`, as the n-th `candidate`, is only offered.

        What came of the very same question and was never shown, for the process ended there, is not asked for again.
        Raises GenerationError where asking is no use. Cancelled while it is in flight, nothing changes.
        """
        layer = self.ledger.store.layer(layer_id)
        seen = layer if at_once and candidate is None else None
        if version_id := self._there_already(layer, instruction, candidate):
            return Rewritten(version_id, _taken_up(self.ledger.store, version_id, seen), cost_usd=0.0)
        with self.ledger.store.write():  # two windows that ask for one layer ask two questions
            request = self._new(layer, instruction, candidate, self.ledger.rewrites(layer_id))
            entry = self.ledger.enter(request, self.asker.identity, layer.paragraph_id, layer_id)
        if not await self.asker.ask(entry, request, on_text):
            return Rewritten(None, reason=self.ledger.entry(entry.id).reason)
        return take(self.ledger, entry, seen)

    def take_up(self, offered: Sequence[tuple[Layer, int]]) -> int:
        """Make versions the heads of their layers in one step, of those that were not changed meanwhile; how many."""
        store = self.ledger.store
        with store.write():
            step = store.take_up_all({layer.id: version_id for layer, version_id in offered if unchanged(store, layer)})
        return len(step.changes) if step else 0

    def draft(self, layer_id: int) -> int | None:
        """A draft by rules becomes the head, where the rules find something new; its version's id."""
        store = self.ledger.store
        layer = store.layer(layer_id)
        paragraph = store.paragraph(layer.paragraph_id)
        text = draft(paragraph.text, paragraph.lang, [layer.kind]).get(layer.kind)
        if text is None or text == layer.head.text:
            return None
        store.regenerate(layer_id, IncomingLayer(layer.kind, text, origin=Origin.OFFLINE, model=MODEL))
        return store.layer(layer_id).head.id

    def _there_already(self, layer: Layer, instruction: str, candidate: int | None) -> int | None:
        """A version that came of this question and has waited since."""
        self.recover()
        first = self._new(layer, instruction, candidate, 0)
        self.asker.identity(first)  # before others wait: the first name of all has the SDK imported, for seconds
        if candidate is None:
            for identity, number, version_id in self.ledger.never_shown(layer.id):
                same = replace(first, number=number)
                if identity in map(self.asker.identity, (same, replace(same, copy=layer.id))):
                    return version_id
        return None

    def _new(self, layer: Layer, instruction: str, candidate: int | None, number: int) -> Request:
        """The n-th request of its sort: asking again for the same is asking for another answer."""
        paragraph = self.ledger.store.paragraph(layer.paragraph_id)
        return requests.regenerate(
            self.recipe, paragraph.text, paragraph.lang, layer.kind, layer.head.text, model=self.model,
            instruction=instruction, number=number, effort=self.effort, candidate=candidate,
        )  # fmt: skip


def unchanged(store: Store, seen: Layer) -> bool:
    """Whether a layer still is what the curator saw when it was asked for."""
    now = store.layer(seen.id)
    return (now.head.id, now.status) == (seen.head.id, seen.status)


def take(ledger: Ledger, entry: Entry, seen: Layer | None = None) -> Rewritten:
    """Make a stored answer a version, and the head where the layer is still as it was `seen`.

    Another window that begins to ask may just have made the version: then that is the one.
    """
    store, paid = ledger.store, ledger.answer(entry.id)
    assert paid is not None
    assert entry.layer_id is not None
    with store.write():
        made_before = ledger.made_of(entry.id) if ledger.entry(entry.id).state == "done" else None
        if made_before is not None:
            return Rewritten(made_before, _taken_up(store, made_before, seen), cost_usd=paid.cost_usd)
        paragraph = store.paragraph(entry.paragraph_id)
        answer = read(paid.body, entry.kinds, paragraph.text, paragraph.lang)
        made = shares(entry, paid, answer, Origin.REGENERATED)
        if not made:
            reason = " ".join(fault.sentence for fault in answer.faults) or "The model had nothing to say here."
            ledger.mark(entry.id, "refused" if answer.state == "refused" else "failed", reason)
            return Rewritten(None, reason=reason, cost_usd=paid.cost_usd)
        version_id = store.offer(entry.layer_id, made[0])
        taken = _taken_up(store, version_id, seen)
        ledger.mark(entry.id, "done")
    return Rewritten(version_id, taken, cost_usd=paid.cost_usd)


def _taken_up(store: Store, version_id: int, seen: Layer | None) -> bool:
    """Make a version the head of its layer where that is still as it was `seen`; whether it is the head now."""
    with store.write():
        if seen is None or not unchanged(store, seen):
            return False
        store.take_up(seen.id, version_id)
    return True
