"""A paragraph to drafts: each rule on each sentence, the best finds of a kind kept. Pure and deterministic.

Every item quotes the paragraph word for word. Which of a rule's surface forms is used hangs on a hash of the quotation,
so that a corpus does not learn one template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby

from unpack_core.findings.commonplace import CUT_SHORT
from unpack_core.generate.offline import english, russian
from unpack_core.generate.offline.rule import Rule
from unpack_core.language import primary
from unpack_core.notation import compose

MOST_ITEMS = 2
_LONGEST = 64
"""Letters of a quotation: a longer stretch is cut at a word."""
_LONGEST_SAID = 160
"""Letters of what is taken into the text of an item."""
_CLOSES = ("", *".!?…,;:")
"""What ends a clause."""
_AWAITING = frozenset(
    {"то", "тот", "та", "те", "тем", "том", "того", "тому", "так", "там", "тогда", "оттого", "потому"}
)
"""Words whose clause goes on after the comma."""
_FEWEST_WORDS = 6
"""In a shorter paragraph there is nothing to hold a question on."""
_RULES: Mapping[str, tuple[Rule, ...]] = {"en": english.RULES, "ru": russian.RULES}
_STEPS = {"en": english.STEPS, "ru": russian.STEPS}
_SENTENCE = re.compile(r"[^.!?…。！？]+(?:[.!?…。！？]+[”»\"’)]*|\Z)")
_ASKED = frozenset({"counterexample", "paradox", "analogy", "meta"})
"""Kinds of which no rule can say more than a question."""
_HANGING = CUT_SHORT | {
    *("of", "to", "in", "on", "at", "by", "for", "with", "from", "that", "as", "is", "are", "was", "were", "be", "it"),
    *("this", "not", "so", "can", "cannot", "will", "would", "has", "have", "had", "which", "who", "there", "we", "he"),
    *("she", "they", "one", "two", "before", "after", "every", "all", "no", "if", "when", "than", "only", "even"),
    *("yet", "also", "more", "should", "must", "do", "does", "did", "my", "our", "your", "you"),
    *("them", "him", "me", "us"),
    *("что", "не", "как", "кто", "тот", "то", "же", "бы", "ли", "он", "она", "они", "мы", "за", "до", "над", "под"),
    *("без", "про", "для", "так", "это", "этот", "эта", "этом", "том", "тем", "того", "той", "те", "чём", "чем", "при"),
    *("было", "был", "была", "были", "будет", "именно", "лишь", "только", "даже", "либо", "ни", "свой", "свою", "своё"),
    *("его", "её", "их", "нас", "вас", "если", "когда", "пока", "хотя", "потому", "оттого", "оно", "кого", "чего"),
}
"""Words that a quotation does not end in."""
_CARRIED = frozenset({"that", "что"})
"""But a verb that takes them may."""
_NO_CLAIM = re.compile(
    r"\A\W*(?:if|when|while|until|unless|although|because|since|suppose|let|notice|what|who|whose|why|how|where|which|so"
    r"|если|чтобы|когда|пока|хотя|потому|кто|что|чей|чьё|почему|зачем|где|куда|как|ни|или|поэтому|так|тогда)\b|\?\W*\Z",
    re.IGNORECASE,
)
"""Sentences that ask, order or only begin: there is little in them to doubt."""
_MARKS = frozenset('“”«»"„\n[]')
"""A quotation with these inside could not be read back."""


@dataclass(frozen=True, slots=True)
class _Find:
    """An item that a rule makes of a sentence."""

    rule: Rule
    worth: tuple[int, ...]
    """The less the better."""
    at: int
    """Where the quotation stands."""
    quote: str
    text: str
    answer: str

    @property
    def end(self) -> int:
        return self.at + len(self.quote)


def draft(paragraph: str, lang: str, kinds: Sequence[str]) -> dict[str, str]:
    """Kind to text in the notation, of those kinds for which the rules find something; total: any string will do."""
    tongue = primary(lang)
    if tongue not in _RULES or len(paragraph.split()) < _FEWEST_WORDS:
        return {}
    found = sorted(_finds(paragraph, _RULES[tongue]), key=lambda find: find.worth)
    made = {kind: _chosen(kind, [find for find in found if find.rule.kind == kind]) for kind in kinds}
    items = {kind: [(find.quote, find.text, find.answer) for find in finds] for kind, finds in made.items()}
    if steps := _steps(made.get("argument", []), found, _STEPS[tongue]):
        items["argument"] = [items["argument"][0], steps]
    return {kind: compose(items[kind], lang) for kind in kinds if items[kind]}


def _finds(paragraph: str, rules: Sequence[Rule]) -> Iterator[_Find]:
    letters = paragraph.casefold()
    for sentence in _SENTENCE.finditer(paragraph):
        for order, rule in enumerate(rules):
            match = rule.pattern.search(sentence[0])
            if match is None:
                continue
            quote = match["quote"] if _complete(match, sentence[0]) else _short(match["quote"])
            if len(quote) < 3 or _MARKS & set(quote):
                continue
            text, answer = rule.forms[_chance(quote, len(rule.forms))]
            words = {name: _cut(value, _LONGEST_SAID) for name, value in match.groupdict(default="").items()}
            words["word"] = words.get("word", "").lower()
            at = sentence.start() + match.start("quote")
            yield _Find(
                rule, (order, *_weighed(rule, quote, sentence[0], letters), at), at, quote,
                text.format(**words), answer.format(**words),
            )  # fmt: skip


def _weighed(rule: Rule, quote: str, sentence: str, letters: str) -> tuple[int, ...]:
    """Among finds of one rule: a word that comes back before one that is used once; of what any sentence gives, a
    claim before a question, a whole clause before a part of one, and a different sentence for each kind.
    """
    if rule.last:
        whole = re.search(re.escape(quote) + r"\W*(?:[,;:.!?—]|\Z)", sentence) is not None
        return _NO_CLAIM.search(sentence) is not None, not whole, _chance(rule.kind + quote, 1 << 30)
    return () if " " in quote else (-letters.count(quote[:6].casefold()),)


def _chosen(kind: str, finds: Sequence[_Find]) -> list[_Find]:
    """The best, no two of which overlap or say the same. One, where only a person can answer; and what any sentence
    gives comes alone, where nothing else does.
    """
    most = 1 if kind in _ASKED else MOST_ITEMS
    chosen: list[_Find] = []
    for find in finds:
        apart = all(find.text != other.text and _apart(find, other) for other in chosen)
        if len(chosen) < most and apart and not (find.rule.last and chosen):
            chosen.append(find)
    return sorted(chosen, key=lambda find: find.at)


def _apart(one: _Find, other: _Find) -> bool:
    return one.end <= other.at or other.end <= one.at


def _steps(chosen: Sequence[_Find], found: Sequence[_Find], template: str) -> tuple[str, str, str] | None:
    """The roles of the connectives in the order in which they stand, where there are several; it quotes one of them."""
    joints = sorted((find for find in found if find.rule.role), key=lambda find: find.at)
    roles = [role for role, _ in groupby(find.rule.role for find in joints)]
    others = [find for find in joints if _apart(find, chosen[0])] if chosen else []
    if len(roles) < 2 or not others:
        return None
    return others[-1].quote, template.format(steps=", ".join(roles[:4])), ""


def _complete(match: re.Match[str], sentence: str) -> bool:
    """Whether a clause ends where the quotation does: then nothing hangs in the air."""
    quote, after = match["quote"], sentence[match.end("quote") :].lstrip('”»"’)')
    return len(quote) <= _LONGEST and after[:1] in _CLOSES and quote.rpartition(" ")[2].lower() not in _AWAITING


def _short(text: str) -> str:
    """As much of a stretch as can be quoted: whole words, and none at the end that wants another after it; "" where
    but one of several is left.
    """
    words = _cut(text, _LONGEST).split(" ")
    several = len(words) > 1
    while words[-1].lower() in _HANGING and not (len(words) == 2 and words[-1].lower() in _CARRIED):
        words.pop()
        if len(words) < 1 + several:
            return ""
    return " ".join(words).rstrip(" ,;:—-")


def _cut(text: str, most: int) -> str:
    """Whole words, at most so many letters."""
    text = text.strip(" ,;:—-")
    if len(text) > most:
        text = text[:most].rsplit(" ", 1)[0] if " " in text[:most] else ""
    return text.rstrip(" ,;:—-")


def _chance(text: str, of: int) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big") % of
