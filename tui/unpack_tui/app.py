"""The application: one database, one review, the theme that the terminal can show, and a place to come back to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from textual.actions import ActionParseResult, parse
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import WorkerFailed

from unpack_core.damage import BREAKS, fault_of
from unpack_core.errors import StoreError
from unpack_core.plain import plain, sentence
from unpack_core.recipe import Recipe, built_in
from unpack_core.review import Review
from unpack_core.store import Store
from unpack_tui import themes
from unpack_tui.config import Config, config_path, load
from unpack_tui.far_terminal import FarTerminal
from unpack_tui.maker import Setting
from unpack_tui.options import CANDIDATES, DEFAULT_MODEL, config_folder
from unpack_tui.screens import opening
from unpack_tui.screens.mode import Mode
from unpack_tui.screens.review import ReviewScreen

_PAGES = Path(__file__).with_name("pages.tcss")
"""How everything looks that lies over the review."""
_READY_SECONDS = 0.5
"""After the first picture."""


class UnpackApp(FarTerminal):
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
        self.set_reactive(FarTerminal.theme, config.theme or themes.fitting(os.environ))
        super().__init__()
        self._fault: StoreError | None = None
        recipe = recipe or built_in()
        self.review = Review(store, recipe)
        prices = config_folder() / "prices.toml"
        self.setting = Setting(store.path, store.place.file, model, recipe.toml, prices, candidates)
        self.ask_again = ask_again
        self.painted = painted
        self.animation_level = "none"
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


def curators_config() -> Config:
    """The configuration file, checked against the keys of all screens; raises ConfigError."""
    path = config_path()
    if not path.exists():
        return Config()
    from unpack_tui.modes import MODES  # all screens, to check the keys of each

    return load(path, MODES, UnpackApp)
