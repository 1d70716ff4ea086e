"""Where the sample corpus is: beside the code in a wheel, at the root of an editable checkout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path


@contextmanager
def sample_corpus() -> Iterator[Path]:
    """The folder with `texts/` and `batch/`, as real files for as long as the context lasts."""
    packaged = files("unpack_core") / "sample_corpus"
    if packaged.is_dir():
        with as_file(packaged) as folder:
            yield folder
    else:
        yield Path(__file__).parents[2] / "sample_corpus"
