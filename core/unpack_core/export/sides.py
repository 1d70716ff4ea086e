"""The sides of an export, each as rows of its own."""

from __future__ import annotations

from unpack_core.errors import ExportError
from unpack_core.export.rows import Rows


def sides(rows: Rows, share: float, seed: int) -> dict[str, Rows]:
    """`train` and, where a share is asked for and anything can be held out, `validation`."""
    if not share:
        return {"train": rows}
    from unpack_core.export.split import found_near_duplicates, held_out  # numpy: only who splits pays for it

    held = held_out(rows, share, seed, found_near_duplicates(rows.store))
    if not held:
        return {"train": rows}
    return {
        "train": rows.within(lambda document: document not in held),
        "validation": rows.within(lambda document: document in held),
    }


def asked_sides(rows: Rows, share: float, seed: int) -> dict[str, Rows]:
    """The same for who asked for the share; raises ExportError where nothing can be held out."""
    divided = sides(rows, share, seed)
    if share and len(divided) < 2:
        raise ExportError(
            "There is nothing to hold out: all documents hang together by copies or near-duplicates. Leave --val out."
        )
    return divided
