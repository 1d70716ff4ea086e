"""One format, three kinds of training: adapters, full fine-tuning and a model from scratch, a few steps of each."""

from __future__ import annotations

import math
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.consumers.conftest import Export

pytest.importorskip("torch", reason="pip install '.[consumers]'")
pytest.importorskip("trl", reason="pip install '.[consumers]'")

_STEPS = 4


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    return {
        "output_dir": str(tmp_path / "run"), "max_steps": _STEPS, "per_device_train_batch_size": 4,
        "learning_rate": 1e-3, "logging_steps": 1, "save_strategy": "no", "report_to": "none", "use_cpu": True,
        "bf16": False, "seed": 7, "disable_tqdm": True,
    }  # fmt: skip


@pytest.fixture
def lora() -> Any:
    from peft import LoraConfig

    return LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")


def rows(path: Path, cache: Path) -> Any:
    import datasets

    return datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=str(cache))


def weights(model: Any) -> dict[str, Any]:
    return {name: weight.detach().clone() for name, weight in model.named_parameters()}


def changed(model: Any, before: dict[str, Any]) -> set[str]:
    return {name for name, weight in model.named_parameters() if name in before and not weight.equal(before[name])}


def losses(trainer: Any) -> list[float]:
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


def learned_from(trainer: Any, tokenizer: Any) -> list[tuple[str, str]]:
    """(what stands before, what the loss is on) of each row of the first batch."""
    batch = next(iter(trainer.get_train_dataloader()))
    found = []
    for ids, labels in zip(batch["input_ids"], batch["labels"], strict=True):
        on = labels != -100
        found.append((tokenizer.decode(ids[~on]), tokenizer.decode(ids[on])))
    return found


@pytest.mark.parametrize("adapter", [False, True], ids=["full", "lora"])
@pytest.mark.parametrize("preset", ["chat", "chat-per-layer", "dialogue", "prompt-completion"])
def test_supervised(
    export: Export, tokenizer: Any, model: Any, settings: dict[str, Any], lora: Any, tmp_path: Path, preset: str,
    adapter: bool,
) -> None:  # fmt: skip
    from trl import SFTConfig, SFTTrainer

    on_answers = preset != "prompt-completion"  # there the trainer does it by itself
    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(**settings, assistant_only_loss=on_answers, max_length=1024),
        train_dataset=rows(export(preset), tmp_path / "cache"),
        processing_class=tokenizer,
        peft_config=lora if adapter else None,
    )
    for before, on in learned_from(trainer, tokenizer):
        assert "<|system|>" in before
        assert "<|system|>" not in on
        assert "(1)" in on or preset == "dialogue"
    before = weights(trainer.model)
    trainer.train()
    assert len(losses(trainer)) == _STEPS
    assert all(math.isfinite(loss) for loss in losses(trainer))
    moved = changed(trainer.model, before)
    assert moved
    assert all("lora" in name for name in moved) == adapter


def test_dialogues_teach_the_reasoning_and_the_answer(
    export: Export, tokenizer: Any, model: Any, settings: dict[str, Any], tmp_path: Path
) -> None:
    from trl import SFTConfig, SFTTrainer

    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(**settings, assistant_only_loss=True, max_length=1024),
        train_dataset=rows(export("dialogue"), tmp_path / "cache"),
        processing_class=tokenizer,
    )
    on = " ".join(answers for _, answers in learned_from(trainer, tokenizer))
    assert "<think>" in on
    assert "</think>" in on


@pytest.mark.parametrize("adapter", [False, True], ids=["full", "lora"])
def test_preference(
    export: Export, tokenizer: Any, model: Any, settings: dict[str, Any], lora: Any, tmp_path: Path, adapter: bool
) -> None:
    from trl import DPOConfig, DPOTrainer

    trainer = DPOTrainer(
        model=model,
        ref_model=None if adapter else deepcopy(model),  # else it is looked for where the model was loaded from
        args=DPOConfig(**settings, max_length=1024),
        train_dataset=rows(export("preference"), tmp_path / "cache"),
        processing_class=tokenizer,
        peft_config=lora if adapter else None,
    )
    trainer.train()
    margins = [entry["rewards/margins"] for entry in trainer.state.log_history if "rewards/margins" in entry]
    assert len(margins) == _STEPS
    assert margins[-1] > margins[0], "what was chosen has become likelier than what was rejected"


@pytest.mark.parametrize("mixed", [False, True], ids=["alone", "mixed"])
def test_from_scratch(
    export: Export, tokenizer: Any, model: Any, settings: dict[str, Any], tmp_path: Path, mixed: bool
) -> None:
    from transformers import DataCollatorForLanguageModeling, Trainer, TrainingArguments

    options: list[str] = []
    if mixed:
        plain = tmp_path / "plain.txt"
        plain.write_text("A tailor lays the cloth against a tape.\n\n" * 30_000)
        options = ["--mix", str(plain), "--annotated-share", "0.1"]
    texts = rows(export("pretrain", *options), tmp_path / "cache")
    blocks = texts.map(
        lambda row: tokenizer(row["text"] + tokenizer.eos_token, truncation=True, max_length=512),
        remove_columns=texts.column_names,
    )
    trainer = Trainer(
        model=model,
        args=TrainingArguments(**{**settings, "max_steps": 12}),
        train_dataset=blocks,
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
    )
    trainer.train()
    assert losses(trainer)[-1] < losses(trainer)[0]
