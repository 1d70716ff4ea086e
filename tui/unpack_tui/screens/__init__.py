"""One screen a file: each shows, asks, and hands what was said to the review in core."""
