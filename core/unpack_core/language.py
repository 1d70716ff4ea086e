"""In which language a text is, by its letters and its commonest words. Honest: "" where that does not tell."""

from __future__ import annotations

import re
from collections import Counter

_SCRIPTS = {
    "cyrillic": re.compile("[\u0400-\u04ff]+"),
    "kana": re.compile("[\u3040-\u30ff]+"),
    "han": re.compile("[\u3400-\u9fff]+"),
    "hangul": re.compile("[\uac00-\ud7af]+"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]+"),
}
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_COMMON = {
    "en": "the of and to is that it for was with as not be this are by from or which an but who what in a if how why",
    "de": "der die das und ist nicht ein eine zu den von mit sich auf dem es für auch als wird",
    "fr": "le la les des est une et que qui dans pour pas ce sur il elle ne du au plus",
    "es": "el los las una que por con para es del se lo como más pero su al sin sobre",
    "it": "il lo gli che di una è per non con del della si come più sono nel alla",
}
_WORDS = {
    word: {lang for lang, words in _COMMON.items() if word in words.split()}
    for words in _COMMON.values()
    for word in words.split()
}
_WORD = re.compile(r"[^\W\d_]+")


def primary(lang: str) -> str:
    """The language itself, region and script aside: `pt` of `pt-BR` and of `PT_br`."""
    return lang.replace("_", "-").partition("-")[0].lower()


def detect(text: str) -> str:
    """The ISO 639-1 code of a text's language, "" where it cannot be told."""
    sample = text[:2000]
    letters = {script: sum(map(len, found.findall(sample))) for script, found in _SCRIPTS.items()}
    total = sum(letters.values())
    if total < 2:
        return ""
    if letters["kana"] and letters["kana"] + letters["han"] > total / 2:
        return "ja"
    script = max(letters, key=lambda name: letters[name])
    if letters[script] <= total / 2:
        return ""
    if script == "cyrillic":
        return "uk" if len(_UKRAINIAN.findall(sample)) * 50 > letters[script] else "ru"
    if script == "latin":
        return _latin(sample)
    return {"han": "zh", "hangul": "ko", "kana": "ja"}[script]


def _latin(sample: str) -> str:
    votes: Counter[str] = Counter()
    for word, times in Counter(_WORD.findall(sample.lower())).items():
        for lang in _WORDS.get(word, ()):
            votes[lang] += times
    if not votes:
        return ""
    (lang, count), *others = votes.most_common(2)
    return "" if others and others[0][1] == count else lang
