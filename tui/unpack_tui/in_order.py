"""Keys one after the other, however many come in one breath.

On a slow line they come in bursts. Textual hands all of them to the screen that is there when they are read, so that
what is typed behind `F` would reach the review, what is typed behind ctrl+s the field that is being left, and a letter
behind backspace would be there before it. Here a key is done before the next one is looked at: a letter goes into its
field, any other key waits until the field has taken what was typed before it, what follows a key that opens a field
waits for the field, and what follows one that has something done first waits for that (`Mode.waiting`).
"""

from __future__ import annotations

from collections import deque
from typing import Any

from textual.app import App
from textual.events import Event, Key, Paste
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from unpack_tui.screens.mode import GoOn, Mode


class Taken(Message):
    """Goes the way of a field's own messages, and so says here that all before it have come."""

    def __init__(self, field: Widget) -> None:
        super().__init__()
        self.field = field


class InOrder(App[None]):
    """An application of Modes."""

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[Key | Paste] = deque()
        self._awaited: Widget | None = None

    async def on_event(self, event: Event) -> None:
        if not isinstance(event, Key | Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._takes_keys():
            if isinstance(self.screen, Mode):
                self.app_focus = True
                if _ends(self.screen, event):
                    self._held.clear()  # what was typed before it was meant for what does not come now
                self._held.append(event)
                await self._go_on()
            else:
                await super().on_event(event)

    async def on_go_on(self, message: GoOn) -> None:
        if not message.come:
            self._held.clear()
        await self._go_on()

    async def on_taken(self, taken: Taken) -> None:
        await self._came(taken.field, taken=True)

    async def _came(self, awaited: Widget, *, taken: bool = False) -> None:
        if self._awaited is awaited:
            self._awaited = None
            await self._go_on(taken=taken)

    async def _go_on(self, *, taken: bool = False) -> None:
        """Do what is held until something has to be waited for; with `taken` the first of it has waited for its field.

        A screen that is left tells the one below what came of it: the next key comes after that.
        """
        while self._held and self._takes_keys() and (taken or not self._waits(self._held[0])):
            taken = False
            event, screens = self._held.popleft(), len(self.screen_stack)
            letter = _behind_esc(event)
            await self._do(Key("escape", "\x1b") if letter else event)
            if letter and len(self.screen_stack) <= screens:  # alt+n is no answer to a question that esc asks
                self._held.appendleft(Key(letter, letter))
            if self._takes_keys() and len(self.screen_stack) < screens:
                self._awaited = self.screen
                self.screen.call_next(self.call_next, self._came, self.screen)

    def _takes_keys(self) -> bool:
        """Not while the program is leaving: what is typed behind `q` is done no more."""
        return bool(self.screen_stack) and not self._exit

    def _waits(self, event: Key | Paste) -> bool:
        """Whether it has to wait: for a screen or field to be there, or until the field has taken what came before."""
        screen, field = self.screen, self.focused
        if self._awaited is screen or (isinstance(screen, Mode) and screen.waiting and not _ends(screen, event)):
            return True
        for_a_field = isinstance(screen, Mode) and screen.FIELD is not None
        if not screen.is_mounted or (for_a_field and field is None):
            self._awaited = screen
            screen.call_after_refresh(self.call_next, self._came, screen)
            return True
        if field is None or _writes(event):
            return False
        if self._awaited is not field:
            self._awaited = field
            field.post_message(Taken(field))
        return True

    async def _do(self, event: Key | Paste) -> None:
        if isinstance(event, Paste) or (self.focused and _writes(event)):
            await super().on_event(event)
            return
        key = event.key
        if await self._check_bindings(key, priority=True) or await self._ours(key) or await self._check_bindings(key):
            return
        (self.focused or self.screen)._forward_event(event)

    async def _ours(self, key: str) -> bool:
        """What the screen itself has declared for a key comes before what its field would do with it."""
        for node, bindings in self.screen._binding_chain:
            if node is self.screen:
                for binding in bindings.key_to_bindings.get(key, ()):
                    if binding.id and await self.run_action(binding.action, node):
                        return True
        return False


def _ends(screen: Screen[Any], event: Key | Paste) -> bool:
    """Whether it is a key that ends what the screen waits for."""
    return isinstance(screen, Mode) and screen.waiting and isinstance(event, Key) and screen.ends(event.key)


def _writes(event: Key | Paste) -> bool:
    return isinstance(event, Paste) or (event.is_printable and not _behind_esc(event))


def _behind_esc(event: Key | Paste) -> str:
    """The letter that came right behind esc: Textual tells of alt with it, a key that no screen has. "" for none."""
    if isinstance(event, Paste) or not event.key.startswith("alt+") or not event.character:
        return ""
    return event.character if event.character.isalnum() else ""
