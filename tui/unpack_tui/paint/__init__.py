"""What the screens show, as styled text: pure functions from the review to `Content`.

Texts of sources and models go through `plain`, which keeps their length, so that a position in a text is the same
position on the screen; they are never read as markup.
"""

from unpack_tui.paint.common import GLYPHS, NOTHING_HERE, ORDERS, WALKED, edge, message, title
from unpack_tui.paint.compare import (
    candidate,
    candidates_header,
    compared,
    copy_header,
    copy_text,
    diff,
    no_pairs,
    pairs_header,
    text,
    version_list,
    versions_header,
)
from unpack_tui.paint.review import (
    about,
    coming,
    edit_header,
    edit_keys,
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
from unpack_tui.paint.sheets import bulk, completions, done, found, help_sheet, stats, step_words, wrong

__all__ = [
    "GLYPHS",
    "NOTHING_HERE",
    "ORDERS",
    "WALKED",
    "about",
    "bulk",
    "candidate",
    "candidates_header",
    "coming",
    "compared",
    "completions",
    "copy_header",
    "copy_text",
    "diff",
    "done",
    "edge",
    "edit_header",
    "edit_keys",
    "found",
    "header",
    "help_sheet",
    "hints",
    "layer_list",
    "layer_strip",
    "layer_text",
    "list_height",
    "message",
    "no_pairs",
    "pairs_header",
    "quotations",
    "source",
    "stats",
    "status",
    "step_words",
    "text",
    "title",
    "version_list",
    "versions_header",
    "wrong",
]
