"""What the screens show, as styled text: pure functions from the review to `Content`.

Texts of sources and models go through `plain`, which keeps their length, so that a position in a text is the same
position on the screen; they are never read as markup.

Here is what the review shows, and what several screens do. Near-duplicates, stats and what is asked again are painted
by modules of their own, which their screens import.
"""

from unpack_tui.paint.common import GLYPHS, NOTHING_HERE, ORDERS, TOO_SMALL, WALKED, edge, message, title
from unpack_tui.paint.compare import (
    candidate,
    candidates_header,
    compared,
    diff,
    news,
    shown_now,
    text,
    version_list,
    versions_header,
)
from unpack_tui.paint.help import help_header, help_sheet
from unpack_tui.paint.review import (
    about,
    coming,
    header,
    hints,
    layer_list,
    layer_strip,
    layer_text,
    list_height,
    quotations,
    source,
    status,
)
from unpack_tui.paint.sheets import bulk, completions, done, found, step_words, wrong

__all__ = [
    "GLYPHS",
    "NOTHING_HERE",
    "ORDERS",
    "TOO_SMALL",
    "WALKED",
    "about",
    "bulk",
    "candidate",
    "candidates_header",
    "coming",
    "compared",
    "completions",
    "diff",
    "done",
    "edge",
    "found",
    "header",
    "help_header",
    "help_sheet",
    "hints",
    "layer_list",
    "layer_strip",
    "layer_text",
    "list_height",
    "message",
    "news",
    "quotations",
    "shown_now",
    "source",
    "status",
    "step_words",
    "text",
    "title",
    "version_list",
    "versions_header",
    "wrong",
]
