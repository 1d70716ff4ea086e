"""`dataset`: a folder that `datasets.load_dataset` and LLaMA-Factory read.

    README.md              the card, which names the configs and their types
    <preset>/train.jsonl   and validation.jsonl, the same documents on the same side in every preset
    dataset_info.json      for LLaMA-Factory, with llamafactory/…jsonl, the pairs and dialogues as it wants them
    manifest.json          rows and SHA-256 of every file, and how it was made

It is written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from unpack_core.export.card import card, counts
from unpack_core.export.folder import Folder, whole_folder
from unpack_core.export.llamafactory import write_llamafactory
from unpack_core.export.made import Mix, Side, made
from unpack_core.export.mix import Mixture, check_apart
from unpack_core.export.presets import PRESETS, Options
from unpack_core.export.rows import ACCEPTED, Rows, Wanted
from unpack_core.export.sides import sides
from unpack_core.export.surfaces import Titles
from unpack_core.plain import one_line

if TYPE_CHECKING:
    from unpack_core.recipe import Recipe
    from unpack_core.store import Store

Written = Mapping[str, Mapping[str, int]]
"""Rows by config and split."""

CONFIGS = ("chat", "chat-per-layer", "prompt-completion", "preference", "dialogue", "pretrain", "alpaca", "sharegpt",
           "layers")  # fmt: skip
"""The presets but `w3c`, whose rows have the shapes that its standard gives them."""


def write_dataset(
    store: Store,
    recipe: Recipe,
    path: Path,
    wanted: Wanted,
    options: Options,
    *,
    share: float,
    licence: str = "other",
    mix: Mix | None = None,
) -> tuple[Written, list[Mixture]]:
    """Write the folder; returns the rows by config and split, and what the sides of `pretrain` were mixed to.

    A preset that makes no rows has no config: the card says which. Hold `store.one_moment()` open. Raises ExportError,
    FilterError.
    """
    if mix:
        check_apart(mix.path, path)
    divided = sides(Rows(store, wanted), share, options.seed)
    held_out = share if len(divided) > 1 else 0.0
    with whole_folder(path) as folder:
        written, mixtures = _write_configs(folder, divided, Titles(recipe), options, held_out, mix)
        write_llamafactory(folder, written)
        said = [*_said(wanted, options, divided, written, share), *_said_of_mix(mixtures, mix)]
        text = card(written, counts(Rows(store, wanted)), said, list(_missing(written, divided)), licence)
        (folder.path / "README.md").write_text(text, encoding="utf-8", newline="\n")
        folder.facts |= facts(wanted, options) | {"validation_share": share}
        if mixtures:
            folder.facts["mix"] = {split: mixture.facts() for split, mixture in mixtures.items()}
    return written, list(mixtures.values())


def _write_configs(
    folder: Folder, divided: Mapping[str, Rows], titles: Titles, options: Options, held_out: float, mix: Mix | None
) -> tuple[Written, dict[str, Mixture]]:
    """A file for each config and split: their rows, and by split what `pretrain` was mixed to.

    What makes no rows has no file: it would have no types, and readers fail on it.
    """
    written: dict[str, dict[str, int]] = {}
    mixtures: dict[str, Mixture] = {}
    for name in CONFIGS:
        (folder.path / name).mkdir()
        mixed_in = mix if name == "pretrain" else None
        for split, rows in divided.items():
            file = f"{name}/{split}.jsonl"
            side = Side(split, held_out, options.seed)
            lines, mixture = made(rows, titles, PRESETS[name], options, mixed_in, side)
            if number := folder.write(file, lines):
                written.setdefault(name, {})[split] = number
            else:
                (folder.path / file).unlink()
            if mixture:
                mixtures[split] = mixture
        if name not in written:
            (folder.path / name).rmdir()
    return written, mixtures


def _missing(written: Written, divided: Mapping[str, Rows]) -> Iterator[str]:
    """Which configs and splits there are not, for the card."""
    for name in CONFIGS:
        if name not in written:
            yield f"There are no {name} rows: no exported layer makes any."
    for name, splits in written.items():
        for split in divided:
            if split not in splits:
                yield f"There are no {name} rows in {split}."


def facts(wanted: Wanted, options: Options) -> dict[str, object]:
    """What a manifest says of how rows were chosen and written."""
    return {
        "filters": {
            "where": wanted.where,
            "status": sorted(wanted.status),
            "kinds": list(wanted.kinds),
            "lang": list(wanted.langs),
            "exclude_model": list(wanted.without_models),
        },
        "seed": options.seed,
        "place": str(options.place),
        "reasoning": str(options.reasoning),
    }


def _said(
    wanted: Wanted, options: Options, divided: Mapping[str, Rows], written: Written, share: float
) -> Iterator[str]:
    status = "accepted" if wanted.status == ACCEPTED else " or ".join(sorted(wanted.status))
    yield f"Layers whose status is {status}, as they are now, after the curator's edits."
    for name, values in (
        ("filter", [wanted.where] if wanted.where else []),
        ("kinds", wanted.kinds),
        ("languages", wanted.langs),
        ("models left out", wanted.without_models),
    ):
        if values:
            yield f"Narrowed by {name}: `{orjson.dumps(list(values)).decode().replace('`', '')}`."
    yield (
        f"Surface forms of unpackings and questions vary by a hash of the seed ({options.seed}) and the place of each "
        f"paragraph. In pretrain the unpackings stand {options.place} the text."
    )
    if len(divided) > 1:
        numbers = written.get("chat-per-layer", {})
        held = numbers.get("validation", 0) / max(sum(numbers.values()), 1)
        yield (
            f"{100 * held:.1f} % of the layers are in validation, {100 * share:g} % were asked for. Documents were "
            "divided whole; those that hold copies or known near-duplicates of each other's texts are on one side."
        )
    elif share:
        yield "There is no validation split: all documents hang together by copies or near-duplicates."


def _said_of_mix(mixtures: Mapping[str, Mixture], mix: Mix | None) -> Iterator[str]:
    for split, mixture in mixtures.items():
        assert mix is not None  # else nothing was mixed
        documents = mixture.annotated_documents + mixture.plain_documents
        name = one_line(mix.path.name, 80).replace("`", "")
        yield (
            f"The {split} side of pretrain is mixed with plain documents of `{name}`: "
            f"annotated are {100 * mixture.share:.2f} % of all {mixture.unit} ({100 * mixture.wanted:g} % asked for), "
            f"{mixture.annotated_documents:,} of {documents:,} documents."
        )
