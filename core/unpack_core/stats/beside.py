"""Counting in a thread beside the keys: on a connection of its own, and ended when nobody waits for it any more."""

from __future__ import annotations

from unpack_core.giving_up import unless
from unpack_core.stats import Stats, collect
from unpack_core.store import Store


class Counting:
    """One count, to be run once in a thread. `stop` may be called from another."""

    def __init__(self, store: Store, where: str) -> None:
        self._store = store
        self.where = where
        self._stopped = False

    def run(self) -> Stats | None:
        """The numbers; None where it was stopped. Raises UnpackError."""
        with self._store.again() as store:
            return unless(self.over, store, lambda: collect(store, self.where))

    def over(self) -> bool:
        """Whether it was stopped."""
        return self._stopped

    def stop(self) -> None:
        self._stopped = True
