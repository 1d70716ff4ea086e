"""What trainers and loaders do with an export, for real: on the CPU, without a network, with nothing downloaded.

A tokenizer is trained on the sample corpus and models are made at random, so small that a step takes milliseconds. The
packages are the extra `consumers`; the README has the command.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store
from unpack_tui.cli import cli

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": ""}

Export = Callable[..., Path]
PRESETS = (
    "layers", "chat", "chat-per-layer", "prompt-completion", "preference", "dialogue", "pretrain", "alpaca", "sharegpt",
    "w3c",
)  # fmt: skip
# As models of today have it: turns in marks of their own, the reasoning in a block before the answer.
_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>\n"
    "{% if message.role == 'assistant' %}{% generation %}"
    "{% if message.reasoning_content %}<think>\n{{ message.reasoning_content }}\n</think>\n\n{% endif %}"
    "{{ message.content }}<|end|>\n{% endgeneration %}{% else %}{{ message.content }}<|end|>\n{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
_SPECIAL = ("<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>")


def _no_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook, since a consumer that asks a hub would pass here and fail on a closed machine."""
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(arguments[1], tuple)):
        raise ConnectionError(f"A consumer wanted the network: {event} {arguments[-1]!r}")


sys.addaudithook(_no_network)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The warnings of others' packages are theirs; the first import of torch takes long on a cold disk."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore"))
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample corpus after an afternoon: most of it accepted, some edited, asked for again or rejected."""
    path = tmp_path_factory.mktemp("curated") / "x.db"
    assert CliRunner().invoke(cli, ["--db", str(path), "demo"]).exit_code == 0
    with Store.open(path) as store:
        store.decide(list(range(1, 340)), Status.ACCEPTED)
        for layer_id in range(1, 330, 9):
            store.edit(layer_id, store.layer(layer_id).head.text.replace("(1) ", "(1) More closely: ", 1))
        for layer_id in range(5, 330, 24):
            store.decide([layer_id], Status.REJECTED, note="flat")
            new = IncomingLayer("", f"(1) Asked again, {layer_id}", origin=Origin.REGENERATED, model="m", cost_usd=0.25)
            store.regenerate(layer_id, new)
            store.decide([layer_id], Status.ACCEPTED)
    return path


@pytest.fixture(scope="session")
def export(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Export:
    """`export("chat", "--val", "0.3")`: the file or folder that the command wrote."""

    def run(preset: str, *options: str) -> Path:
        name = preset if preset in ("dataset", "txt") else f"{preset}.jsonl"
        out = tmp_path_factory.mktemp("out") / name
        result = CliRunner().invoke(cli, ["--db", str(database), "export", preset, *options, "-o", str(out)])
        assert result.exit_code == 0, result.output
        return out

    return run


@pytest.fixture(scope="session")
def tokenizer_file(export: Export, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A byte-level BPE trained on the sample corpus."""
    tokenizers = pytest.importorskip("tokenizers", reason="pip install '.[consumers]'")
    made = tokenizers.Tokenizer(tokenizers.models.BPE())
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=2000,
        special_tokens=list(_SPECIAL),
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train([str(path) for path in sorted(export("txt").glob("*.txt"))], trainer)
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    made.save(str(path))
    return path


@pytest.fixture(scope="session")
def tokenizer(tokenizer_file: Path) -> Any:
    transformers = pytest.importorskip("transformers", reason="pip install '.[consumers]'")
    return transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer_file), pad_token="<|pad|>", eos_token="<|end|>", chat_template=_TEMPLATE
    )


@pytest.fixture
def model(tokenizer: Any) -> Any:
    """Some hundred thousand random weights, the same in every run."""
    torch = pytest.importorskip("torch", reason="pip install '.[consumers]'")
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(7)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=2048,
            pad_token_id=tokenizer.pad_token_id, eos_token_id=tokenizer.eos_token_id, bos_token_id=None,
        )
    )  # fmt: skip
