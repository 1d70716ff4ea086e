"""What is said to the model around a text: system prompts and requests, in the paragraph's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unpack_core.language import primary


@dataclass(frozen=True, slots=True)
class Phrases:
    system: str
    """How a text is unpacked."""
    give: str
    """Which layers to give; `{}` stands for their titles."""
    ask: tuple[str, ...]
    """Requests for one layer by its title."""
    asks: dict[str, tuple[str, ...]]
    """Requests in words of their own, by kind."""

    def system_for(self, titles: Sequence[str]) -> str:
        """The system prompt for an unpacking with just these layers: what is to come can be known from the prompt."""
        return f"{self.system} {self.give.format(', '.join(titles))}"


def phrases(lang: str) -> Phrases:
    """English where we have none in a language."""
    return _PHRASES.get(primary(lang)) or _PHRASES["en"]


_PHRASES = {
    "en": Phrases(
        "You unpack texts: beside a text you set layers of notes that lay open what it means. A note is one numbered "
        "line. Where it speaks of particular words it quotes them first; a short answer stands in brackets at its end.",
        "Give these layers: {}.",
        ("Unpack this text. Layer: {}.", "{}, please:", "Read this text and give one layer: {}."),
        {
            "definition": (
                "What do the terms of this text mean here?",
                "Define the words that this text leans on, as it uses them.",
            ),
            "assumption": (
                "What must be true, though it is not said, for this text to hold?",
                "Name the hidden assumptions of this text.",
            ),
            "question": (
                "Which questions does this text leave open?",
                "Ask of this text what it does not answer.",
            ),
            "argument": (
                "How does the reasoning of this text hang together?",
                "Show the logical structure of this text: claim, grounds, and what joins them.",
            ),
            "counterexample": (
                "Which cases break what this text claims?",
                "Find counterexamples to this text.",
            ),
            "paradox": (
                "Where does this text hold two things that cannot both be true?",
                "Which paradox is in this text? Keep it open.",
            ),
            "analogy": (
                "Where else does the same relation hold? Give analogies to this text.",
                "Find an analogy from another domain for this text.",
            ),
            "context": (
                "From which time, place, tradition or genre does this text speak?",
                "Put this text into its context.",
            ),
            "meta": (
                "What does this text do, apart from what it says? How does it know?",
                "Step back: comment on this text at the meta-level.",
            ),
            "implication": (
                "What follows if this text is accepted?",
                "Draw the consequences of this text.",
            ),
            "viewpoint": (
                "How would someone who disagrees put it best?",
                "Give the strongest other viewpoint on this text.",
            ),
            "restatement": (
                "Say this in simple words, with no new facts.",
                "Restate this text plainly.",
            ),
            "dialogue": (
                "Let two speakers who know different things take this text apart.",
                "Write an annotated dialogue about this text.",
            ),
        },
    ),
    "ru": Phrases(
        "Ты распаковываешь тексты: рядом с текстом ставишь слои заметок, которые раскрывают его смысл. Заметка — одна "
        "пронумерованная строка. Если она об определённых словах, сначала приводится цитата; краткий ответ стоит в "
        "скобках в конце.",
        "Нужные слои: {}.",
        ("Распакуй этот текст. Слой: {}.", "{}, пожалуйста:", "Прочти текст и дай один слой: {}."),
        {
            "definition": (
                "Что значат здесь слова, на которых держится этот текст?",
                "Дай определения понятий так, как их употребляет этот текст.",
            ),
            "assumption": (
                "Что должно быть верно, хотя и не сказано, чтобы этот текст был верен?",
                "Назови скрытые посылки этого текста.",
            ),
            "question": (
                "Какие вопросы этот текст оставляет открытыми?",
                "Спроси у этого текста о том, на что он не отвечает.",
            ),
            "argument": (
                "Как устроено рассуждение в этом тексте?",
                "Покажи логическую структуру текста: тезис, основания и то, что их связывает.",
            ),
            "counterexample": (
                "Какие случаи опровергают то, что здесь утверждается?",
                "Найди контрпримеры к этому тексту.",
            ),
            "paradox": (
                "Где этот текст держит вместе то, что не может быть верно сразу?",
                "Какой парадокс есть в этом тексте? Не разрешай его.",
            ),
            "analogy": (
                "Где ещё встречается то же отношение? Приведи аналогии.",
                "Подбери к этому тексту аналогию из другой области.",
            ),
            "context": (
                "Из какого времени, места, традиции или жанра говорит этот текст?",
                "Помести этот текст в его контекст.",
            ),
            "meta": (
                "Что этот текст делает, помимо того, что он говорит? Откуда он это знает?",
                "Отступи на шаг: что можно сказать об этом тексте на метауровне?",
            ),
            "implication": (
                "Что следует, если принять этот текст?",
                "Выведи следствия из этого текста.",
            ),
            "viewpoint": (
                "Как лучше всего сказал бы об этом тот, кто не согласен?",
                "Приведи самую сильную иную точку зрения на этот текст.",
            ),
            "restatement": (
                "Скажи это простыми словами, не добавляя нового.",
                "Перескажи этот текст просто.",
            ),
            "dialogue": (
                "Пусть этот текст разберут двое, которые знают разное.",
                "Напиши аннотированный диалог об этом тексте.",
            ),
        },
    ),
}
