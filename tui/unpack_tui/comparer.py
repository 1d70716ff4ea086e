"""The screen's line to the process that compares new texts with the others.

Another process, because numpy and thousands of comparisons would hold up keys, however small the slices: measured on
texts of 500 characters, 11,000 of a kind, one new text takes some 10 ms.
"""

from __future__ import annotations

from collections.abc import Callable

from unpack_core import duplicates
from unpack_core.store import Store
from unpack_tui.companion import Companion

_FEW = 20
"""As many texts as the curator may be waiting for come before those of a batch."""


class Comparer:
    """Has new texts compared behind the review; `compared` is called in the event loop when there is news."""

    def __init__(self, store: Store, compared: Callable[[], None]) -> None:
        self._store = store
        self._companion = Companion(
            "unpack_core.duplicates.worker",
            lambda: (str(store.path.resolve()), store.place.file),
            lambda _: compared(),
        )
        self._seen = 0
        self._left = False

    def look(self) -> None:
        """See whether a text has come since the last time; a moment, where none has."""
        last = self._store.last("version")
        if last == self._seen or self._left:
            return
        few = self._seen and last - self._seen <= _FEW
        first = list(range(self._seen + 1, last + 1)) if few else []
        self._seen = last
        if duplicates.to_compare(self._store):
            self._companion.tell(first)

    def leave(self) -> None:
        """Let the process go, for good; what it has compared is kept."""
        self._left = True
        self._companion.end()  # between two transactions or within one: nothing is half kept
