"""What is asked of a model, as plain values: the prompt, the schema, and the identity of a request. Pure.

The rules, all kinds of the recipe and its worked examples come first and are the same bytes for every paragraph of a
language, so that the endpoint can cache them; the paragraph comes last, between tags that it cannot close. Where the
shape cannot be had by schema, it is asked for in words, and the examples become turns of the conversation instead: a
question and an answer in that very shape, which a small model goes on with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson

from unpack_core.errors import RecipeError
from unpack_core.generate.wording import FOCUS, in_words, say, tongue_for
from unpack_core.recipe import Example, Recipe, filled, said_in

MAX_TOKENS = 8000
"""Of an answer, thinking included: more than 21,333 cannot be asked for without streaming."""

_FIELDS = ("quote", "text", "answer")


class Purpose(StrEnum):
    """Why a request is made."""

    UNPACK = "unpack"
    REPAIR = "repair"
    REGENERATE = "regenerate"
    CANDIDATE = "candidate"


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model. `turns` are (role, text), the user's first and last."""

    purpose: Purpose
    model: str
    kinds: tuple[str, ...]
    """What the answer must fill."""
    lang: str
    """Of the prompt: en or ru."""
    system: str
    turns: tuple[tuple[str, str], ...]
    effort: str = ""
    instruction: str = ""
    number: int = 0
    """Tells apart requests that are equal in all else."""
    copy: int = 0
    """The paragraph or layer that it is about, where another one is asked about in the same words; else 0."""
    recipe: str = ""
    """Hash of the recipe's revision."""
    max_tokens: int = MAX_TOKENS
    examples: tuple[Example, ...] = ()

    @property
    def user(self) -> str:
        """The first turn, which holds the paragraph."""
        return self.turns[0][1]

    @property
    def stable(self) -> str:
        """What comes first: rules, kinds and examples."""
        return "\n\n".join([self.system, *_shown(self.examples, self.lang)])

    def parameters(self, *, plain: bool = False) -> dict[str, Any]:
        """Keyword arguments of the SDK's `messages.create`; `plain` asks for the shape in words, without a schema."""
        config: dict[str, Any] = {} if plain else {"format": {"type": "json_schema", "schema": schema(self.kinds)}}
        if self.effort:
            config["effort"] = self.effort
        turns = [*_played(self.examples, self.kinds, self.lang), *self._shaped()] if plain else self.turns
        system = self.system if plain else self.stable
        asked: dict[str, Any] = {
            "model": self.model,
            "max_tokens": self.max_tokens,
            "system": [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}],
            "messages": [{"role": role, "content": text} for role, text in turns],
        }
        return asked | ({"output_config": config} if config else {})

    def _shaped(self) -> list[tuple[str, str]]:
        """The turns, the last one with the shape in words."""
        *earlier, (role, text) = self.turns
        return [*earlier, (role, f"{text}\n\n{say(self.lang, 'shape')}")]

    def identity(self, provider: str, host: str) -> str:
        """64 hex digits that name all that could change the answer; fits a custom_id of Message Batches."""
        said = {"provider": provider, "host": host, "number": self.number, **self.parameters()}
        if self.copy:
            said["copy"] = self.copy
        return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def schema(kinds: Sequence[str]) -> dict[str, Any]:
    """An object with one array of items a kind; everything required, no unions: what structured outputs take."""
    item = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in _FIELDS},
        "required": list(_FIELDS),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {kind: {"type": "array", "items": item} for kind in kinds},
        "required": list(kinds),
        "additionalProperties": False,
    }


def unpack(
    recipe: Recipe, paragraph: str, lang: str, kinds: Sequence[str], *, model: str, effort: str = "", place: str = ""
) -> Request:
    """Ask for all the missing kinds of a paragraph at once. Raises RecipeError where a kind has no prompt."""
    tongue = tongue_for(lang)
    return Request(
        Purpose.UNPACK, model, tuple(kinds), tongue, _system(recipe, tongue, lang),
        (("user", _asked(tongue, paragraph, lang, place, kinds)),), effort,
        recipe=recipe.hash, examples=recipe.examples_in(tongue),
    )  # fmt: skip


def repair(first: Request, answer: str, faults: Sequence[str], kinds: Sequence[str], *, cut: bool = False) -> Request:
    """Ask once more for kinds that came in no usable form; `faults` are sentences, `answer` what had come.

    An answer that was `cut` short for want of tokens gets twice as many.
    """
    said = "\n".join([say(first.lang, "repair"), *(f"- {fault}" for fault in faults)])
    turn = f"{said}\n\n{say(first.lang, 'mend', kinds=', '.join(kinds))}"
    turns = (*first.turns, ("assistant", answer or "…"), ("user", turn))
    tokens = first.max_tokens * (2 if cut else 1)
    return replace(first, purpose=Purpose.REPAIR, kinds=tuple(kinds), turns=turns, max_tokens=tokens)


def regenerate(
    recipe: Recipe,
    paragraph: str,
    lang: str,
    kind: str,
    text: str,
    *,
    model: str,
    instruction: str = "",
    number: int = 0,
    effort: str = "",
    candidate: int | None = None,
) -> Request:
    """Ask for one layer anew, as it is and what the curator wants of it; each `candidate` from another side."""
    tongue = tongue_for(lang)
    tag = _tag(text)
    lines = [
        _material(tongue, paragraph, lang, ""),
        f"{say(tongue, 'again', kind=kind)}\n<{tag}>\n{text}\n</{tag}>",
        say(tongue, "instruction", instruction=instruction) if instruction else say(tongue, "better"),
        say(tongue, "wanted", kinds=kind),
    ]
    if candidate is not None:
        focus = FOCUS[tongue][candidate % len(FOCUS[tongue])]
        lines.append(say(tongue, "focus", focus=focus))
    return Request(
        Purpose.REGENERATE if candidate is None else Purpose.CANDIDATE, model, (kind,), tongue,
        _system(recipe, tongue, lang), (("user", "\n\n".join(lines)),), effort, instruction, number,
        recipe=recipe.hash, examples=recipe.examples_in(tongue),
    )  # fmt: skip


@lru_cache(maxsize=8)
def _system(recipe: Recipe, tongue: str, lang: str) -> str:
    """The rules and every kind of the recipe: the same bytes whatever is asked for."""
    names = {
        "language": in_words(tongue, lang),
        "kinds": ", ".join(kind.title(tongue) for kind in recipe.kinds),
    }
    kinds = []
    for kind in recipe.kinds:
        prompt = kind.prompt(tongue)
        if not prompt:
            raise RecipeError(f"The recipe has no prompt for the kind “{kind.id}”: give it one, as prompt.en = “…”.")
        own = {"kind": kind.id, "title": kind.title(tongue), "meaning": said_in(kind.meanings, tongue)}
        kinds.append(f"{kind.id} ({kind.title(tongue)}): {filled(prompt, names | own)}")
    return "\n\n".join([filled(said_in(recipe.instructions, tongue), names), say(tongue, "kinds"), *kinds])


def _shown(examples: Sequence[Example], tongue: str) -> list[str]:
    """Examples to be read: a paragraph and the JSON of what all its layers hold."""
    shown = [
        f"<example>\n<paragraph>\n{example.text}\n</paragraph>\n{_answer(example, tuple(example.layers))}\n</example>"
        for example in examples
    ]
    return [say(tongue, "examples"), *shown] if shown else []


def _played(examples: Sequence[Example], kinds: Sequence[str], tongue: str) -> list[tuple[str, str]]:
    """Examples as turns: asked as the paragraph is asked, answered with those of its kinds that they have."""
    turns = []
    for example in examples:
        if there := [kind for kind in kinds if kind in example.layers]:
            asked = _asked(tongue, example.text, example.lang, "", there)
            turns += [("user", f"{asked}\n\n{say(tongue, 'shape')}"), ("assistant", _answer(example, there))]
    return turns


def _answer(example: Example, kinds: Sequence[str]) -> str:
    said = {kind: [dict(zip(_FIELDS, item, strict=True)) for item in example.layers[kind]] for kind in kinds}
    return orjson.dumps(said).decode()


def _asked(tongue: str, paragraph: str, lang: str, place: str, kinds: Sequence[str]) -> str:
    wanted = say(tongue, "wanted", kinds=", ".join(kinds))
    return f"{_material(tongue, paragraph, lang, place)}\n\n{wanted}"


def _material(tongue: str, paragraph: str, lang: str, place: str) -> str:
    tag = _tag(paragraph + place)
    lines = [say(tongue, "material", lang=in_words(tongue, lang)), f"<{tag}>", paragraph, f"</{tag}>"]
    if place:  # a heading is the source's too
        lines += [say(tongue, "place"), f"<{tag}>", place, f"</{tag}>"]
    return "\n".join(lines)


def _tag(text: str) -> str:
    """A tag that does not stand in the text, so that nothing in it can close it."""
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    size = 8
    while (tag := f"material-{digest[:size]}") in text:
        size += 1
    return tag
