"""Keys one after the other, however many come in one breath.

On a slow line they come in bursts. Textual hands all of them to the screen that is there when they are read, so that
what is typed behind `F` would reach the review, or the new field behind what is typed after it. Here a key of a screen
without a field is done before the next one is looked at, and what follows a key that opens a field waits for the field.
"""

from __future__ import annotations

from textual.app import App
from textual.events import Event, Key, Paste

from unpack_tui.screens.mode import Mode


class InOrder(App[None]):
    """An application of Modes."""

    _held: tuple[Key | Paste, ...] = ()
    """What was typed for a screen or a field that is not there yet."""

    async def on_event(self, event: Event) -> None:
        if not isinstance(event, Key | Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._held or self._opening():
            if not self._held:
                self.screen.call_after_refresh(self._release)
            self._held = (*self._held, event)
        elif isinstance(event, Key) and isinstance(self.screen, Mode) and self.focused is None:
            if not await self._check_bindings(event.key, priority=True):
                await self._check_bindings(event.key)
        else:
            await super().on_event(event)

    def _opening(self) -> bool:
        """Whether there is to be something that cannot take a key yet: the first screen, a field."""
        screen = self.screen
        unmounted = not screen.is_mounted  # what the key would paint on is not there
        return unmounted or (isinstance(screen, Mode) and screen.FIELD is not None and self.focused is None)

    async def _release(self) -> None:
        if self._opening():
            self.screen.call_after_refresh(self._release)
            return
        held, self._held = self._held, ()
        for event in held:
            await self.on_event(event)
