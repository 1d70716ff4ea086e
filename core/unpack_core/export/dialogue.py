"""`dialogue`: two speakers who know different things. One has only the text, the other has its layers.

An accepted `dialogue` layer is a conversation as it stands. Others are composed of accepted items: a question is a turn
and its bracket the answer; any other item answers a question that its kind asks. Nothing is said that no curator
accepted but the asking. What bears on an answer, by the words that it quotes, is the answerer's reasoning; but what is
said anywhere in the conversation is not thought too, and nothing is thought twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from unpack_core.export.chat import layer_key
from unpack_core.export.rows import Passage, Piece, Rows
from unpack_core.export.surfaces import Titles, chosen
from unpack_core.export.talk import Talk, talk
from unpack_core.grounding import ground
from unpack_core.language import primary
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

    number: int
    """Among all of the passage."""
    kind: str
    item: Item
    words: str
    """What it quotes, as the text has it: the questioner knows the text alone. "" where it quotes nothing of it."""
    span: Span | None
    """The sentences that hold its quotation."""
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, its answer, and what the answerer may have thought of."""

    question: str
    answer: str
    said: frozenset[int]
    """The numbers of the points whose words the answer is."""
    reasons: tuple[Point, ...]
    """The nearest first."""


def dialogue(rows: Rows, titles: Titles, seed: int = 0, reasoning: Reasoning = Reasoning.FIELD) -> Iterator[Row]:
    """A row a conversation: system, then user and assistant in turn, the last word the assistant's."""
    for passage in rows.passages(numbered=True):
        if not passage.text.strip():
            continue
        points, lang = _points(passage), passage.lang
        speech = talk(lang)
        for key, exchanges in _conversations(passage, points, titles, seed):
            messages: list[Turn] = [_turn("system", _pick(speech.system, seed, key, "system"))]
            known = {point for exchange in exchanges for point in exchange.said}
            for number, exchange in enumerate(exchanges):
                reasons = [point for point in exchange.reasons if point.number not in known][:_MOST_REASONS]
                known.update(point.number for point in reasons)
                forms = _turns(speech, number, len(exchanges), passage.text)
                form = _pick(forms, seed, f"{key}:{number}", "turn form")
                user = form.format(a=exchange.question, t=passage.text)
                messages += [_turn("user", user), _answer(exchange.answer, _thought(reasons, titles, lang), reasoning)]
            yield {"id": key, "messages": messages}


def _turns(speech: Talk, number: int, many: int, text: str) -> tuple[str, ...]:
    """How the n-th of so many turns is begun; a text with quotations in it is not put between the same marks."""
    if number:
        return speech.last if number == many - 1 else speech.going_on
    marks = [mark for mark in "“«" if mark in text]
    return tuple(form for form in speech.openings if not any(f"{mark}{{t}}" in form for mark in marks))


def _conversations(
    passage: Passage, points: Sequence[Point], titles: Titles, seed: int
) -> Iterator[tuple[str, list[Exchange]]]:
    for piece in passage.pieces:
        if piece.kind == DIALOGUE:
            told = _told(piece, points)
            if told:
                yield layer_key(passage, piece), told
    key = f"{passage.key}/talk"
    composed = _composed(_Scene(points, titles, passage.lang, talk(passage.lang), seed, key))
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
        Exchange(question, answer, frozenset(), _bearing(_stems(f"{question} {answer}"), None, points))
        for (_, question), (_, answer) in pairs
    ]


# --- composed of items -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scene:
    """A passage's points and how one speaks of them."""

    points: Sequence[Point]
    titles: Titles
    lang: str
    speech: Talk
    seed: int
    key: str

    def pick(self, forms: Sequence[str], point: Point, salt: str) -> str:
        return _pick(forms, self.seed, f"{self.key}:{point.number}", salt)


def _composed(scene: _Scene) -> list[Exchange]:
    """As many turns as the hash says: each kind once before any twice, questions before others; then put in order.

    No answer is given twice.
    """
    seed, key = scene.seed, scene.key
    drawn = sorted(scene.points, key=lambda point: chosen(seed, f"{key}:{point.number}", 1 << 32, "turn"))
    again: Counter[str] = Counter()
    candidates: list[tuple[int, bool, Point]] = []
    for point in drawn:
        if _makes_a_turn(point, scene):
            candidates.append((again[point.kind], not _is_question(point.item), point))
            again[point.kind] += 1
    candidates.sort(key=itemgetter(0, 1))
    length = 2 + chosen(seed, key, _MOST_TURNS - 1, "length")
    taken: list[tuple[Point, Exchange]] = []
    said: set[int] = set()
    for _, _, point in candidates:
        exchange = _exchange(point, scene)
        if said.isdisjoint(exchange.said):  # what answered one question is no answer to another
            taken.append((point, exchange))
            said |= exchange.said
        if len(taken) == length:
            break
    if chosen(seed, key, 2, "order"):
        taken.sort(key=lambda turn: (turn[0].span.start if turn[0].span else _NOWHERE, turn[0].number))
    else:
        taken.sort(key=lambda turn: (_place(turn[0].kind), turn[0].number))
    return [exchange for _, exchange in taken]


def _place(kind: str) -> int:
    return _ARC.index(kind) if kind in _ARC else len(_ARC)


def _makes_a_turn(point: Point, scene: _Scene) -> bool:
    if not _is_question(point.item):
        return point.kind in scene.speech.asks
    return bool(_bracket(point, scene.titles, scene.lang)) or _support(point, scene.points) is not None


def _exchange(point: Point, scene: _Scene) -> Exchange:
    """What an item makes of itself in a conversation."""
    item, speech = point.item, scene.speech
    reasons = tuple(one for one in _bearing(point.stems, point, scene.points) if one.kind != point.kind)
    bracket = _answered(_bracket(point, scene.titles, scene.lang), point, scene)
    if not _is_question(item):
        form = scene.pick(speech.asks[point.kind][0 if point.words else 1], point, "ask")
        answer = f"{_sentence(item.text)} {bracket}".strip()
        return Exchange(form.format(q=point.words), answer, frozenset({point.number}), reasons)
    question = item.text
    if point.words:
        question = scene.pick(speech.about, point, "about").format(q=point.words, a=question)
    if bracket:
        return Exchange(question, bracket, frozenset({point.number}), reasons)
    support = _support(point, scene.points)
    assert support is not None  # else it made no turn
    return Exchange(question, _sentence(support.item.text), frozenset({point.number, support.number}), reasons)


def _support(point: Point, points: Sequence[Point]) -> Point | None:
    """What answers a question whose bracket does not: what else is said of that place."""
    return next(
        (
            near for near in _bearing(point.stems, point, points)
            if near.kind != point.kind and near.span and point.span and not _is_question(near.item)
        ),
        None,
    )  # fmt: skip


def _answered(bracket: str, point: Point, scene: _Scene) -> str:
    """A bracket as a sentence: `a / b` are options; "" for an empty one."""
    options = [option.strip().rstrip(".") for option in bracket.split(" / ") if option.strip()]
    if len(options) < 2:
        return _sentence(bracket)
    *before, last = options
    mark = ";" if any("," in option for option in options) else ","
    listed = f"{f'{mark} '.join(before)}{mark if mark == ';' else ''}{scene.speech.either}{last}"
    return _sentence(scene.pick(scene.speech.options, point, "options").format(o=listed))


def _is_question(item: Item) -> bool:
    return item.text.rstrip("»”\"') ").endswith(("?", "？"))


def _bracket(point: Point, titles: Titles, lang: str) -> str:
    """What stands in its bracket; "" where that says what the item is, and answers nothing."""
    answer = point.item.answer
    kinds = {point.kind, "paradox", "question"}
    label = answer.casefold() in kinds | {titles.title(one, lang).casefold() for one in kinds}
    return "" if label else answer


# --- what bears on what ----------------------------------------------------------------------------------------


def _points(passage: Passage) -> list[Point]:
    """All items of a passage that say something, dialogues apart."""
    sentences = [Span(*found.span()) for found in _SENTENCE.finditer(passage.text) if found[0]]
    points: list[Point] = []
    for piece in passage.pieces:
        if piece.kind == DIALOGUE:
            continue
        for item, place in ground(piece.text, passage.text):
            if item.text:
                words = passage.text[place.span.start : place.span.end] if place else ""
                span = _around(place.span, sentences) if place else None
                stems = _stems(f"{item.quote} {item.text}")
                points.append(Point(len(points), piece.kind, item, words, span, stems))
    return points


def _around(span: Span, sentences: Sequence[Span]) -> Span:
    """The sentences that a stretch touches."""
    touched = [sentence for sentence in sentences if sentence.start < span.end and span.start < sentence.end]
    return Span(touched[0].start, touched[-1].end) if touched else span


def _bearing(stems: frozenset[str], point: Point | None, points: Sequence[Point]) -> tuple[Point, ...]:
    """The points that speak of the same sentence or share words, the nearest first."""
    weighed = []
    for other in points:
        if other is point:
            continue
        shared = len(stems & other.stems)
        together = (
            point is not None
            and point.span is not None
            and other.span is not None
            and (point.span.start < other.span.end and other.span.start < point.span.end)
        )
        if together or shared >= 2:
            weighed.append((-(2 * together + shared), other.number))
    return tuple(points[number] for _, number in sorted(weighed))


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
    marks = "«»" if primary(lang) in ("ru", "uk", "be") else "“”"
    lines = []
    for point in reasons:
        quoted = f"{marks[0]}{point.words}{marks[1]} " if point.words else ""
        bracket = _bracket(point, titles, lang)
        answer = f" — [{bracket}]" if bracket else ""
        lines.append(f"{titles.title(point.kind, lang)}: {quoted}{point.item.text}{answer}")
    return "\n".join(lines)


def thinking(thought: str, text: str) -> str:
    """An answer with its reasoning before it, as models write it that think aloud."""
    return f"<think>\n{thought}\n</think>\n\n{text}" if thought else text


def _answer(text: str, thought: str, reasoning: Reasoning) -> Turn:
    if reasoning == Reasoning.THINK:
        return _turn("assistant", thinking(thought, text))
    return _turn("assistant", text, thought if reasoning == Reasoning.FIELD else "")


def _turn(role: str, content: str, reasoning: str = "") -> Turn:
    return {"role": role, "content": content, "reasoning_content": reasoning}
