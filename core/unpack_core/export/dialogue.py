"""`dialogue`: two speakers who know different things. One has only the text, the other has its layers.

An accepted `dialogue` layer is a conversation as it stands. Others are composed of accepted items: a question is a turn
and its bracket the answer; any other item answers a question that its kind asks. Nothing is said that no curator
accepted but the asking. What bears on an answer, by the words that it quotes, is the answerer's reasoning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from unpack_core.export.chat import layer_key
from unpack_core.export.rows import Passage, Piece, Rows
from unpack_core.export.surfaces import Titles, chosen
from unpack_core.export.talk import Talk, talk
from unpack_core.grounding import ground
from unpack_core.model import Span
from unpack_core.notation import Item, parse

Row = dict[str, object]
Turn = dict[str, str]

DIALOGUE = "dialogue"
_SPEAKER = re.compile(r"([^:：\n]{1,40}?)\s*[:：]\s*(\S.*)", re.DOTALL)
_SENTENCE = re.compile(r"[^.!?…。！？]*[.!?…。！？]*[»”\"')]*\s*")
_WORD = re.compile(r"\w{5,}")
_STEM = 5
_MOST_TURNS = 5
_MOST_REASONS = 3
_ARC = (
    "restatement", "definition", "context", "argument", "assumption", "question", "counterexample", "analogy",
    "viewpoint", "implication", "paradox", "meta",
)  # fmt: skip
"""From what is said to what follows: the order in which one may ask."""
_NOWHERE = 1 << 40


class Reasoning(StrEnum):
    """Where the reasoning of an answer goes."""

    FIELD = "field"
    """Into `reasoning_content`."""
    THINK = "think"
    """Into the answer, between `<think>` and `</think>`."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Point:
    """An item and where in the text it belongs."""

    kind: str
    item: Item
    span: Span | None
    """The sentences that hold its quotation."""
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, its answer, and what the answerer thought of."""

    question: str
    answer: str
    reasons: tuple[Point, ...]


def dialogue(rows: Rows, titles: Titles, seed: int = 0, reasoning: Reasoning = Reasoning.FIELD) -> Iterator[Row]:
    """A row a conversation: system, then user and assistant in turn, the last word the assistant's."""
    for passage in rows.passages(numbered=True):
        if not passage.text.strip():
            continue
        points = _points(passage)
        speech = talk(passage.lang)
        for key, exchanges in _conversations(passage, points, titles, seed):
            messages: list[Turn] = [_turn("system", _pick(speech.system, seed, key, "system"))]
            for number, exchange in enumerate(exchanges):
                user = exchange.question
                if not number:
                    opening = _pick(speech.openings, seed, key, "opening")
                    user = opening.format(a=user, t=passage.text)
                thought = _thought(exchange.reasons, titles, passage.lang)
                messages += [_turn("user", user), _answer(exchange.answer, thought, reasoning)]
            yield {"id": key, "messages": messages}


def _conversations(
    passage: Passage, points: Sequence[Point], titles: Titles, seed: int
) -> Iterator[tuple[str, list[Exchange]]]:
    for piece in passage.pieces:
        if piece.kind == DIALOGUE:
            told = _told(piece, points)
            if told:
                yield layer_key(passage, piece), told
    key = f"{passage.key}/talk"
    composed = _composed(points, titles, passage.lang, seed, key)
    if composed:
        yield key, composed


# --- a dialogue layer ------------------------------------------------------------------------------------------


def _told(piece: Piece, points: Sequence[Point]) -> list[Exchange]:
    """The turns of a layer, in pairs; none where they are not those of two speakers."""
    turns: list[tuple[str, str]] = []
    for item in parse(piece.text):
        found = _SPEAKER.match(item.text)
        if not found:
            return []
        speaker, said = found[1].strip().casefold(), found[2].strip()
        said = f"“{item.quote}” {said}" if item.quote else said
        if turns and turns[-1][0] == speaker:
            turns[-1] = (speaker, f"{turns[-1][1]} {said}")
        else:
            turns.append((speaker, said))
    if len({speaker for speaker, _ in turns}) != 2:
        return []
    pairs = zip(turns[::2], turns[1::2], strict=False)
    return [
        Exchange(question, answer, _bearing(_stems(f"{question} {answer}"), None, points)[:_MOST_REASONS])
        for (_, question), (_, answer) in pairs
    ]


# --- composed of items -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Candidate:
    point: Point
    exchange: Exchange
    number: int
    """Of the item among all."""
    again: int
    """How many of its kind come before it."""


def _composed(points: Sequence[Point], titles: Titles, lang: str, seed: int, key: str) -> list[Exchange]:
    """As many turns as the hash says: each kind once before any twice, questions before others; then put in order."""
    drawn = sorted(range(len(points)), key=lambda number: chosen(seed, f"{key}:{number}", 1 << 32, "turn"))
    candidates: list[_Candidate] = []
    for number in drawn:
        point = points[number]
        exchange = _exchange(point, points, titles, lang, seed, f"{key}:{number}")
        if exchange:
            again = sum(candidate.point.kind == point.kind for candidate in candidates)
            candidates.append(_Candidate(point, exchange, number, again))
    candidates.sort(key=lambda one: (one.again, not _is_question(one.point.item)))
    taken = candidates[: 2 + chosen(seed, key, _MOST_TURNS - 1, "length")]
    if chosen(seed, key, 2, "order"):
        taken.sort(key=lambda one: (one.point.span.start if one.point.span else _NOWHERE, one.number))
    else:
        taken.sort(key=lambda one: (_ARC.index(one.point.kind) if one.point.kind in _ARC else len(_ARC), one.number))
    return [one.exchange for one in taken]


def _exchange(
    point: Point, points: Sequence[Point], titles: Titles, lang: str, seed: int, key: str
) -> Exchange | None:
    """What an item makes of itself in a conversation; None where it has no answer or no question."""
    item, speech = point.item, talk(lang)
    reasons = tuple(one for one in _bearing(point.stems, point, points) if one.kind != point.kind)[:_MOST_REASONS]
    label = item.answer.casefold() in {point.kind, titles.title(point.kind, lang).casefold(), *_labels(titles, lang)}
    if _is_question(item):
        answer = "" if label else _answered(item.answer, speech, seed, key)
        if not answer:  # the bracket names the question or is not there: what else is said of that place?
            near = (one for one in reasons if one.span and point.span and not _is_question(one.item))
            support = next(near, None)
            answer = _sentence(support.item.text) if support else ""
        if not answer:
            return None
        question = item.text
        if item.quote:
            question = _pick(speech.about, seed, key, "about").format(q=item.quote, a=question)
        return Exchange(question, answer, reasons)
    forms = speech.asks.get(point.kind)
    if not forms or not item.text:
        return None
    quoted = _pick(forms[0 if item.quote else 1], seed, key, "ask").format(q=item.quote)
    answer = _sentence(item.text)
    if item.answer and not label:
        answer = f"{answer} {_answered(item.answer, speech, seed, key)}"
    return Exchange(quoted, answer, reasons)


def _answered(answer: str, speech: Talk, seed: int, key: str) -> str:
    """A bracket as a sentence: `a / b` are options; "" for an empty one."""
    options = [option.strip() for option in answer.split(" / ") if option.strip()]
    if len(options) > 1:
        return _pick(speech.options, seed, key, "options").format(o=speech.option_mark.join(options))
    return _sentence(answer)


def _is_question(item: Item) -> bool:
    return item.text.rstrip("»”\"') ").endswith(("?", "？"))


def _labels(titles: Titles, lang: str) -> set[str]:
    """Brackets that say what an item is, and answer nothing."""
    return {"paradox", titles.title("paradox", lang).casefold(), "question", titles.title("question", lang).casefold()}



# --- what bears on what ----------------------------------------------------------------------------------------


def _points(passage: Passage) -> list[Point]:
    """All items of a passage that say something, dialogues apart."""
    sentences = [Span(*found.span()) for found in _SENTENCE.finditer(passage.text) if found[0]]
    points = []
    for piece in passage.pieces:
        if piece.kind == DIALOGUE:
            continue
        for item, place in ground(piece.text, passage.text):
            if item.text:
                span = _around(place.span, sentences) if place else None
                points.append(Point(piece.kind, item, span, _stems(f"{item.quote} {item.text}")))
    return points


def _around(span: Span, sentences: Sequence[Span]) -> Span:
    """The sentences that a stretch touches."""
    touched = [sentence for sentence in sentences if sentence.start < span.end and span.start < sentence.end]
    return Span(touched[0].start, touched[-1].end) if touched else span


def _bearing(stems: frozenset[str], point: Point | None, points: Sequence[Point]) -> tuple[Point, ...]:
    """The points that speak of the same sentence or share words, the nearest first."""
    weighed = []
    for number, other in enumerate(points):
        if other is point:
            continue
        shared = len(stems & other.stems)
        together = point is not None and point.span is not None and other.span is not None and (
            point.span.start < other.span.end and other.span.start < point.span.end
        )
        if together or shared >= 2:
            weighed.append((-(2 * together + shared), number, other))
    return tuple(other for _, _, other in sorted(weighed, key=lambda one: one[:2]))


def _stems(text: str) -> frozenset[str]:
    """Words by their first letters: enough to see that two notes speak of one thing, in inflected languages too."""
    return frozenset(word[:_STEM] for word in _WORD.findall(text.casefold()))


# --- how it is said --------------------------------------------------------------------------------------------


def _pick(forms: Sequence[str], seed: int, key: str, salt: str) -> str:
    return forms[chosen(seed, key, len(forms), salt)]


def _sentence(text: str) -> str:
    """With a capital at its start and a mark at its end."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    ended = not text or text.rstrip("»”\"')")[-1:] in tuple(".!?…。！？")
    return text if ended else f"{text}."


def _thought(reasons: Sequence[Point], titles: Titles, lang: str) -> str:
    marks = "«»" if lang in ("ru", "uk", "be") else "“”"
    lines = []
    for point in reasons:
        quoted = f"{marks[0]}{point.item.quote}{marks[1]} " if point.item.quote else ""
        answer = f" — [{point.item.answer}]" if point.item.answer else ""
        lines.append(f"{titles.title(point.kind, lang)}: {quoted}{point.item.text}{answer}")
    return "\n".join(lines)


def _answer(text: str, thought: str, reasoning: Reasoning) -> Turn:
    if reasoning == Reasoning.THINK and thought:
        return _turn("assistant", f"<think>\n{thought}\n</think>\n\n{text}")
    return _turn("assistant", text, thought if reasoning == Reasoning.FIELD else "")


def _turn(role: str, content: str, reasoning: str = "") -> Turn:
    return {"role": role, "content": content, "reasoning_content": reasoning}
