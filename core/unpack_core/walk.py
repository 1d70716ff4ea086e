"""The way along paragraphs and their layers: what is in view, what comes next, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from unpack_core.model import Document, Layer, Paragraph, Status
from unpack_core.queue import Order, ReadingOrder
from unpack_core.recipe import Recipe
from unpack_core.store import Store


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


class Walk:
    """A place in an order of paragraphs: nowhere, until it is led to one."""

    def __init__(self, store: Store, recipe: Recipe) -> None:
        self.store = store
        self.recipe = recipe
        self.order: Order = ReadingOrder(store)
        self.view: View | None = None
        self.at = 0
        self.total = self.order.total()
        self.left = self.order.left()
        self._kind_order: Mapping[str, int] = {kind.id: n for n, kind in enumerate(recipe.kinds)}

    @property
    def layer(self) -> Layer | None:
        """The layer in view; None where the paragraph has none."""
        return self.view.layers[self.at] if self.view and self.view.layers else None

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

    def refresh(self) -> None:
        """Read again what another window may have changed, staying where we are."""
        self.total = self.order.total()
        self.left = self.order.left()
        self._reread()

    def _walk(self, order: Order, paragraph_id: int | None, layer_id: int | None) -> None:
        """Go along another order from here on, at a layer or the first pending one of a paragraph."""
        self.order = order
        self.total = order.total()
        self.left = order.left()
        self.view = None
        self.at = 0
        if paragraph_id:
            self._start(paragraph_id)
            self._look_at(layer_id)

    def _start(self, paragraph_id: int) -> None:
        """Show the first pending layer of a paragraph."""
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
