"""The keys of the review, each declared once: hints, help, keymap, palette and README come from here."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from unpack_tui.keys import HELP, NO_KEY
from unpack_tui.paint.common import ORDERS

DECIDE = Binding.Group("Decide")
TEXT = Binding.Group("The text")
MARK = Binding.Group("Marks")
MOVE = Binding.Group("Move")
FIND = Binding.Group("Find")
ALL = Binding.Group("All in the filter")
REST = Binding.Group("And")


def _keys(group: Binding.Group, *keys: tuple[str, str, str, str, str], hinted: str = "") -> list[Binding]:
    """Keys of one group, each as (id, keys, action, label, sentence); those in `hinted` stand at the foot, too."""
    return [
        Binding(key, action, label, tooltip=sentence, id=name, show=name in hinted.split(), group=group)
        for name, key, action, label, sentence in keys
    ]


REVIEW_KEYS: list[BindingType] = [
    *_keys(
        DECIDE,
        ("accept", "a", "decide('accepted')", "Accept", "Keep this layer and go on to the next."),
        ("reject", "x", "decide('rejected')", "Reject", "Drop this layer and go on."),
        ("skip", "space", "skip", "Skip", "Leave it open and go on; it comes again at the end."),
        ("undo", "u,backspace", "undo", "Undo", "Take back the last step, a bulk step as a whole."),
        ("redo", "U", "redo", "Redo", "Do again what was taken back."),
        hinted="accept reject skip undo",
    ),
    *_keys(
        TEXT,
        ("edit", "e", "edit", "Edit", "Edit the layer here, beside its source."),
        ("edit-elsewhere", "E", "edit_elsewhere", "Editor", "Edit in $VISUAL or $EDITOR."),
        ("regenerate", "r", "regenerate", "Regenerate", "Ask the model for this layer again."),
        ("instruct", "R", "instruct", "Instruct", "Ask again, with an instruction."),
        ("candidates", "c", "candidates", "Candidates", "Ask for three new texts and pick one."),
        ("versions", "v", "versions", "Versions", "All versions of the layer and what differs."),
        ("duplicates", "d", "duplicates", "Near-duplicates", "Near-duplicates, side by side."),
        hinted="edit versions",
    ),
    *_keys(
        MARK,
        ("tags", "t", "tags", "Tags", "Give the layer tags, with completion."),
        *(
            (f"tag-{n}", str(n), f"toggle_tag({n})", f"Tag {n}", "Toggle the n-th tag of the status line.")
            for n in range(1, 10)
        ),
        ("flag", "f", "flag", "Flag", "Flag the layer to come back to, or take the flag away."),
        hinted="tags flag",
    ),
    *_keys(
        MOVE,
        ("next-layer", "j,down", "layer(1)", "Next layer", "Next layer, then the next paragraph."),
        ("previous-layer", "k,up", "layer(-1)", "Previous layer", "Previous layer."),
        ("next-paragraph", "n,right", "paragraph(1)", "Next paragraph", "Next paragraph."),
        ("previous-paragraph", "p,left", "paragraph(-1)", "Previous paragraph", "Previous paragraph."),
        ("first", "g", "first", "First", "First paragraph."),
        ("last", "G", "last", "Last", "Last paragraph."),
        ("page-down", "pagedown", "page(1)", "Layer down", "Scroll a long layer down."),
        ("page-up", "pageup", "page(-1)", "Layer up", "Scroll a long layer up."),
        ("source-down", "right_square_bracket", "page_source(1)", "Source down", "Scroll a long source down."),
        ("source-up", "left_square_bracket", "page_source(-1)", "Source up", "Scroll a long source up."),
    ),
    *_keys(
        FIND,
        ("search", "slash", "search", "Search", "Search in sources and layers."),
        ("filter", "F", "filter", "Filter", "Show only what matches an expression."),
        ("leave", "escape", "leave", "Everything", "Cancel the model; end the search, then the filter."),
        ("order", "o", "order", "Order", "Document order, problems first, most certain, newest."),
        *(
            (f"order-{order}", NO_KEY, f"arrange('{order}')", f"Order: {name}", "One of these orders at once.")
            for order, name in ORDERS.items()
        ),
        hinted="filter",
    ),
    *_keys(
        ALL,
        ("accept-all", "A", "decide_all('accepted')", "Accept all", "Accept all in the filter; asks first."),
        ("reject-all", "X", "decide_all('rejected')", "Reject all", "Reject all in the filter; asks first."),
        ("retag-all", NO_KEY, "retag_all", "Tag all", "Tag all in the filter, or untag with a minus; asks first."),
        ("untag-all", NO_KEY, "untag_all", "Untag all", "Take tags away from all in the filter; asks first."),
        ("instruct-all", NO_KEY, "instruct_all", "Regenerate all", "One instruction to all; says the price first."),
    ),
    *_keys(
        REST,
        ("copy", "y", "copy", "Copy", "Copy the layer to your own clipboard (OSC 52)."),
        ("copy-command", "Y", "copy_command", "Copy a command", "Copy the export of what the filter finds."),
        ("stats", "s", "stats", "Stats", "How far the work is."),
        ("recheck", NO_KEY, "recheck", "Asked again", "Your own decisions that were drawn, asked again, blind."),
        ("suspend", "ctrl+z", "app.suspend_process", "Suspend", "To the shell; fg comes back."),
        ("quit", "q", "quit", "Quit", "Leave; the same place is there next time."),
        hinted="quit",
    ),
    HELP,
]
