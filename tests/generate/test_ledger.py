"""The books of generation, asked without a model."""

from __future__ import annotations

from pathlib import Path

from unpack_core.corpus import Arrival
from unpack_core.generate.ledger import Ledger
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.store import Store


def test_what_is_missing_is_read_to_its_end_while_it_is_filled(tmp_path: Path) -> None:
    wall = [f"The {n}. stone of the wall." for n in range(450)]  # more than two pages
    arrivals = (Arrival(IncomingDocument("wall.md"), IncomingParagraph(text, n)) for n, text in enumerate(wall))
    with Store.open(tmp_path / "unpack.db", create=True) as store:
        take_in(store, arrivals, source="test")
        batch_id = store.add_batch("test", "")
        found: list[str] = []
        for gap in Ledger(store).gaps(["analogy"], model="m", recipe="r"):
            found.append(gap.text)
            store.add_layers([(gap.paragraph_id, gap.rank, IncomingLayer("analogy", "As mortar."))], batch_id)
        assert found == wall
        assert list(Ledger(store).gaps(["analogy"], model="m", recipe="r")) == []
