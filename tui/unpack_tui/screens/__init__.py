"""One screen a file: each shows, asks, and hands what was said to the review in core."""

SIZES = [(0, "-narrow"), (110, "-wide")]
"""Columns from which a screen has a class: narrow ones stack, wide ones stand side by side."""
HEIGHTS = [(0, "-low"), (16, "-high")]
"""Rows from which a box has room for a frame."""


def breadth(columns: int) -> str:
    """The class of a screen with so many columns."""
    return max(size for size in SIZES if size[0] <= columns)[1]
