"""One screen a file: each shows, asks, and hands what was said to the review in core."""

SIZES = [(0, "-narrow"), (110, "-wide")]
"""Columns from which a screen has a class: narrow ones stack, wide ones stand side by side."""
