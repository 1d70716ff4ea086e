"""A data set as `datasets` reads it: every config, with the types that its card declares.

Skipped where `datasets` is not installed, for it is a large package: pip install datasets tokenizers.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from unpack_core.export.card import FEATURES
from unpack_core.export.dataset import CONFIGS
from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store
from unpack_tui.cli import cli

datasets = pytest.importorskip("datasets")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "x.db"
    assert CliRunner().invoke(cli, ["--db", str(path), "demo"]).exit_code == 0
    with Store.open(path) as store:
        store.decide(list(range(1, 300)), Status.ACCEPTED)
        for layer_id in range(1, 250, 20):
            store.edit(layer_id, f"(1) By hand {layer_id}")
        store.regenerate(8, IncomingLayer("", "(1) New", origin=Origin.REGENERATED, output_tokens=9, cost_usd=0.25))
    out = tmp_path / "set"
    words = ["--db", str(path), "export", "dataset", "-o", str(out), "--val", "0.3"]
    assert CliRunner().invoke(cli, words).exit_code == 0
    return out


@pytest.mark.parametrize("name", CONFIGS)
def test_every_config_loads_with_its_types_and_rows(folder: Path, tmp_path: Path, name: str) -> None:
    loaded = datasets.load_dataset(str(folder), name, cache_dir=str(tmp_path / "cache"))
    assert set(loaded) == {"train", "validation"}
    for split, rows in loaded.items():
        written = [json.loads(line) for line in (folder / name / f"{split}.jsonl").read_text("utf-8").splitlines()]
        assert list(rows.features) == [feature["name"] for feature in FEATURES[name]]
        assert list(rows) == written


def test_chat_is_the_default(folder: Path, tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    assert "messages" in loaded["train"].features
