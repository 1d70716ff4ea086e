"""Decisions asked again: the paragraph and the layer as they were, and nothing of what was decided."""

from textual.content import Content

from unpack_core.grounding import ground
from unpack_core.plain import plain
from unpack_core.recheck import Progress, Question
from unpack_core.review import Review
from unpack_core.words import count
from unpack_tui.command_lines import db_option
from unpack_tui.paint.common import GLYPHS, MUTED, QUOTE, title, two_sides
from unpack_tui.paint.review import faults, layer_words


def question_header(question: Question, left: int, width: int) -> Content:
    """How many are left, and the document's title."""
    what = f"Asked again: {left:,} left"
    where = plain(question.document.title or question.document.uri)
    return two_sides(Content.styled(what, "bold $foreground"), Content(where), width)


def question_source(question: Question) -> tuple[Content, tuple[int, int] | None]:
    """The paragraph with its quoted words lit, and where the first of them stands."""
    content = Content(plain(question.paragraph.text))
    found = ground(question.layer.head.text, question.paragraph.text)
    spans = sorted((place.span for _, place in found if place), key=lambda span: span.start)
    for span in spans:
        content = content.stylize(f"{QUOTE} bold underline", span.start, span.end)
    return content, (spans[0].start, spans[0].end) if spans else None


def question_about(review: Review, question: Question) -> Content:
    layer = question.layer
    model = f"  {layer.head.model}" if layer.head.model else ""
    return Content.assemble(
        (f"{GLYPHS[layer.status]} {title(review, layer)}", "bold $foreground"), (plain(model), MUTED)
    )


def question_text(review: Review, question: Question) -> Content:
    """The layer's text with its faults, which were there to see the first time too."""
    text = question.layer.head.text
    found = review.findings(question.layer)
    words = layer_words(text, question.paragraph.text, found) if text.strip() else Content.styled("(empty)", MUTED)
    return Content("\n").join([words, Content(""), *faults(found)]) if found else words


def blind() -> Content:
    """What the curator should know while answering."""
    return Content.styled("What you decided is hidden, and stays as it is whatever you answer.", MUTED)


def nothing_asked(review: Review) -> Content:
    return Content.assemble(
        ("None of your decisions is asked again.\n\n", "$foreground"),
        ("A share of them, drawn by lot and shown without what you decided:\n", MUTED),
        (f"  unpack-tui recheck --share 0.05{plain(db_option(review))}", "$accent"),
    )


def answered(progress: Progress, differing: int) -> Content:
    """The end of the questions: how far the curator agrees with themselves."""
    agrees = "is" if progress.agreed == 1 else "are"
    said = f"{progress.agreed:,} of {count(progress.answered, 'answer')} {agrees} as you decided before."
    lines = [Content.styled("Nothing is left to ask.", "bold $success"), Content(""), Content(said)]
    if differing:
        have = "has" if differing == 1 else "have"
        lines.append(Content(f"{count(differing, 'layer')} {have} another decision in force than your second one."))
    return Content("\n").join(lines)
