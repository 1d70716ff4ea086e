"""A walk along what a filter or a search finds, and back to where one was before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpack_core import kept
from unpack_core.model import Span
from unpack_core.queue import Arrangement, Order, ReadingOrder
from unpack_core.recipe import Recipe
from unpack_core.store import Store
from unpack_core.walk import Walk

if TYPE_CHECKING:  # what is found, which is imported when something is looked for
    from unpack_core.selection import Search, Selection


class NarrowedWalk(Walk):
    """A walk that can be narrowed: by a filter, in an order, and by a search within it."""

    def __init__(self, store: Store, recipe: Recipe) -> None:
        super().__init__(store, recipe)
        self._under: list[tuple[Order, int | None, int | None]] = []
        """Each order that another was laid over, with the paragraph and the layer to go back to."""
        self.filter = ""
        self.search = ""
        self.arrangement = Arrangement.DOCUMENT
        self.to_resume = kept.way(store)
        """What was walked through last time, until `resume` has it back or it is given up: `EVERYTHING` is nothing."""
        self._named = False
        self.missed = False
        """Whether `begin_in` was told of a filter that finds nothing."""

    @property
    def selection(self) -> Selection | None:
        """What is walked through instead of everything."""
        if isinstance(self.order, ReadingOrder):
            return None
        from unpack_core.selection import Selection

        return self.order if isinstance(self.order, Selection) else None

    def narrow(self, expression: str, arrangement: Arrangement | None = None) -> bool:
        """Walk through what an expression finds, in an order (the present one by default); "" finds everything.

        False where it finds nothing: then all stays as it is. Raises FilterError.
        """
        arrangement = arrangement or self.arrangement
        if expression.strip() or arrangement != Arrangement.DOCUMENT:
            return self.narrow_to(self.searching(expression, arrangement).find(), expression)
        self.search = ""
        while self.select_none():
            pass
        self._keep(kept.EVERYTHING)
        return True

    def narrow_to(self, found: Selection | None, expression: str) -> bool:
        """The same, of what was found elsewhere by `searching`."""
        if not self._select(found):
            return False
        assert found
        self._keep(kept.Way(expression.strip(), found.arrangement))
        return True

    def begin_in(self, expression: str) -> None:
        """Let `resume` find this instead, and nothing else will do."""
        self.to_resume, self._named = kept.Way(expression), True

    def resume(self, found: Selection | None, expression: str) -> bool:
        """Walk on through what was walked through last time, at the layer in view if it is in it."""
        layer = self.layer
        if not self._select(found):
            self.missed = self._named
            return False
        assert found
        self._keep(kept.Way(expression, found.arrangement))
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

        return Search(self.store, expression, arrangement)

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

    def select_none(self) -> bool:
        """Leave the selection and go back to where one was before it; False where there is none."""
        if not self.selection:
            return False
        self.selection.close()
        self._walk(*self._under.pop())
        return True

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

    def _keep(self, way: kept.Way) -> None:
        self.filter, self.arrangement, self.to_resume = way.filter, way.arrangement, kept.EVERYTHING
        if kept.way(self.store) != way:
            kept.keep_way(self.store, way)
