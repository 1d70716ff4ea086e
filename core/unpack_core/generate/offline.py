"""Drafts without a model: a few rules that find in a paragraph what a question can hold on to.

It looks for words that carry a layer by themselves: a copula that defines, a word for all or never, a contrast, a
cause, a likeness, a question, a hedge. Where it finds none it says nothing. Every draft quotes the paragraph word for
word and says on its version that it is `offline`: something to begin from, not something to trust. Pure and
deterministic: which of the surface forms is used hangs on a hash of the quotation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING

from unpack_core.model import IncomingLayer, Origin
from unpack_core.notation import compose

if TYPE_CHECKING:
    from unpack_core.generate.ledger import Ledger
    from unpack_core.generate.run import Plan

MODEL = "offline"
MOST_ITEMS = 2
_CHUNK = 500
_LONGEST = 90
"""Letters of a quotation: a longer stretch is cut at a word."""

_SENTENCE = re.compile(r"[^.!?…。！？]+(?:[.!?…。！？]+[”»\"’)]*|\Z)")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What to look for in a sentence, and what to say: templates over the groups of the pattern."""

    kind: str
    pattern: re.Pattern[str]
    forms: tuple[tuple[str, str], ...]
    """(text, answer); `{name}` stands for a group."""
    quoted: str = "quote"
    """The group that is quoted."""


def _rule(kind: str, pattern: str, *forms: tuple[str, str] | str) -> _Rule:
    said = tuple(form if isinstance(form, tuple) else (form, "") for form in forms)
    return _Rule(kind, re.compile(pattern, re.IGNORECASE), said)


_TAIL = r"[\w’'-]+(?: [\w’'-]+)?"
"""One or two words."""

_RULES: Mapping[str, tuple[_Rule, ...]] = {
    "en": (
        _rule(
            "definition",
            r"^\W*(?:an? |the )?(?P<quote>(?!here |there |this |that |it |he |she |one |what )[a-z][\w-]+)"
            r" (?:is|means) (?P<rest>(?:an?|the) [^,;:.!?]+)",
            "here: {rest}",
            "in this paragraph it stands for {rest}",
        ),
        _rule(
            "assumption",
            rf"\b(?P<quote>(?:of course|naturally|obviously|surely|evidently|as everybody knows),? {_TAIL})",
            "This is taken as granted by every reader. Who would not grant it?",
            "What is called plain here is not shown: it has to hold before the text begins.",
        ),
        _rule(
            "counterexample",
            rf"\b(?P<quote>(?P<word>all|every|always|never|nobody|everybody) {_TAIL})",
            "To look for: one case in which “{word}” fails.",
            "A single exception to “{word}” would be enough here. Which?",
        ),
        _rule(
            "question",
            r"(?P<quote>[^.!?]+)\?",
            ("What would an answer have to look like?", "not answered here / answered later"),
        ),
        _rule(
            "question",
            r"(?P<quote>[^.;!?]+?),? (?P<word>but|yet|however|although|though) [^.;!?]+",
            ("Which side of “{word}” carries the weight?", "the first / the second"),
            ("Does what follows “{word}” take back what stands before it?", "limits it / takes it back"),
        ),
        _rule(
            "argument",
            r"\b(?P<quote>(?:because|therefore|hence|for this reason) [^.;!?]+)",
            "A ground is given here; what joins it to the claim is left to the reader.",
            "Here the step from ground to claim is made in words: it can be checked.",
        ),
        _rule(
            "analogy",
            rf"\b(?P<quote>(?:like|as if|as though) (?:an?|the) {_TAIL})",
            "The text draws a likeness of its own here. Which relation is carried over, and where does it end?",
        ),
        _rule(
            "meta",
            rf"\b(?P<quote>(?:perhaps|it may be|it seems|probably|no doubt) {_TAIL})",
            "Here the text shows how sure it is of itself.",
        ),
        _rule("meta", rf"\b(?P<quote>we {_TAIL})", "Who is meant by “we” here, and who is not?"),
        _rule("paradox", r"\b(?P<quote>neither [^.;,]+ nor [^.;,]+)", "Both are refused. Is there a third?"),
        _rule(
            "implication",
            r"\b(?P<quote>if [^.;,:?]+), (?!and |but |or )(?P<rest>[^.;:!?]+)",
            "Whoever grants the first half has to grant the second: {rest}.",
        ),
        _rule("context", r"(?P<quote>\b(?:1[0-9]{3}|20[0-9]{2})\b)", "A year: what was taken for granted then?"),
    ),
    "ru": (
        _rule(
            "definition",
            r"^\W*(?P<quote>[а-яё-]{3,}) — это (?P<rest>[^,;:.!?]{8,})",
            "здесь: {rest}",
            "в этом абзаце так названо вот что: {rest}",
        ),
        _rule(
            "assumption",
            rf"(?<!\w)(?P<quote>(?:конечно|разумеется|очевидно|естественно|как известно),? {_TAIL})",
            "Считается, что с этим согласен каждый читатель. Кто бы не согласился?",
            "То, что названо ясным, здесь не показано: оно должно быть верно ещё до начала текста.",
        ),
        _rule(
            "counterexample",
            rf"(?<!\w)(?P<quote>(?P<word>все|всякий|каждый|каждая|всегда|никогда|никто) {_TAIL})",
            "Искать: один случай, когда «{word}» неверно.",
            "Хватило бы одного исключения из «{word}». Какого?",
        ),
        _rule(
            "question",
            r"(?P<quote>[^.!?]+)\?",
            ("Каким должен быть ответ, чтобы его приняли?", "здесь не дан / дан ниже"),
        ),
        _rule(
            "question",
            r"(?P<quote>[^.;!?]+?),? (?P<word>но|однако|хотя|зато) [^.;!?]+",
            ("Что здесь весит больше?", "до «{word}» / после «{word}»"),
            ("Стоящее после «{word}» отменяет сказанное прежде?", "ограничивает / отменяет"),
        ),
        _rule(
            "argument",
            r"(?<!\w)(?P<quote>(?:потому что|поскольку|поэтому|следовательно|ибо) [^.;!?]+)",
            "Здесь названо основание; то, что связывает его с тезисом, оставлено читателю.",
            "Шаг от основания к тезису сделан словами: его можно проверить.",
        ),
        _rule(
            "analogy",
            rf"(?<!\w)(?P<quote>(?:как будто|словно|будто|подобно|вроде) {_TAIL})",
            "Текст сам проводит сходство. Какое отношение перенесено и где сходство кончается?",
        ),
        _rule(
            "meta",
            rf"(?<!\w)(?P<quote>(?:может быть|кажется|пожалуй|вероятно),? {_TAIL})",
            "Здесь видно, насколько текст уверен в себе.",
        ),
        _rule("meta", rf"(?<!\w)(?P<quote>мы {_TAIL})", "Кто здесь «мы» и кто в это «мы» не входит?"),
        _rule("paradox", r"(?<!\w)(?P<quote>ни [^.;,]+, ни [^.;,]+)", "Отвергнуто и то и другое. Есть ли третье?"),
        _rule(
            "implication",
            r"(?<!\w)(?P<quote>если [^.;,:?]+), (?:то )?(?!и |а |но |или )(?P<rest>[^.;:!?]+)",
            "Кто согласен с первой половиной, согласится и со второй: {rest}.",
        ),
        _rule("context", r"(?P<quote>\b(?:1[0-9]{3}|20[0-9]{2})\b)", "Год: что тогда разумелось само собой?"),
    ),
}


def draft(paragraph: str, lang: str, kinds: Sequence[str]) -> dict[str, str]:
    """Kind to text in the notation, of those kinds for which the rules find something; total: any string will do."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for rule, item in _items(paragraph, _RULES.get(lang, ())):
        items = found.setdefault(rule.kind, [])
        if rule.kind in kinds and len(items) < MOST_ITEMS and all(item[0] != other[0] for other in items):
            items.append(item)
    return {kind: compose(found[kind], lang) for kind in kinds if found.get(kind)}


def _items(paragraph: str, rules: Sequence[_Rule]) -> Iterator[tuple[_Rule, tuple[str, str, str]]]:
    for sentence in _SENTENCE.finditer(paragraph):
        for rule in rules:
            match = rule.pattern.search(sentence[0])
            if match is None:
                continue
            quote = _short(match["quote"])
            if not quote or any(mark in quote for mark in "“”«»\"„\n"):
                continue  # a quotation inside the quotation could not be read back
            text, answer = rule.forms[_chance(quote, len(rule.forms))]
            words = {name: _short(value).lower() if name == "word" else _short(value)
                     for name, value in match.groupdict(default="").items()}  # fmt: skip
            yield rule, (quote, text.format(**words), answer.format(**words))


def _short(text: str) -> str:
    """As much of a stretch as can be quoted, in whole words."""
    text = text.strip(" ,;:—-")
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:—-") if " " in text[:_LONGEST] else ""


def _chance(text: str, of: int) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big") % of


# --- into the database -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Drafted:
    """How much was made."""

    paragraphs: int = 0
    layers: int = 0


def fill(ledger: Ledger, plan: Plan, progress: Callable[[int], None] = lambda _: None) -> Drafted:
    """Draft what is missing, in chunks that are committed whole."""
    drafted = Drafted()
    gaps = islice(ledger.gaps(plan.kinds, model=MODEL, recipe="", clause=plan.clause), plan.limit)
    batch_id: int | None = None
    while chunk := list(islice(gaps, _CHUNK)):
        made = [(gap, draft(gap.text, gap.lang, gap.kinds)) for gap in chunk]
        arrivals = [
            (gap.paragraph_id, gap.rank, IncomingLayer(kind, text, origin=Origin.OFFLINE, model=MODEL))
            for gap, texts in made
            for kind, text in texts.items()
        ]
        if arrivals:
            with ledger.store.write():
                batch_id = batch_id or ledger.store.add_batch("generate --offline", MODEL)
                drafted.layers += ledger.store.add_layers(arrivals, batch_id)
        drafted.paragraphs += sum(1 for _, texts in made if texts)
        progress(drafted.paragraphs)
    return drafted
