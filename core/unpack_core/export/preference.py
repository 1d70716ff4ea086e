"""`preference`: pairs that the curator's own work makes. The accepted text was preferred to the ones it replaced.

How each lost stands in `layers`, with its versions.
"""

from __future__ import annotations

from collections.abc import Iterator

from unpack_core.export.chat import layer_key, prompt_for, said
from unpack_core.export.rows import Rows
from unpack_core.export.surfaces import Titles, items
from unpack_core.judgements import Judgements
from unpack_core.model import Status

Row = dict[str, object]


def preference(rows: Rows, titles: Titles, seed: int = 0) -> Iterator[Row]:
    """A row a pair, chosen first; no pair where the two differ only in white space and item numbers."""
    judgements = Judgements(rows.store)
    condition, parameters = rows.version_condition()
    for passage in rows.passages(numbered=True):
        for piece in passage.pieces:
            if piece.status != Status.ACCEPTED or not piece.text.strip() or not passage.text.strip():
                continue
            losers = judgements.losers(piece.id, piece.text, condition, parameters)
            for number, loser in enumerate(losers, 1):
                yield {
                    "id": f"{layer_key(passage, piece)}@{number}",
                    "prompt": prompt_for(passage, piece, titles, seed),
                    "chosen": [said(items([piece.text.strip()]))],
                    "rejected": [said(items([loser.text.strip()]))],
                }
