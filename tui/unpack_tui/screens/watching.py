"""What goes on in the file beside the keys: texts that others bring, what is found in them, and what they resemble."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from unpack_core import checks, search
from unpack_core.errors import StoreError
from unpack_tui.comparer import Comparer

if TYPE_CHECKING:
    from unpack_tui.screens.review import ReviewScreen

_SECONDS = 1.0
_CHECKED_BETWEEN = 100
"""Texts a second: some 30 ms of it are spent on them."""


class Watching:
    """A look at the file now and then, while a review screen is open."""

    def __init__(self, screen: ReviewScreen) -> None:
        self.screen = screen
        self.review = screen.review
        self.comparer = Comparer(screen.review.store, self._compared)

    def begin(self) -> None:
        self.screen.set_interval(_SECONDS, self._look)

    def _look(self) -> None:
        store = self.review.store
        checked = checks.behind(store) > 0
        with suppress(StoreError), store.waiting(0):  # what cannot be written now can be later
            if checked:
                checks.catch_up(store, _CHECKED_BETWEEN)
            elif search.behind(store):
                search.catch_up(store)
        self.comparer.look()
        if store.changed_elsewhere():
            self.review.refresh()
            self.screen.show()
        elif checked:
            self.screen.show()

    def _compared(self) -> None:
        """All texts are compared: say what the one in view resembles."""
        if self.screen.is_current:
            self.screen.show()
