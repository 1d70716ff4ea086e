"""The keys of the review, each declared once: hints, help, keymap, palette and README come from here."""

from __future__ import annotations

from textual.binding import Binding, BindingType


def _key(keys: str, action: str, label: str, sentence: str, *, name: str, hint: bool = False) -> Binding:
    """A key; `hint` puts it into the row at the foot of the screen."""
    return Binding(keys, action, label, tooltip=sentence, id=name, show=hint)


REVIEW_KEYS: list[BindingType] = [
    _key("a", "decide('accepted')", "Accept", "Keep this layer and go on to the next.", name="accept", hint=True),
    _key("x", "decide('rejected')", "Reject", "Drop this layer and go on.", name="reject", hint=True),
    _key("space", "skip", "Skip", "Leave it open and go on; it comes again at the end.", name="skip", hint=True),
    _key("u,backspace", "undo", "Undo", "Take back the last step, a bulk step whole.", name="undo", hint=True),
    _key("U", "redo", "Redo", "Do again what was taken back.", name="redo"),
    _key("e", "edit", "Edit", "Edit the layer here; ctrl+s keeps it.", name="edit", hint=True),
    _key("E", "edit_elsewhere", "Editor", "Edit in $VISUAL or $EDITOR.", name="edit-elsewhere"),
    _key("r", "regenerate", "Regenerate", "Ask the model for this layer again; esc cancels.", name="regenerate"),
    _key("R", "instruct", "Instruct", "Ask again, with an instruction.", name="instruct"),
    _key("c", "candidates", "Candidates", "Ask for three new texts and pick one.", name="candidates"),
    _key("v", "versions", "Versions", "All versions of the layer and what differs.", name="versions", hint=True),
    _key("t", "tags", "Tags", "Give the layer tags, with completion.", name="tags", hint=True),
    *(
        _key(str(n), f"toggle_tag({n})", f"Tag {n}", f"Toggle tag {n} of the status line.", name=f"tag-{n}")
        for n in range(1, 10)
    ),
    _key("f", "flag", "Flag", "Flag the layer to come back to, or take the flag away.", name="flag", hint=True),
    _key("d", "duplicates", "Near-duplicates", "Near-duplicates, side by side.", name="duplicates"),
    _key("j,down", "layer(1)", "Next layer", "Next layer, then the next paragraph.", name="next-layer"),
    _key("k,up", "layer(-1)", "Previous layer", "Previous layer.", name="previous-layer"),
    _key("n,right", "paragraph(1)", "Next paragraph", "Next paragraph.", name="next-paragraph"),
    _key("p,left", "paragraph(-1)", "Previous paragraph", "Previous paragraph.", name="previous-paragraph"),
    _key("g", "first", "First", "First paragraph.", name="first"),
    _key("G", "last", "Last", "Last paragraph.", name="last"),
    _key("slash", "search", "Search", "Search in sources and layers.", name="search"),
    _key("F", "filter", "Filter", "Show only what matches an expression.", name="filter", hint=True),
    _key("escape", "leave", "Everything", "Cancel the model; end the search, then the filter.", name="leave"),
    _key("o", "order", "Order", "Document order, problems first, most certain, newest.", name="order"),
    _key("A", "decide_all('accepted')", "Accept all", "Accept all in the filter; asks first.", name="accept-all"),
    _key("X", "decide_all('rejected')", "Reject all", "Reject all in the filter; asks first.", name="reject-all"),
    _key("pagedown", "page(1)", "Layer down", "Scroll a long layer down.", name="page-down"),
    _key("pageup", "page(-1)", "Layer up", "Scroll a long layer up.", name="page-up"),
    _key("right_square_bracket", "page_source(1)", "Source down", "Scroll a long source down.", name="source-down"),
    _key("left_square_bracket", "page_source(-1)", "Source up", "Scroll a long source up.", name="source-up"),
    _key("y", "copy", "Copy", "Copy the layer to your own clipboard (OSC 52).", name="copy"),
    _key("s", "stats", "Stats", "How far the work is.", name="stats"),
    _key("ctrl+z", "app.suspend_process", "Suspend", "To the shell; fg comes back.", name="suspend"),
    _key("question_mark", "help", "Help", "All keys.", name="help", hint=True),
    _key("q", "quit", "Quit", "Leave; the same place is there next time.", name="quit", hint=True),
]
