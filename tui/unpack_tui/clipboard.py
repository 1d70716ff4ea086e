"""The curator's own clipboard, over whatever line they came: the terminal is asked by OSC 52 to take a text."""

from __future__ import annotations

import os
from typing import Any

from textual.app import App

from unpack_core.plain import one_line


def copied(app: App[Any], text: str, name: str = "") -> str:
    """Hand a text to the terminal; returns what is to be said of it, with the text itself where it has no name.

    It goes out as base64, so that nothing in it acts on the way. No terminal says whether it took the text.
    """
    app.copy_to_clipboard(text)
    what = name or one_line(text, 60)
    inside = " (in tmux this wants: set -g set-clipboard on)" if "TMUX" in os.environ else ", if your terminal takes it"
    return f"Copied {what}{inside}."
