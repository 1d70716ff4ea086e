"""The application: one database, one review, the theme that the terminal can show, and a place to come back to."""

from __future__ import annotations

import asyncio
import os
import signal

from textual.app import App
from unpack_core.recipe import built_in

from unpack_core.review import Review
from unpack_core.store import Store
from unpack_tui import themes
from unpack_tui.config import Config, config_path, load
from unpack_tui.screens.edit import EditScreen
from unpack_tui.screens.review import ReviewScreen
from unpack_tui.screens.versions import VersionsScreen


class UnpackApp(App[None]):
    """The screens on one open database."""

    CSS_PATH = "unpack.tcss"
    TITLE = "unpack-tui"

    def __init__(self, store: Store, config: Config | None = None) -> None:
        super().__init__()
        self.review = Review(store, built_in())
        self.animation_level = "none"
        config = config or Config()
        for theme in themes.OURS:
            self.register_theme(theme)
        self.theme = config.theme or themes.fitting(os.environ)
        self.set_keymap(dict(config.keys))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.SIXTEEN

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for line_dropped in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(line_dropped, self.exit)
        self.push_screen(ReviewScreen(self.review))

    def run_to_end(self) -> None:
        """Run until the curator leaves or the line drops; the place is kept however that happens."""
        try:
            self.run(mouse=False)
        finally:
            self.review.save_place()


def curators_config() -> Config:
    """The configuration file, checked against the screens' keys; raises ConfigError."""
    return load(config_path(), [screen.BINDINGS for screen in (ReviewScreen, EditScreen, VersionsScreen)])
