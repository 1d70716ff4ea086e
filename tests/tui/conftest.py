"""What several tests of the screen begin with."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import pytest

from unpack_core import search
from unpack_core.corpus import Arrival
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.store import Store


@pytest.fixture(scope="session")
def _much(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, for that takes as long as a search in it does: several times as long as a review takes to open."""
    path = tmp_path_factory.mktemp("much") / "much.db"
    first = IncomingParagraph("A first one.", 0, layers=(IncomingLayer("definition", "(1) Short."),))
    words = "(1) " + unicodedata.normalize("NFD", "ἀρχή τέχνη ") * 500
    others = (
        IncomingParagraph(f"Paragraph {n}.", n, layers=(IncomingLayer("definition", f"{words}{n}"),))
        for n in range(1, 1200)
    )
    with Store.open(path, create=True) as store:
        take_in(store, (Arrival(IncomingDocument("essay.md"), one) for one in (first, *others)), source="test")
        while search.catch_up(store):
            pass
    return path


@pytest.fixture
def much(_much: Path, tmp_path: Path) -> Path:
    """A paragraph with a short layer, and many with texts that only folding, letter by letter, can search."""
    return Path(shutil.copy(_much, tmp_path))
