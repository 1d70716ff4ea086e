"""The application: one database, one review, the theme that the terminal can show, and a place to come back to."""

from __future__ import annotations

import os

from textual.app import App
from textual.theme import Theme
from unpack_core.recipe import built_in

from unpack_core.review import Review
from unpack_core.store import Store
from unpack_tui.screens.review import ReviewScreen

NIGHT = Theme(
    name="unpack-night",
    primary="#7aa2d8",
    secondary="#c9a86a",
    accent="#e0b36a",
    success="#8fbf7f",
    warning="#d9a05b",
    error="#e07a70",
    foreground="#d6d3cc",
    background="#17191d",
    surface="#17191d",
    panel="#22262c",
    boost="#2b3038",
    dark=True,
)


class UnpackApp(App[None]):
    """The screens on one open database."""

    CSS_PATH = "unpack.tcss"
    TITLE = "unpack-tui"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.review = Review(store, built_in())
        self.animation_level = "none"
        self.register_theme(NIGHT)
        self.theme = NIGHT.name if os.environ.get("COLORTERM") in ("truecolor", "24bit") else "ansi-dark"

    def on_mount(self) -> None:
        self.push_screen(ReviewScreen(self.review))

    def run_to_end(self) -> None:
        """Run until the curator leaves; the place is kept however that happens."""
        try:
            self.run(mouse=False)
        finally:
            self.review.save_place()
