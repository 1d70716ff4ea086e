"""A layer that does what its paragraph orders, or talks as an assistant, instead of annotating."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unpack_core.findings.finding import Finding
from unpack_core.findings.reading import Reading, name_of, source_of, start_of, words_of
from unpack_core.model import Span

_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b(?=[^.!?\n]{0,60}\b(?:instruction|question|prompt|above|previous|everything|rule))"
    r"|\b(?:answer|reply|respond|output|print|say|write|repeat)\b(?=[^.!?\n]{0,30}(?:\bonly\b|\bjust\b|\bexactly\b|\bwords?\b|[“«\"]))"
    r"|\b(?:игнориру|забуд|не обращай)\w*(?=[^.!?\n]{0,60}\b(?:инструкц|вопрос|указани|выше|предыдущ|правил|остальн))"
    r"|\b(?:ответь|отвечай|напиши|скажи|выведи|повтори)(?:те)?\b(?=[^.!?\n]{0,30}(?:\bтолько\b|\bлишь\b|\bслов|[“«\"]))",
    re.IGNORECASE,
)
_ASSISTANT = re.compile(
    r"\bas an? (?:ai|(?:large )?language model|artificial intelligence)\b(?=[^.!?\n]{0,40}\b(?:i|my|me)\b)"
    r"|^(?:sure|certainly|of course|okay|absolutely)[,!.]+ (?:here|i(?:'|’| )(?:ll|will|can|have))\b"
    r"|^here (?:is|are) (?:the|your|an?) (?:\w+ )?(?:annotations?|layers?|unpacking|items?|json|answers?|response)\b"
    r"|^(?:i(?:'|’)m sorry|i am sorry|sorry|i apologi[sz]e),? but i\b"
    r"|^i (?:can(?:'|’|no)t|am unable to) (?:help|assist|comply)"
    r"|\bкак (?:языковая модель|искусственный интеллект|ии-ассистент)\b(?=[^.!?\n]{0,40}\b(?:я|мне|меня|мо[йяие])\b)"
    r"|^(?:конечно|хорошо|разумеется)[,!.]+ (?:вот|я (?:могу|помогу|сделаю))\b"
    r"|^вот (?:ваш[аеи]? |мо[йяеи] )?(?:аннотаци|распаковк|ответ|слои|слой|разбор)\w*\b"
    r"|^(?:извините|простите|к сожалению),? (?:но )?я не (?:могу|буду)\b|^я не могу (?:помочь|выполнить)",
    re.IGNORECASE,
)
_REACH = 160
"""How far after an instruction, in code points, the words may stand that it asks for."""


def follows_instructions(layer: Reading) -> Iterator[Finding]:
    """An item that is nothing but words that an instruction in the source asks for, or that speaks as an assistant."""
    for item, _ in layer.grounded:
        spoken = _ASSISTANT.search(item.text)
        if spoken and spoken[0].casefold() not in layer.source.casefold():
            start = item.text_span.start
            span = Span(start + spoken.start(), start + spoken.end())
            yield Finding("follows-instructions", f"{name_of(item)} speaks as an assistant: “{spoken[0]}”.", span)
            return
        said = {word.text for word in layer.within(item.text_span)}
        if item.quote or not 0 < len(said) <= 12 or not said <= {word.text for word in source_of(layer.source).words}:
            continue
        for asked in _INSTRUCTION.finditer(layer.source):
            there = Span(asked.start(), min(asked.start() + _REACH, len(layer.source)))
            if said <= {word.text for word in words_of(layer.source[asked.end() : there.end])}:
                message = f"{name_of(item)} says what the paragraph tells its reader to say: “{start_of(item.text)}”."
                yield Finding("follows-instructions", message, item.text_span, there)
                return
