"""What a run would cost, before it is begun: tokens counted on a sample, the rest in proportion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from unpack_core.errors import GenerationError
from unpack_core.generate.faults import PassingError, PauseError, UnfitError
from unpack_core.generate.price import Usage, estimate_tokens
from unpack_core.generate.probe import takes_schema
from unpack_core.generate.request import regenerate
from unpack_core.generate.run import unpack

if TYPE_CHECKING:
    from unpack_core.generate.claude import Claude
    from unpack_core.generate.ledger import Ledger
    from unpack_core.generate.price import Prices
    from unpack_core.generate.request import Request
    from unpack_core.generate.run import Plan
    from unpack_core.recipe import Recipe
    from unpack_core.store import Store

_SAMPLE = 12
_TOKENS_A_LAYER = 90
"""Of an answer, where this model has not answered yet: two items, their quotations and the JSON around them."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Requests, tokens and USD of what is missing; a cost is None where the model's price is not known."""

    requests: int
    layers: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    batch_cost: float | None
    as_of: str
    """The date of the model's price; "" where nobody says."""
    counted: str
    """How the tokens were counted."""


async def estimate(ledger: Ledger, client: Claude, prices: Prices, plan: Plan) -> Estimate:
    """Count what is missing and what asking for it would take."""
    found = ledger.gaps(plan.kinds, model=plan.model, recipe=plan.recipe.hash, clause=plan.clause)
    number = layers = letters = 0
    sample: list[tuple[int, Request]] = []
    for gap in islice(found, plan.limit):
        number += 1
        layers += len(gap.kinds)
        size = estimate_tokens(gap.text)
        letters += size
        if len(sample) < _SAMPLE:
            sample.append((size, unpack(plan, gap)))
    plain = not takes_schema(ledger.store, client.host)
    counts, how = await _counts(client, [request for _, request in sample], plain=plain)
    # A request is the same rules and a text: what the rules take is counted, what the texts take is in proportion.
    rules = sum(count - size for count, (size, _) in zip(counts, sample, strict=True)) / max(1, len(sample))
    tokens = round(rules * number + letters)
    answers = _tokens_a_layer(ledger, plan.model) * layers
    usage = Usage(tokens, answers, 0, 0)
    each = Usage(tokens // max(1, number), answers // max(1, number), 0, 0)
    cost, batch_cost = (prices.cost(plan.model, each, batch=batch) for batch in (False, True))
    return Estimate(
        number, layers, usage.input_tokens, usage.output_tokens,
        None if cost is None else cost * number, None if batch_cost is None else batch_cost * number,
        prices.as_of(plan.model), how,
    )  # fmt: skip


def estimate_rewrites(
    store: Store, prices: Prices, recipe: Recipe, model: str, layer_ids: Sequence[int], instruction: str
) -> float | None:
    """About what it costs to ask for these layers again, USD, by the letters of a sample; None if that is not known."""
    sample = layer_ids[:: max(1, len(layer_ids) // _SAMPLE)]
    costs = []
    for layer_id in sample:
        layer = store.layer(layer_id)
        paragraph = store.paragraph(layer.paragraph_id)
        request = regenerate(
            recipe, paragraph.text, paragraph.lang, layer.kind, layer.head.text, model=model, instruction=instruction
        )
        cost = prices.cost(model, Usage(_letters(request), _TOKENS_A_LAYER))
        if cost is None:
            return None
        costs.append(cost)
    return sum(costs) / max(1, len(costs)) * len(layer_ids)


async def _counts(client: Claude, requests: list[Request], *, plain: bool) -> tuple[list[int], str]:
    """Tokens of each request, by the endpoint where it counts, else by its letters; and how that was."""
    if not requests:
        return [], "nothing to count"
    counted: list[int] = []
    try:
        for request in requests:
            number = await client.count_tokens(request.parameters(plain=plain))
            if number is None:
                break
            counted.append(number)
        else:
            return counted, f"counted by the endpoint on {len(requests)} of them"
    except (GenerationError, PauseError, PassingError, UnfitError):
        pass  # no key, no line, no counting there: an estimate must not need them
    return [_letters(request) for request in requests], "estimated from the letters"


def expected_cost(ledger: Ledger, prices: Prices, request: Request, *, batch: bool) -> float:
    """About what a request will cost, USD, by its letters and what this model's layers took so far; 0 if not known."""
    usage = Usage(_letters(request), _tokens_a_layer(ledger, request.model) * len(request.kinds))
    return prices.cost(request.model, usage, batch=batch) or 0.0


def _letters(request: Request) -> int:
    return estimate_tokens(request.stable) + estimate_tokens(request.user)


def _tokens_a_layer(ledger: Ledger, model: str) -> int:
    """What a layer of this model has taken so far."""
    tokens, layers = ledger.store.one(
        "SELECT sum(a.output_tokens), sum(json_array_length(r.kinds)) FROM answer a"
        " JOIN request r ON r.id = a.request_id WHERE r.model = ? AND r.purpose = 'unpack'",
        (model,),
    )
    return round(tokens / layers) if layers else _TOKENS_A_LAYER
