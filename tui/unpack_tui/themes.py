"""Colours: a dark and a light theme, one of high contrast, and the terminal's own sixteen."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

NIGHT = Theme(
    name="night",
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
    boost="#2e343d",
    dark=True,
    variables={"muted": "#878b94", "edge": "#3a414c"},
)
DAY = Theme(
    name="day",
    primary="#2f5f9e",
    secondary="#7a5a14",
    accent="#8a5a00",
    success="#3c7a2a",
    warning="#9a5b00",
    error="#b3362b",
    foreground="#2a2a28",
    background="#faf8f3",
    surface="#faf8f3",
    panel="#ece8df",
    boost="#e0dbcf",
    dark=False,
    variables={"muted": "#77756e", "edge": "#cfc9bb"},
)
CONTRAST = Theme(
    name="contrast",
    primary="#6fc3ff",
    secondary="#ffd75f",
    accent="#ffd700",
    success="#5fff5f",
    warning="#ffaf00",
    error="#ff8080",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    boost="#3a3a3a",
    text_alpha=1.0,
    dark=True,
    variables={"muted": "#c8c8c8", "edge": "#8a8a8a"},
)
OURS = (NIGHT, DAY, CONTRAST)
SIXTEEN = {"muted": "ansi_bright_black", "edge": "ansi_bright_black"}
"""Our own two colours where a theme does not name them."""

NAMES = (*(theme.name for theme in OURS), "ansi-dark", "ansi-light")
"""What `theme = "…"` may name; the last two use the terminal's own sixteen colours."""


def fitting(environment: Mapping[str, str]) -> str:
    """The theme for a terminal that says what it can show: all colours, or its own sixteen."""
    full = environment.get("COLORTERM") in ("truecolor", "24bit") and "NO_COLOR" not in environment
    return NIGHT.name if full else "ansi-dark"
