"""What a preset makes of rows, among plain documents where it is to be mixed with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import cast

from unpack_core.export.mix import Mixture, Unit, measure, mixed, plain_rows
from unpack_core.export.presets import Options, Preset, Row
from unpack_core.export.rows import Rows
from unpack_core.export.surfaces import Titles, chosen

_FINE = 1_000_000


@dataclass(frozen=True, slots=True)
class Mix:
    """What the documents are mixed into."""

    path: Path
    share: float
    """Of the annotated documents, 0 to 1."""
    unit: Unit = Unit.CHARS
    tokenizer: Path | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """Which of the plain documents a side of a split takes; all where there is one side alone."""

    name: str = ""
    share: float = 0.0
    """Of validation."""
    seed: int = 0

    def takes(self) -> Callable[[Row], bool]:
        return partial(_is_of, self) if self.share else lambda _: True


def made(
    rows: Rows, titles: Titles, preset: Preset, options: Options, mix: Mix | None = None, side: Side | None = None
) -> tuple[Iterator[Row], Mixture | None]:
    """The rows of a preset, and what the mixture came to once they were read; None where nothing is mixed."""
    ours = preset.make(rows, titles, options)
    if mix is None:
        return ours, None
    mixture = Mixture(mix.share, mix.unit)
    plain = filter((side or Side()).takes(), plain_rows(mix.path))
    return mixed(ours, plain, mixture, measure(mix.unit, mix.tokenizer)), mixture


def _is_of(side: Side, row: Row) -> bool:
    """Whether a plain document is on this side: by its words, so that copies are on one side."""
    words = " ".join(cast("str", row["text"]).casefold().split())
    key = blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return (chosen(side.seed, key, _FINE, "split") < side.share * _FINE) == (side.name == "validation")
