"""What goes on in the file beside the keys: texts that others bring, what is found in them, and what they resemble."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from unpack_core import checks, search
from unpack_core.errors import StoreError
from unpack_core.model import Layer
from unpack_core.plain import plain
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
        self._written = (0, 0)
        """How far the file had been written when it was looked at last."""
        self._painted: Layer | None = None
        """The layer in view as the screen has it still, while what another window made of it is not painted yet."""

    def begin(self) -> None:
        self.screen.set_interval(_SECONDS, self.look)

    def look(self) -> None:
        """Take up what others did, and do a little of what is left to do."""
        store = self.review.store
        self.stay_in_place()
        checked = checks.behind(store) > 0
        with suppress(StoreError), store.waiting(0):  # what cannot be written now can be later
            if checked:
                checks.catch_up(store, _CHECKED_BETWEEN)
            elif search.behind(store):
                search.catch_up(store)
        self.comparer.look()
        self.screen.seeking.rest()
        self._rest()
        if store.changed_elsewhere():
            self._take_up()
        elif checked:
            self.screen.show()

    def stay_in_place(self) -> None:
        """A file that was replaced is let go at once: whoever opens the new one would share our log with us."""
        store = self.review.store
        known = store.place.rescued
        try:
            store.place.stay()
        except StoreError as error:
            if store.place.rescued != known:
                self.screen.notify(plain(str(error)), severity="error", markup=False)

    def _rest(self) -> None:
        """What was written and rests is put into the file itself; its log would outlive us where we are killed."""
        store = self.review.store
        written, self._written = self._written, store.written()
        if written == self._written:
            with suppress(StoreError):
                store.empty_log()

    def _take_up(self) -> None:
        before = self.review.layer
        self.review.refresh()
        self.screen.show()
        now = self.review.layer
        if before and now and before.id == now.id and before.head.id != now.head.id:
            self._painted = before
            self.screen.call_after_refresh(self._forget)

    def _forget(self) -> None:
        self._painted = None

    def seen(self, layer: Layer) -> int:
        """The version of a layer that the curator had before their eyes when they pressed a key that is done now."""
        return self._painted.head.id if self._painted and self._painted.id == layer.id else layer.head.id

    def _compared(self) -> None:
        """All texts are compared: say what the one in view resembles."""
        if self.screen.is_current:
            self.screen.show()
