"""Where an export goes: one stream, one file, two files for the sides of a split, or a folder.

    -o NAME.jsonl             that file; NAME.jsonl.gz is packed
    -o NAME.jsonl --val 0.05  NAME.train.jsonl and NAME.validation.jsonl
    -o FOLDER/                FOLDER/<preset>.jsonl, or two files there

A mixture leaves NAME.manifest.json beside its file, which tells the share that it came to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from unpack_core.errors import ExportError
from unpack_core.export.dataset import facts
from unpack_core.export.folder import manifest
from unpack_core.export.made import Mix, Side, made
from unpack_core.export.mix import Mixture, check_apart
from unpack_core.export.presets import Options, Preset, Row
from unpack_core.export.rows import Rows, Wanted
from unpack_core.export.sides import asked_sides
from unpack_core.export.surfaces import Titles
from unpack_core.export.write import to_stream, whole_file

if TYPE_CHECKING:
    from unpack_core.recipe import Recipe
    from unpack_core.store import Store


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was written."""

    rows: dict[Path, int]
    """By file, train before validation."""
    mixtures: list[Mixture]
    """In the same order; none where nothing was mixed."""


def stream(
    store: Store, recipe: Recipe, preset: Preset, wanted: Wanted, options: Options, mix: Mix | None = None
) -> tuple[Iterator[Row], Mixture | None]:
    """Rows to be read inside `store.one_moment()`, and what the mixture came to once they were."""
    return made(Rows(store, wanted), Titles(recipe), preset, options, mix)


def deliver(
    store: Store,
    recipe: Recipe,
    preset: Preset,
    wanted: Wanted,
    options: Options,
    output: str,
    *,
    share: float = 0.0,
    mix: Mix | None = None,
) -> Delivery:
    """Write the files, all of them whole or none; `share` is that of the validation side.

    Hold `store.one_moment()` open. Raises ExportError where nothing can be held out or the place cannot be written.
    """
    divided = asked_sides(Rows(store, wanted), share, options.seed)
    titles = Titles(recipe)
    paths = _paths(output, preset, list(divided))
    if mix:
        for path in paths.values():
            check_apart(mix.path, path)
    delivery = Delivery({}, [])
    with ExitStack() as stack:
        for split, rows in divided.items():
            side = Side(split, share, options.seed)
            written, mixture = made(rows, titles, preset, options, mix, side)
            delivery.rows[paths[split]] = to_stream(written, stack.enter_context(whole_file(paths[split])))
            if mixture:
                delivery.mixtures.append(mixture)
    for path, mixture in zip(delivery.rows, delivery.mixtures, strict=False):
        said = facts(wanted, options) | {"preset": preset.name, "mix": mixture.facts()}
        with whole_file(_beside(path, ".manifest.json")) as out:
            out.write(manifest({path.name: path}, {path.name: delivery.rows[path]}, said))
    return delivery


def _paths(output: str, preset: Preset, splits: list[str]) -> dict[str, Path]:
    path = Path(output)
    if output.endswith("/") or path.is_dir():
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError(f"{path} cannot be made: {error.strerror}. Name another place with -o.") from error
        path = path / f"{preset.name}.jsonl"
    return {split: path if len(splits) == 1 else _beside(path, f".{split}", keep=True) for split in splits}


def _beside(path: Path, ending: str, *, keep: bool = False) -> Path:
    """`x.jsonl.gz` as `x.train.jsonl.gz`, or as `x.manifest.json`."""
    name, suffix = path.name, ""
    for known in (".jsonl.gz", ".jsonl", ".json", ".gz"):
        if name.endswith(known):
            name, suffix = name.removesuffix(known), known
            break
    return path.with_name(name + ending + (suffix if keep else ""))
