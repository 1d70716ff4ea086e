"""How others read what is written: `datasets` every preset, datatrove the documents, `tokenizers` the shares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.consumers.conftest import PRESETS, Export
from unpack_core.export.card import FEATURES
from unpack_core.export.dataset import CONFIGS

datasets = pytest.importorskip("datasets", reason="pip install '.[consumers]'")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def kinds_of(feature: Any) -> set[str]:
    """The types that a column is made of."""
    if isinstance(feature, dict):
        return set().union(*map(kinds_of, feature.values()))
    inner = getattr(feature, "feature", None)
    return kinds_of(inner) if inner is not None else {getattr(feature, "dtype", type(feature).__name__)}


@pytest.fixture(scope="module")
def folder(export: Export) -> Path:
    return export("dataset", "--val", "0.3")


@pytest.mark.parametrize("name", CONFIGS)
def test_every_config_loads_with_its_types_and_rows(folder: Path, tmp_path: Path, name: str) -> None:
    loaded = datasets.load_dataset(str(folder), name, cache_dir=str(tmp_path))
    assert set(loaded) == {"train", "validation"}
    for split, rows in loaded.items():
        assert list(rows.features) == [feature["name"] for feature in FEATURES[name]]
        assert list(rows) == lines(folder / name / f"{split}.jsonl")
        assert kinds_of(dict(rows.features)) <= {"string", "int64", "float64", "bool"}


def test_chat_is_the_default(folder: Path, tmp_path: Path) -> None:
    assert "messages" in datasets.load_dataset(str(folder), cache_dir=str(tmp_path))["train"].features


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_loads_without_a_card(export: Export, tmp_path: Path, preset: str) -> None:
    path = export(preset)
    rows = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=str(tmp_path))
    assert list(rows) == lines(path)
    if preset != "w3c":  # its selectors have the shapes that the standard gives them
        assert kinds_of(dict(rows.features)) <= {"string", "int64", "float64", "bool", "null"}


def test_llama_factory_finds_its_columns(folder: Path, tmp_path: Path) -> None:
    for name, entry in json.loads((folder / "dataset_info.json").read_bytes()).items():
        path = folder / entry["file_name"]
        rows = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=str(tmp_path / name))
        assert set(entry["columns"].values()) <= set(rows.column_names)


def test_datatrove_reads_documents(export: Export) -> None:
    readers = pytest.importorskip("datatrove.pipeline.readers", reason="pip install '.[consumers]'")
    path = export("pretrain")
    read = list(readers.JsonlReader(str(path.parent), glob_pattern=path.name)())
    assert [(one.id, one.text) for one in read] == [(row["id"], row["text"]) for row in lines(path)]
    assert {one.metadata["source"] for one in read} == {"unpack-tui"}
    assert all(one.metadata["lang"] in ("en", "ru") for one in read), "what we call metadata is among theirs"


def test_a_share_is_counted_in_the_tokens_of_a_tokenizer(export: Export, tokenizer_file: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    plain = tmp_path / "plain.jsonl"
    plain.write_text("".join(json.dumps({"text": f"Слова простые, {n}. " * 60}) + "\n" for n in range(900)))
    words = ("--mix", str(plain), "--annotated-share", "0.2", "--unit", "tokens", "--tokenizer", str(tokenizer_file))
    path = export("pretrain", *words)
    sizes = [
        (len(tokenizer.encode(row["text"], add_special_tokens=False).ids), bool(row["metadata"]["kind"]))
        for row in lines(path)
    ]
    ours, whole = sum(size for size, mine in sizes if mine), sum(size for size, _ in sizes)
    assert abs(ours - 0.2 * whole) <= max(size for size, _ in sizes)
    said = json.loads(path.with_name("pretrain.manifest.json").read_bytes())["mix"]
    assert (said["annotated"], said["annotated"] + said["plain"]) == (ours, whole)
