"""The application: one database, one review, the theme that the terminal can show, and a place to come back to."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.actions import ActionParseResult
from textual.app import App, SystemCommand
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.screen import Screen

from unpack_core.errors import StoreError
from unpack_core.plain import plain
from unpack_core.recipe import Recipe, built_in
from unpack_core.review import Review
from unpack_core.store import Store
from unpack_tui import themes
from unpack_tui.config import Config, config_path, load
from unpack_tui.delta import Shown
from unpack_tui.harmless import Harmless
from unpack_tui.keys import key_name
from unpack_tui.maker import Setting
from unpack_tui.options import DEFAULT_MODEL, config_folder
from unpack_tui.screens.candidates import CandidatesScreen
from unpack_tui.screens.duplicates import DuplicatesScreen
from unpack_tui.screens.edit import EditScreen
from unpack_tui.screens.merge import MergeScreen
from unpack_tui.screens.recheck import RecheckScreen
from unpack_tui.screens.review import ReviewScreen
from unpack_tui.screens.versions import VersionsScreen


class UnpackApp(App[None]):
    """The screens on one open database."""

    CSS_PATH = "unpack.tcss"
    TITLE = "unpack-tui"

    def __init__(
        self,
        store: Store,
        config: Config | None = None,
        *,
        model: str = DEFAULT_MODEL,
        recipe: Recipe | None = None,
        ask_again: bool = False,
    ) -> None:
        super().__init__()
        self._harmless = Harmless()
        recipe = recipe or built_in()
        self.review = Review(store, recipe)
        self.setting = Setting(store.path, model, recipe.toml, config_folder() / "prices.toml")
        self.ask_again = ask_again
        self.animation_level = "none"
        self._shown = Shown(colours=not self.no_color)
        config = config or Config()
        for theme in themes.OURS:
            self.register_theme(theme)
        self.theme = config.theme or themes.fitting(os.environ)
        self.set_keymap(dict(config.keys))

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._harmless]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.SIXTEEN

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What ctrl+p offers: every key of the screen, what has no key, and the themes."""
        offered = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            if active.node is screen and active.enabled and binding.id and binding.id not in offered:
                offered.add(binding.id)
                run = partial(screen.run_action, binding.action)
                yield SystemCommand(f"{binding.description}  ({key_name(binding.key)})", str(binding.tooltip), run)
        if isinstance(screen, ReviewScreen):
            yield SystemCommand("Tag all in the filter", "Add or take away tags, in one step.", screen.action_retag_all)
            yield SystemCommand(
                "Regenerate all in the filter", "One instruction to all; says the price first.",
                screen.action_instruct_all,
            )  # fmt: skip
            yield SystemCommand("Asked again", "Your own decisions that were drawn, blind.", screen.action_recheck)
        for name in themes.NAMES:
            yield SystemCommand(f"Theme: {name}", "For this session; config.toml keeps one.", partial(self._use, name))

    def _use(self, theme: str) -> None:
        self.theme = theme

    def _handle_exception(self, error: Exception) -> None:
        """A screen that was opening as the line dropped has nothing in it: that is no fault."""
        if not (self._exit and isinstance(error, NoMatches)):
            super()._handle_exception(error)

    async def run_action(
        self, action: str | ActionParseResult, default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:  # fmt: skip
        """A key that the file or the disk refuses is said and changes nothing; the next one may work."""
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except StoreError as error:
            self.notify(plain(str(error)), severity="error", markup=False)
            return True

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for line_dropped in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(line_dropped, self.exit)
        self.app_suspend_signal.subscribe(self, lambda _: self._shown.forget())
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())
        self.push_screen(ReviewScreen(self.review, self.setting, ask_again=self.ask_again))

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Textual's way to the terminal, on which only what is new goes."""
        news = self._shown.news_of(renderable) if isinstance(renderable, CompositorUpdate) else renderable
        super()._display(screen, news)

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
        if self.return_code:  # Textual has printed what went wrong, and would end as if nothing had
            raise SystemExit(self.return_code)


def curators_config() -> Config:
    """The configuration file, checked against the screens' keys; raises ConfigError."""
    screens = (ReviewScreen, EditScreen, VersionsScreen, DuplicatesScreen, MergeScreen, CandidatesScreen, RecheckScreen)
    return load(config_path(), [screen.BINDINGS for screen in screens])
