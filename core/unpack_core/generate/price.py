"""What tokens cost: prices by model from a dated table that the user can add to, never a guess for an unknown model."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from math import ceil
from pathlib import Path
from typing import Any

from unpack_core import by_hand
from unpack_core.errors import UnpackError

_MILLION = 1_000_000
_FIELDS = {"model", "above_input_tokens", "input", "output", "cache_write", "cache_read", "batch"}
_CYRILLIC = re.compile("[\u0400-\u052f]")
_IDEOGRAPHIC = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class PriceError(UnpackError):
    """A table of prices that does not hold together."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that are paid for; `input_tokens` without those that were written to or read from the cache."""

    input_tokens: int
    output_tokens: int
    cache_read: int = 0
    cache_write: int = 0

    @property
    def counted(self) -> bool:
        """Whether anybody counted them: no answer takes none."""
        return self.whole > 0

    @property
    def whole(self) -> int:
        """All of them."""
        return self.input_tokens + self.output_tokens + self.cache_read + self.cache_write


@dataclass(frozen=True, slots=True)
class Price:
    """USD a million tokens, for requests of more than `above_input_tokens`."""

    model: str
    """A pattern, as claude-opus-4-*."""
    input: float
    output: float
    cache_write: float
    cache_read: float
    above_input_tokens: int = 0
    batch: float = 1.0
    """What Message Batches cost of it."""
    as_of: str = ""
    """The date of the table that it stands in, ISO 8601; "" where that says none."""


@dataclass(frozen=True, slots=True)
class Prices:
    """A table of prices; the first pattern that fits a model counts, the user's before ours."""

    table: tuple[Price, ...]

    @classmethod
    def load(cls, own: Path | None = None) -> Prices:
        """Our prices, with the user's file before them if there is one. Raises PriceError."""
        ours = (files("unpack_core.generate") / "prices.toml").read_text(encoding="utf-8")
        table = _table(ours, "the built-in prices")
        if own is not None and own.is_file():
            try:
                toml = by_hand.read(own)
            except (OSError, UnicodeDecodeError) as error:
                raise PriceError(f"{own} cannot be read: {error}.") from error
            return cls((*_table(toml, str(own)), *table))
        return cls(table)

    def known(self, model: str) -> bool:
        return any(fnmatchcase(model, price.model) for price in self.table)

    def as_of(self, model: str) -> str:
        """The date of a model's price; "" where it is not known, or the user's own table has none."""
        return next((price.as_of for price in self.table if fnmatchcase(model, price.model)), "")

    def cost(self, model: str, usage: Usage, *, batch: bool = False) -> float | None:
        """What one request costs, USD; None where the model's price is not known."""
        whole = usage.input_tokens + usage.cache_read + usage.cache_write
        fitting = [price for price in self.table if fnmatchcase(model, price.model)]
        if not fitting:
            return None
        bands = [band for band in fitting if band.model == fitting[0].model]
        price = max(bands, key=lambda band: band.above_input_tokens if band.above_input_tokens < max(1, whole) else -1)
        cost = (
            usage.input_tokens * price.input
            + usage.output_tokens * price.output
            + usage.cache_read * price.cache_read
            + usage.cache_write * price.cache_write
        ) / _MILLION
        return cost * (price.batch if batch else 1.0)

    def paid(self, model: str, usage: Usage, *, batch: bool = False) -> float | None:
        """What an answer cost, USD; None also where the server does not say what it took and asks a price."""
        cost = self.cost(model, usage, batch=batch)
        return cost if usage.counted or self.cost(model, Usage(1, 1, 1, 1)) == 0 else None


def estimate_tokens(text: str) -> int:
    """About how many tokens a text has, by its letters: 3.5 to a token, 2.2 of Cyrillic, 1 of Chinese and the like."""
    cyrillic, ideographic = len(_CYRILLIC.findall(text)), len(_IDEOGRAPHIC.findall(text))
    return ceil(cyrillic / 2.2 + ideographic + (len(text) - cyrillic - ideographic) / 3.5)


def _table(toml: str, where: str) -> tuple[Price, ...]:
    try:
        said = tomllib.loads(toml)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PriceError(f"{where} is not TOML: {error}.") from error
    rows = said.get("price", [])
    if not isinstance(rows, list):
        raise PriceError(f"{where} wants tables [[price]].")
    return tuple(_price(row, n, where, str(said.get("as_of", ""))) for n, row in enumerate(rows, 1))


def _price(row: dict[str, Any], n: int, where: str, as_of: str) -> Price:
    here = f"{where}, price {n}"
    for name in row.keys() - _FIELDS:
        raise PriceError(f"{here}: there is no “{name}”. There are: {', '.join(sorted(_FIELDS))}.")
    if not isinstance(row.get("model"), str):
        raise PriceError(f"{here} names no model.")
    numbers = {name: value for name, value in row.items() if name != "model"}
    for name in ("input", "output"):
        numbers.setdefault(name, None)
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise PriceError(f"{here} ({row['model']}): {name} wants a number, USD a million tokens.")
    # Where nothing is said of the cache, its tokens cost what others do: an estimate should rather be too high.
    return Price(**({"cache_write": row["input"], "cache_read": row["input"]} | row), as_of=as_of)
