"""A curator's session: the walk from where it was left, what is decided on the way, and the place to come back to.

It knows no screen. A screen calls one of its verbs for a key and shows `view` and `layer` again.
"""

from __future__ import annotations

from contextlib import suppress

from unpack_core import checks, kept
from unpack_core.errors import StoreError
from unpack_core.events import Change
from unpack_core.findings import Finding
from unpack_core.model import Layer, Status
from unpack_core.narrowing import NarrowedWalk
from unpack_core.queue import ReadingOrder
from unpack_core.recipe import Recipe
from unpack_core.steps import Step
from unpack_core.store import Store

_CHECKED_AT_ONCE = 50
"""More new texts than these are checked between keys, not on the way of one."""


class Review(NarrowedWalk):
    """A curator's session with one database."""

    def __init__(self, store: Store, recipe: Recipe) -> None:
        super().__init__(store, recipe)
        self.decided = 0
        """Layers, one by one or in bulk, less those that were taken back."""
        self._come_back()

    @property
    def finished(self) -> bool:
        """Whether there are layers and none of them is pending, in a filter or out of it."""
        if self.left:
            return False
        (pending, some) = self.store.one(
            "SELECT EXISTS (SELECT 1 FROM layer WHERE status = 'pending'), EXISTS (SELECT 1 FROM layer)"
        )
        return bool(some and not pending)

    def refresh(self) -> None:
        super().refresh()
        if self.view is None:
            self._come_back()

    def save_place(self) -> None:
        if self.view:
            kept.keep_place(self.store, self.view.paragraph.id, self.layer.id if self.layer else None)
        with suppress(StoreError), self.store.waiting(1):  # without it the next start counts them again
            ReadingOrder(self.store).keep_left()

    def save_draft(self, layer: Layer, text: str) -> None:
        """What is typed for a layer, and the place: also after an end that saved none, it is there to be seen.

        Raises StoreError where the file was removed or replaced meanwhile; then both are in what was rescued.
        """

        def write(store: Store) -> None:
            with store.write():
                store.save_draft(layer.id, layer.head.id, text)
                kept.keep_place(store, layer.paragraph_id, layer.id)

        self.store.keep(write)

    def _come_back(self) -> None:
        paragraph_id, layer_id = kept.place(self.store)
        if paragraph_id:
            self._show(paragraph_id)
            self._look_at(layer_id)
            return
        paragraph_id = self.order.next_open() or self.order.first()
        if paragraph_id:
            self._start(paragraph_id)

    # --- doing -------------------------------------------------------------------------------------------------

    def decide(self, status: Status, *, seen: int | None = None) -> Step | None:
        """Accept or reject the layer in view and go on. Raises StaleError where it changed since it was shown.

        `seen` is the version that was before the curator's eyes, where that is not the one in view.
        """
        if not self.layer:
            return None
        with self.store.write():
            step = self.store.decide([self.layer.id], status, seen=seen or self.layer.head.id)
            kept.keep_place(self.store, self.layer.paragraph_id, self.layer.id)  # for who is killed and leaves none
        self._did(step)
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

    def decide_all(self, status: Status) -> Step | None:
        """Accept or reject every layer of the selection, in one step."""
        return self._did(self.store.decide(self._selected(), status))

    def retag_all(self, add: list[str], remove: list[str]) -> Step | None:
        """Add and take away tags on every layer of the selection, in one step."""
        return self._did(self.store.retag(self._selected(), add, remove))

    def _selected(self) -> list[int]:
        return list(self.selection.layer_ids()) if self.selection else []

    def undo(self) -> Step | None:
        """Take back the last step and go to where it happened."""
        return self._went_back(self.store.undo())

    def redo(self) -> Step | None:
        return self._went_back(self.store.redo())

    def count(self, step: Step) -> int:
        """Have what a step decided counted, also where it was done elsewhere; returns how many layers it opened."""
        opened = sum(_opened(change) for change in step.changes)
        self.decided -= opened
        return opened

    # --- what is shown -----------------------------------------------------------------------------------------

    def findings(self, layer: Layer) -> tuple[Finding, ...]:
        """What was found in the text that a layer shows."""
        return checks.found(self.store, layer.head.id)

    def faulty(self) -> frozenset[int]:
        """The layers in view in whose texts something was found."""
        return checks.faulty(self.store, [layer.id for layer in self.view.layers]) if self.view else frozenset()

    def _did(self, step: Step | None) -> Step | None:
        if step:
            if checks.behind(self.store) <= _CHECKED_AT_ONCE:
                with suppress(StoreError):  # the step is done, whatever the disk says to this
                    checks.catch_up(self.store, _CHECKED_AT_ONCE)
            opened = self.count(step)
            self.left = self.selection.left() if self.selection else self.left + opened
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
