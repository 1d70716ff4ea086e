"""A mixture counted in tokens, by a tokenizer made here. Skipped where `tokenizers` is not installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from unpack_core.errors import ExportError
from unpack_core.export.mix import Mixture, Unit, measure, mixed

tokenizers = pytest.importorskip("tokenizers")


def test_the_share_is_counted_in_tokens(tmp_path: Path) -> None:
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"[UNK]": 0, "long": 1}, unk_token="[UNK]"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    words.save(str(tmp_path / "tokenizer.json"))
    size = measure(Unit.TOKENS, tmp_path / "tokenizer.json")
    assert size("long longer longest") == 3
    mixture = Mixture(0.25, Unit.TOKENS)
    ours, plain = [{"text": "word " * 10}] * 30, [{"text": "wordwordword " * 4}] * 900
    list(mixed(ours, plain, mixture, size))
    assert abs(mixture.annotated - 0.25 * (mixture.annotated + mixture.plain)) <= 10
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(ExportError, match=r"broken\.json"):
        measure(Unit.TOKENS, tmp_path / "broken.json")
