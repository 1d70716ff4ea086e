"""An application at a terminal that may be far away: only what is new goes there, and it leaves when the line drops."""

from __future__ import annotations

import asyncio
import select
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.filter import LineFilter
from textual.screen import Screen

from unpack_core.clean import clean
from unpack_tui.delta import Shown
from unpack_tui.harmless import Harmless
from unpack_tui.in_order import InOrder


class FarTerminal(InOrder):
    """What is written is harmless and new; what comes is a key, or that nobody is there any more."""

    def __init__(self) -> None:
        super().__init__()
        self._harmless = Harmless()
        self._shown = Shown(colours=not self.no_color)

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for line_dropped in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(line_dropped, self.exit)
        if not self.is_headless:
            gone = partial(loop.call_soon_threadsafe, self.exit)
            threading.Thread(target=_when_hung_up, args=(sys.stdin.fileno(), gone), daemon=True).start()
        self.app_suspend_signal.subscribe(self, lambda _: self._shown.forget())
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._harmless]

    def copy_to_clipboard(self, text: str) -> None:
        """Without what could act where it is pasted: an escape code ends the paste of a shell."""
        super().copy_to_clipboard(clean(text)[0])

    def on_resize(self) -> None:
        self.action_redraw()

    def action_redraw(self) -> None:
        """Write the whole screen again, whatever the terminal shows."""
        self._shown.forget()
        self.screen.refresh()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Textual's way to the terminal, on which only what is new goes, and nothing where nothing is."""
        news = renderable
        if isinstance(renderable, CompositorUpdate):
            news = self._shown.news_of(renderable, self.console, self.size)
        super()._display(screen, news)

    def _set_pointer_shape(self, shape: str) -> None:
        """There is no mouse, and so no pointer whose shape the terminal would have to be told."""


def _when_hung_up(terminal: int, gone: Callable[[], object]) -> None:
    """Wait for the other end of the terminal to go. SIGHUP says so too, but not to who has it from another session:
    there Textual would read the end of the input for ever, as quickly as it can."""
    poll = select.poll()
    poll.register(terminal, 0)  # nothing is asked for: that it hung up is always said
    if any(said & select.POLLHUP for _, said in poll.poll()):
        with suppress(RuntimeError):  # the loop has ended by itself
            gone()
