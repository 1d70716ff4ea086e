"""Where the curator is: the paragraph and layer in view, the way on after each decision, and the place to come back to.

It knows no screen. A screen calls one of its verbs for a key and shows `view` and `layer` again.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from unpack_core import checks, kept
from unpack_core.errors import StoreError
from unpack_core.events import Change
from unpack_core.findings import Finding
from unpack_core.model import Document, Layer, Paragraph, Span, Status
from unpack_core.queue import Arrangement, Order, ReadingOrder
from unpack_core.recipe import Recipe
from unpack_core.steps import Step
from unpack_core.store import Store

if TYPE_CHECKING:  # what is found, which is imported when something is looked for
    from unpack_core.selection import Search, Selection

_CHECKED_AT_ONCE = 50
"""More new texts than these are checked between keys, not on the way of one."""


@dataclass(frozen=True, slots=True)
class View:
    """A paragraph with those of its layers that are walked through, in the order of the recipe's kinds."""

    document: Document
    paragraph: Paragraph
    layers: tuple[Layer, ...]
    number: int
    """1 for the first paragraph of the order."""
    hidden: int = 0
    """How many more layers it has, which the filter did not find."""


class Review:
    """A curator's session with one database."""

    def __init__(self, store: Store, recipe: Recipe) -> None:
        self.store = store
        self.recipe = recipe
        self.order: Order = ReadingOrder(store)
        self._under: list[tuple[Order, int | None, int | None]] = []
        self.view: View | None = None
        self.at = 0
        self.decided = 0
        self.filter = ""
        self.search = ""
        self.arrangement = Arrangement.DOCUMENT
        self.total = self.order.total()
        self.left = self.order.left()
        self._kind_order: Mapping[str, int] = {kind.id: n for n, kind in enumerate(recipe.kinds)}
        self._resume()
        self.to_resume = kept.way(store)
        """What was walked through last time, until `resume` has it back or it is given up: `EVERYTHING` is nothing."""

    @property
    def layer(self) -> Layer | None:
        """The layer in view; None where the paragraph has none."""
        return self.view.layers[self.at] if self.view and self.view.layers else None

    @property
    def finished(self) -> bool:
        """Whether there are layers and none of them is pending, in a filter or out of it."""
        if self.left:
            return False
        (pending, some) = self.store.one(
            "SELECT EXISTS (SELECT 1 FROM layer WHERE status = 'pending'), EXISTS (SELECT 1 FROM layer)"
        )
        return bool(some and not pending)

    # --- moving ------------------------------------------------------------------------------------------------

    def next_layer(self) -> bool:
        """Go to the next layer, in the next paragraph after the last; False at the very end."""
        if self.view and self.at + 1 < len(self.view.layers):
            self.at += 1
            return True
        return self.next_paragraph()

    def previous_layer(self) -> bool:
        if self.at:
            self.at -= 1
            return True
        if not self.previous_paragraph():
            return False
        self.at = max(0, len(self.view.layers) - 1) if self.view else 0
        return True

    def next_paragraph(self) -> bool:
        return self._move(self.order.after(self.view.paragraph.id) if self.view else None)

    def previous_paragraph(self) -> bool:
        return self._move(self.order.before(self.view.paragraph.id) if self.view else None)

    def has_paragraph(self, direction: int) -> bool:
        """Whether there is a paragraph after (1) or before (-1) the one in view."""
        if not self.view:
            return False
        beside = self.order.after if direction > 0 else self.order.before
        return beside(self.view.paragraph.id) is not None

    def first(self) -> bool:
        return self._move(self.order.first(), 1)

    def last(self) -> bool:
        return self._move(self.order.last(), self.order.total())

    def go_on(self) -> bool:
        """Go to the next pending layer; after the last one, to the first that is left. False where there is none."""
        if not self.view:
            return False
        ahead = self._pending(self.at + 1)
        if ahead is not None:
            self.at = ahead
            return True
        here = self.view.paragraph.id
        paragraph_id = self.order.next_open(here) or self.order.next_open()
        if paragraph_id is None:
            return False
        if paragraph_id != here:
            self._show(paragraph_id)
        self.at = self._pending(0) or 0
        return True

    def go_to(self, layer_id: int) -> None:
        """Show a layer, wherever it is."""
        self._show(self.store.layer(layer_id).paragraph_id)
        self._look_at(layer_id)

    # --- filters and orders ------------------------------------------------------------------------------------

    def narrow(self, expression: str, arrangement: Arrangement | None = None) -> bool:
        """Walk through what an expression finds, in an order (the present one by default); "" finds everything.

        False where it finds nothing: then all stays as it is. Raises FilterError.
        """
        arrangement = arrangement or self.arrangement
        if not expression.strip() and arrangement == Arrangement.DOCUMENT:
            self.search = ""
            while self.select_none():
                pass
        else:
            return self.narrow_to(self.searching(expression, arrangement).find(), expression)
        self._keep(kept.Way(expression.strip(), arrangement))
        return True

    def narrow_to(self, found: Selection | None, expression: str) -> bool:
        """The same, of what was found elsewhere by `searching`."""
        if not self._select(found):
            return False
        assert found
        self._keep(kept.Way(expression.strip(), found.arrangement))
        return True

    def resume(self, found: Selection | None, expression: str) -> bool:
        """Walk on through what was walked through last time, at the layer in view if it is in it."""
        layer = self.layer
        if not self._select(found):
            return False
        assert found
        self.filter, self.arrangement, self.to_resume = expression, found.arrangement, kept.EVERYTHING
        if layer and layer.id in (self.order.layers(layer.paragraph_id) or ()):
            self.go_to(layer.id)
        return True

    def look_for(self, expression: str) -> bool:
        """Walk through what a search finds within the filter, until `leave`. False where it finds nothing."""
        return self.look_at(self.searching(self.within(expression)).find(), expression)

    def look_at(self, found: Selection | None, expression: str) -> bool:
        """The same, of what was found elsewhere by `searching`."""
        if not self._select(found, over=True):
            return False
        self.search = expression
        return True

    def within(self, expression: str) -> str:
        """A search as one is done in the filter."""
        return " ".join(filter(None, [self.filter, expression]))

    def searching(self, expression: str, arrangement: Arrangement = Arrangement.DOCUMENT) -> Search:
        """What finds it, in this thread or another. Raises FilterError."""
        from unpack_core.selection import Search

        return Search(self.store.path, expression, arrangement)

    def leave(self) -> bool:
        """End the search, else the filter, and go back to where one was; False where there is neither."""
        if self.search:
            self.search = ""
            return self.select_none()
        if self.filter:
            return self.narrow("")
        return False

    def lit(self, text: str) -> list[Span]:
        """Where a text holds the words that are looked for."""
        return self.selection.clause.lit(text) if self.selection else []

    def decide_all(self, status: Status) -> Step | None:
        """Accept or reject every layer of the selection, in one step."""
        return self._did(self.store.decide(self._selected(), status))

    def retag_all(self, add: list[str], remove: list[str]) -> Step | None:
        """Add and take away tags on every layer of the selection, in one step."""
        return self._did(self.store.retag(self._selected(), add, remove))

    def _selected(self) -> list[int]:
        return list(self.selection.layer_ids()) if self.selection else []

    @property
    def selection(self) -> Selection | None:
        """What is walked through instead of everything."""
        if isinstance(self.order, ReadingOrder):
            return None
        from unpack_core.selection import Selection

        return self.order if isinstance(self.order, Selection) else None

    def _select(self, found: Selection | None, *, over: bool = False) -> bool:
        """Walk through what was found alone: from here on; in another order than the document's, from its start.

        It takes the place of the filter that there is or, with `over`, comes on top of it, as a search in a filter
        does; another search ends. False where nothing is found: then all stays as it is.
        """
        if not found or not found.total():
            if found:
                found.close()
            return False
        if self.search:
            self.select_none()
            self.search = ""
        here = self.view.paragraph.id if self.view else None
        looked_at = self.layer.id if self.layer else None
        if self.selection and not over:
            self.selection.close()
        else:
            self._under.append((self.order, here, looked_at))
        if here and (over or found.arrangement == Arrangement.DOCUMENT):
            start = found.nearest(here)
        else:
            start = found.next_open() or found.first()
        self._walk(found, start, looked_at if start == here else None)
        return True

    def select_none(self) -> bool:
        """Leave the selection and go back to where one was before it; False where there is none."""
        if not self.selection:
            return False
        self.selection.close()
        self._walk(*self._under.pop())
        return True

    def _walk(self, order: Order, paragraph_id: int | None, layer_id: int | None) -> None:
        self.order = order
        self.total = order.total()
        self.left = order.left()
        self.view = None
        self.at = 0
        if paragraph_id:
            self._show(paragraph_id)
            self.at = self._pending(0) or 0
            self._look_at(layer_id)

    # --- doing -------------------------------------------------------------------------------------------------

    def decide(self, status: Status) -> Step | None:
        """Accept or reject the layer in view and go on. Raises StaleError where it changed since it was shown."""
        if not self.layer:
            return None
        step = self._did(self.store.decide([self.layer.id], status, seen=self.layer.head.id))
        self.decided += step is not None
        self.go_on()
        return step

    def flag(self) -> Step | None:
        """Flag the layer in view, or take its flag away."""
        return self._did(self.store.flag([self.layer.id], not self.layer.flagged)) if self.layer else None

    def toggle_tag(self, name: str) -> Step | None:
        if not self.layer:
            return None
        has = name in self.layer.tags
        return self._did(self.store.retag([self.layer.id], [] if has else [name], [name] if has else []))

    def set_tags(self, names: list[str]) -> Step | None:
        """These and no other tags."""
        if not self.layer:
            return None
        return self._did(self.store.retag([self.layer.id], names, set(self.layer.tags) - set(names)))

    def edit(self, text: str, seen: int) -> Step | None:
        """The curator's text for the layer in view, which was begun from the version `seen`."""
        return self._did(self.store.edit(self.layer.id, text, seen=seen)) if self.layer else None

    def restore(self, version_id: int) -> Step | None:
        """Show an older version of the layer in view again."""
        return self._did(self.store.restore(self.layer.id, version_id)) if self.layer else None

    def take_up(self, layer_id: int, version_id: int, seen: int) -> Step | None:
        """Show a text that a model offered for a layer whose head was `seen`. Raises StaleError."""
        return self._did(self.store.take_up(layer_id, version_id, seen=seen))

    def undo(self) -> Step | None:
        """Take back the last step and go to where it happened."""
        return self._went_back(self.store.undo())

    def redo(self) -> Step | None:
        return self._went_back(self.store.redo())

    # --- what is shown -----------------------------------------------------------------------------------------

    def findings(self, layer: Layer) -> tuple[Finding, ...]:
        """What was found in the text that a layer shows."""
        return checks.found(self.store, layer.head.id)

    def faulty(self) -> frozenset[int]:
        """The layers in view in whose texts something was found."""
        return checks.faulty(self.store, [layer.id for layer in self.view.layers]) if self.view else frozenset()

    def refresh(self) -> None:
        """Read again what another window may have changed, staying where we are."""
        self.total = self.order.total()
        self.left = self.order.left()
        if self.view is None:
            self._resume()
            return
        self._reread()

    def save_place(self) -> None:
        if self.view:
            kept.keep_place(self.store, self.view.paragraph.id, self.layer.id if self.layer else None)
        with suppress(StoreError), self.store.waiting(1):  # without it the next start counts them again
            ReadingOrder(self.store).keep_left()

    def _keep(self, way: kept.Way) -> None:
        self.filter, self.arrangement, self.to_resume = way.filter, way.arrangement, kept.EVERYTHING
        kept.keep_way(self.store, way)

    def _resume(self) -> None:
        paragraph_id, layer_id = kept.place(self.store)
        if paragraph_id:
            self._show(paragraph_id)
            self._look_at(layer_id)
            return
        paragraph_id = self.order.next_open() or self.order.first()
        if paragraph_id:
            self._show(paragraph_id)
            self.at = self._pending(0) or 0

    def _move(self, paragraph_id: int | None, number: int | None = None) -> bool:
        """Show a paragraph, unless it is in view or there is none; its number is counted where it is not known."""
        if paragraph_id is None or (self.view and self.view.paragraph.id == paragraph_id):
            return False
        self._show(paragraph_id, number)
        return True

    def _show(self, paragraph_id: int, number: int | None = None) -> None:
        if number is None:
            before = self.view
            number = (
                before.number + self.order.between(before.paragraph.id, paragraph_id)
                if before
                else self.order.number(paragraph_id)
            )
        paragraph = self.store.paragraph(paragraph_id)
        document = self.store.document(paragraph.document_id)
        layers, hidden = self._layers(paragraph_id)
        self.view = View(document, paragraph, layers, number, hidden)
        self.at = 0

    def _layers(self, paragraph_id: int) -> tuple[tuple[Layer, ...], int]:
        """The layers to walk through, and how many others there are."""
        known = self._kind_order
        layers = sorted(
            self.store.layers(paragraph_id), key=lambda layer: (known.get(layer.kind, len(known)), layer.id)
        )
        scope = self.order.layers(paragraph_id)
        shown = tuple(layer for layer in layers if scope is None or layer.id in scope)
        return shown, len(layers) - len(shown)

    def _reread(self) -> None:
        if self.view:
            shown = self.layer.id if self.layer else None
            paragraph = self.store.paragraph(self.view.paragraph.id)  # its source may have changed meanwhile
            layers, hidden = self._layers(paragraph.id)
            self.view = replace(self.view, paragraph=paragraph, layers=layers, hidden=hidden)
            self._look_at(shown)

    def _look_at(self, layer_id: int | None) -> None:
        ids = [layer.id for layer in self.view.layers] if self.view else []
        self.at = ids.index(layer_id) if layer_id in ids else min(self.at, max(0, len(ids) - 1))

    def _pending(self, start: int) -> int | None:
        layers = self.view.layers if self.view else ()
        return next((n for n in range(start, len(layers)) if layers[n].status == Status.PENDING), None)

    def _did(self, step: Step | None) -> Step | None:
        if step:
            if checks.behind(self.store) <= _CHECKED_AT_ONCE:
                with suppress(StoreError):  # the step is done, whatever the disk says to this
                    checks.catch_up(self.store, _CHECKED_AT_ONCE)
            if self.selection:
                self.left = self.selection.left()
            else:
                self.left += sum(_opened(change) for change in step.changes)
            self._reread()
        return step

    def _went_back(self, step: Step | None) -> Step | None:
        if step and step.layer_id:
            self._did(step)
            self.go_to(step.layer_id)
        return step


def _opened(change: Change) -> int:
    """1 where a layer became pending, -1 where it was decided."""
    if "status" not in change.after:
        return 0
    return (change.after["status"] == Status.PENDING) - (change.before["status"] == Status.PENDING)
