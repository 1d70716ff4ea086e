"""What an endpoint can do, found by asking it: the shape by schema, counting tokens, Message Batches.

The schema of the question has a name in it that nothing else says: an answer that has it too was held to the schema.
Servers that ignore one say nothing, and a good model hits the shape often enough without. What is found is kept for the
host, and decides how everything is asked from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unpack_core.errors import GenerationError
from unpack_core.generate.answer import read, said
from unpack_core.generate.faults import NoSchemaError, PassingError, PauseError, UnfitError
from unpack_core.generate.request import MAX_TOKENS, schema, unpack

if TYPE_CHECKING:
    from unpack_core.generate.claude import Claude
    from unpack_core.recipe import Recipe
    from unpack_core.store import Store

_PARAGRAPH = "A promise binds the one who gives it to a morning that neither has seen."
_KIND = "question"
_NOWHERE_ELSE = "layer_q7x"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What was found; "" for a fault is none."""

    host: str
    schema: bool
    """Whether an answer comes in the shape that a schema asks for."""
    words: bool
    """Whether it comes in the shape that words ask for; not tried where the schema works."""
    counts: bool
    batches: bool
    fault: str
    tokens: int = 0
    """What the questions and their answers took: they belong to no paragraph, and are in no sum of the file."""

    def sentences(self) -> Iterator[str]:
        """What this means for `generate`."""
        yield f"Endpoint {self.host}:"
        yield from [f"  {self.fault}"] if self.fault else self._found()
        if self.tokens:
            yield f"  to ask this took {self.tokens:,} tokens, which are in no sum of this file"

    def _found(self) -> Iterator[str]:
        if self.schema:
            yield "  answers come by schema"
        elif self.words:
            yield "  the schema is not kept to: the shape is asked for in words, and that works"
        else:
            yield "  neither a schema nor words brought the shape asked for: another model may do better"
        yield f"  tokens are {'counted by it' if self.counts else 'estimated from the letters: it does not count'}"
        yield f"  Message Batches: {'yes, --batch works' if self.batches else 'no, generate without --batch'}"


async def probe(client: Claude, recipe: Recipe, model: str) -> Endpoint:
    """Ask two short questions at most. A fault that ends a run is told, not raised."""
    host = client.host
    request = unpack(recipe, _PARAGRAPH, "en", (_KIND,), model=model)
    tokens = 0

    async def ask(parameters: dict[str, Any]) -> dict[str, Any]:
        nonlocal tokens
        reply = await client.send(parameters)
        tokens += reply.usage.whole
        return reply.body

    async def by_schema() -> bool:
        try:
            return _NOWHERE_ELSE in said(await ask(_held_to_a_schema(model)))
        except NoSchemaError:
            return False

    async def in_words() -> bool:
        return read(await ask(request.parameters(plain=True)), (_KIND,), _PARAGRAPH, "en").state == "done"

    try:
        held = await by_schema()
        words = False if held else await in_words()
        counts = await client.count_tokens(request.parameters()) is not None
    except (GenerationError, PauseError, PassingError, UnfitError) as fault:
        return Endpoint(host, False, False, False, False, str(fault), tokens)
    return Endpoint(host, held, words, counts, await _has_batches(client), "", tokens)


def _held_to_a_schema(model: str) -> dict[str, Any]:
    return {
        "model": model,
        "max_tokens": MAX_TOKENS,  # thinking counts
        "messages": [{"role": "user", "content": f"Write one open question about this sentence: {_PARAGRAPH}"}],
        "output_config": {"format": {"type": "json_schema", "schema": schema((_NOWHERE_ELSE,))}},
    }


async def _has_batches(client: Claude) -> bool:
    try:
        async with aclosing(client.list_batches()) as batches:
            async for _ in batches:
                break
    except (GenerationError, PauseError, PassingError, UnfitError):
        return False
    return True


def remember(store: Store, found: Endpoint) -> None:
    """Keep whether the host takes a schema, unless a fault kept it from answering."""
    if not found.fault:
        store.set_setting(_key(found.host), found.schema or not found.words)


def takes_schema(store: Store, host: str) -> bool:
    """What is known of a host; yes while it was not probed."""
    return bool(store.setting(_key(host), True))


def _key(host: str) -> str:
    return f"endpoint.schema.{host}"
