"""Findings in the database: in slices, and with what only the whole of a batch can tell."""

from __future__ import annotations

from pathlib import Path

from unpack_core import checks
from unpack_core.corpus import Arrival
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.stats import collect
from unpack_core.store import Store

KINDS = ("definition", "assumption", "question", "argument", "counterexample", "paradox", "analogy", "context", "meta")
LIKE = "(1) This is rather like the mast number {}, which the walker has never climbed."
OTHER = "(1) Walker {} of the {} never climbed a mast."
ROPE = "(1) This is rather like the rope number {}, which nobody has ever measured."


def arrivals(uri: str, paragraphs: list[IncomingParagraph]) -> list[Arrival]:
    document = IncomingDocument(uri)
    return [Arrival(document, paragraph) for paragraph in paragraphs]


def test_a_template_is_found_in_any_slice_of_a_batch_of_which_only_a_sample_is_read(tmp_path: Path) -> None:
    layers = [
        [
            IncomingLayer(kind, LIKE.format(n) if kind == "analogy" and n % 3 == 0 else OTHER.format(n, kind))
            for kind in KINDS
        ]
        for n in range(900)
    ]
    with Store.open(tmp_path / "large.db", create=True) as store:
        paragraphs = [
            IncomingParagraph(f"The ship number {n} lay at the quay.", n, "en", "", tuple(of_one))
            for n, of_one in enumerate(layers)
        ]
        take_in(store, arrivals("ships.md", paragraphs), source="ships")
        assert checks.behind(store) == 8100
        while checks.catch_up(store, 700):
            pass
        found = dict(
            store.rows(
                "SELECT kind, count(*) FROM finding f JOIN layer l ON l.head_id = f.version_id"
                " WHERE name = 'template-opening' GROUP BY kind"
            ).fetchall()
        )
        assert found == {"analogy": 300}


def test_openings_are_counted_again_when_more_of_a_batch_has_come(tmp_path: Path) -> None:
    with Store.open(tmp_path / "grows.db", create=True) as store:
        paragraphs = [IncomingParagraph(f"Rope {n} hangs on the wall.", n, "en") for n in range(12)]
        take_in(store, arrivals("ropes.md", paragraphs), source="ropes")
        batch = store.add_batch("a run", "claude")
        ids = [row[0] for row in store.rows("SELECT id FROM paragraph ORDER BY id")]
        coming = [(paragraph, 1 << 32 | n, IncomingLayer("analogy", ROPE.format(n))) for n, paragraph in enumerate(ids)]
        with store.write():
            store.add_layers(coming[:4], batch)
        checks.catch_up(store)
        assert collect(store)["findings"] == {}
        with store.write():
            store.add_layers(coming[4:], batch)
        checks.catch_up(store)
        assert collect(store)["findings"] == {"template-opening": 8}
