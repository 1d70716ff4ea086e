"""The application: one database, one review, the theme that the terminal can show, and a place to come back to."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.actions import ActionParseResult, parse
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import WorkerFailed

from unpack_core.clean import clean
from unpack_core.damage import BREAKS, fault_of
from unpack_core.errors import StoreError
from unpack_core.plain import plain, sentence
from unpack_core.recipe import Recipe, built_in
from unpack_core.review import Review
from unpack_core.store import Store
from unpack_tui import themes
from unpack_tui.config import Config, config_path, load
from unpack_tui.delta import Shown
from unpack_tui.harmless import Harmless
from unpack_tui.in_order import InOrder
from unpack_tui.maker import Setting
from unpack_tui.options import CANDIDATES, DEFAULT_MODEL, config_folder
from unpack_tui.screens import opening
from unpack_tui.screens.mode import Mode
from unpack_tui.screens.review import ReviewScreen

_PAGES = Path(__file__).with_name("pages.tcss")
"""How all looks that lies over the review."""
_READY_SECONDS = 0.5
"""After the first picture."""


class UnpackApp(InOrder):
    """The screens on one open database."""

    CSS_PATH = "unpack.tcss"
    TITLE = "unpack-tui"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", "Palette", tooltip="Everything that can be done here, by its name.",
                id="palette", show=False, priority=True),
        Binding("ctrl+c", "leave", "Leave", tooltip="Leave from anywhere; what is half typed waits as a draft.",
                id="leave-at-once", show=False, priority=True),
    ]  # fmt: skip

    def __init__(
        self,
        store: Store,
        config: Config | None = None,
        *,
        model: str = DEFAULT_MODEL,
        recipe: Recipe | None = None,
        ask_again: bool = False,
        candidates: int = CANDIDATES,
        painted: Callable[[], None] = lambda: None,
    ) -> None:
        """`painted` is called when the first picture is on its way to the terminal."""
        config = config or Config()
        # Before Textual styles anything: a theme that is set afterwards has it parse and style everything again.
        self.set_reactive(InOrder.theme, config.theme or themes.fitting(os.environ))
        super().__init__()
        self._harmless = Harmless()
        self._fault: StoreError | None = None
        recipe = recipe or built_in()
        self.review = Review(store, recipe)
        self.setting = Setting(store.path, store.file, model, recipe.toml, config_folder() / "prices.toml", candidates)
        self.ask_again = ask_again
        self.painted = painted
        self.animation_level = "none"
        self._shown = Shown(colours=not self.no_color)
        self.keymap = dict(config.keys)
        self.set_keymap(self.keymap)

    def get_default_screen(self) -> ReviewScreen:
        """The review is the first screen: an empty one below it would be styled and laid out for nothing."""
        return ReviewScreen(self.review, self.setting, self._when_painted, ask_again=self.ask_again)

    def _when_painted(self) -> None:
        self.painted()
        self.set_timer(_READY_SECONDS, self.get_ready)

    def get_ready(self) -> None:
        """What the first dialog to open would wait for, a quarter of its time: no screen is made, only read."""
        self._read_pages()
        self.stylesheet.parse()
        opening.read_dialogs()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._harmless]

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Textual's and ours."""
        return super().available_themes | {theme.name: theme for theme in themes.OURS}

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.SIXTEEN

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What ctrl+p offers."""
        from unpack_tui.palette import offered

        return offered(screen)

    def copy_to_clipboard(self, text: str) -> None:
        """Without what could act where it is pasted: an escape code ends the paste of a shell."""
        super().copy_to_clipboard(clean(text)[0])

    def action_help(self) -> None:
        """The keys of the screen in view."""
        from unpack_tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.screen))

    async def action_leave(self) -> None:
        """As `q` in the review, from whatever lies over it."""
        await self.run_action("quit", default_namespace=self.screen_stack[0])

    def action_theme(self, name: str) -> None:
        """Another theme, for this session; config.toml keeps one."""
        self.theme = name

    def _handle_exception(self, error: Exception) -> None:
        """A screen that was opening as the line dropped has nothing in it: that is no fault. What a damaged file
        caused is said when the screen is gone."""
        if self._exit and isinstance(error, NoMatches):
            return
        cause = error.error if isinstance(error, WorkerFailed) else error
        self._fault = fault_of(self.review.store.path) if isinstance(cause, BREAKS) else None
        if self._fault:
            self.exit()
        else:
            super()._handle_exception(error)

    async def run_action(
        self, action: str | ActionParseResult, default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:  # fmt: skip
        """A key that can do nothing now is told why, and so is one that the file or the disk refuses."""
        if isinstance(default_namespace, Mode) and isinstance(action, str):
            _, name, parameters = parse(action)
            if why_not := default_namespace.why_not(name, parameters):
                default_namespace.say(sentence(why_not))
                return True
            default_namespace.hush()
        with self._refusals():
            return await super().run_action(action, default_namespace, namespaces)
        return True

    def push_screen(self, screen: Any, callback: Any = None, *more: Any, **named: Any) -> Any:  # Textual overloads it
        """What is done with a screen's answer may be refused as well: it is no key any more."""
        self._read_pages()

        def done(answer: object) -> None:
            with self._refusals():
                callback(answer)

        return super().push_screen(screen, callback and done, *more, **named)

    def _read_pages(self) -> None:
        if not self.stylesheet.has_source(str(_PAGES), ""):
            self.stylesheet.read(_PAGES)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Tell what the file or the disk refuses, and show where the review is after what was done before that."""
        try:
            yield
        except StoreError as error:
            self.notify(plain(str(error)), severity="error", markup=False)
            if isinstance(self.screen, ReviewScreen):
                self.screen.show()

    def action_command_palette(self) -> None:
        from unpack_tui.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for line_dropped in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(line_dropped, self.exit)
        if not self.is_headless:
            gone = partial(loop.call_soon_threadsafe, self.exit)
            threading.Thread(target=_when_hung_up, args=(sys.stdin.fileno(), gone), daemon=True).start()
        self.app_suspend_signal.subscribe(self, lambda _: self._shown.forget())
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Textual's way to the terminal, on which only what is new goes, and nothing where nothing is."""
        news = renderable
        if isinstance(renderable, CompositorUpdate):
            news = self._shown.news_of(renderable, self.console, self.size)
        super()._display(screen, news)

    def _set_pointer_shape(self, shape: str) -> None:
        """There is no mouse, and so no pointer whose shape the terminal would have to be told."""

    def on_resize(self) -> None:
        self.action_redraw()

    def action_redraw(self) -> None:
        """Write the whole screen again, whatever the terminal shows."""
        self._shown.forget()
        self.screen.refresh()

    def run_to_end(self) -> None:
        """Run until the curator leaves or the line drops; the place is kept however that happens."""
        try:
            self.run(mouse=False)
        finally:
            self.review.save_place()
        if self._fault:
            raise self._fault
        if self.return_code:  # Textual has printed what went wrong, and would end as if nothing had
            raise SystemExit(self.return_code)


def _when_hung_up(terminal: int, gone: Callable[[], object]) -> None:
    """Wait for the other end of the terminal to go. SIGHUP says so too, but not to who has it from another session:
    there Textual would read the end of the input for ever, as quickly as it can."""
    poll = select.poll()
    poll.register(terminal, 0)  # nothing is asked for: that it hung up is always said
    if any(said & select.POLLHUP for _, said in poll.poll()):
        with suppress(RuntimeError):  # the loop has ended by itself
            gone()


def curators_config() -> Config:
    """The configuration file, checked against the keys of all screens; raises ConfigError."""
    path = config_path()
    if not path.exists():
        return Config()
    from unpack_tui.modes import MODES  # all screens, to check the keys of each

    return load(path, MODES, UnpackApp)
