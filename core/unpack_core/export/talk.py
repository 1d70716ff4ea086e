"""What two speakers say to each other about a text, in English and Russian: the forms that `dialogue` varies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Talk:
    """`{q}` stands for quoted words of the text, `{t}` for the text, `{a}` for a question, `{o}` for options."""

    system: tuple[str, ...]
    """For the answerer, who has read closely what the questioner only has before them."""
    openings: tuple[str, ...]
    """The first turn: the text, and what is asked."""
    about: tuple[str, ...]
    """A question about quoted words."""
    options: tuple[str, ...]
    """An answer that leaves several."""
    option_mark: str
    asks: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    """By kind: how it is asked about quoted words, and how about the whole."""


def talk(lang: str) -> Talk:
    """English where we have none in a language."""
    return _TALK.get(lang) or _TALK["en"]


_TALK = {
    "en": Talk(
        system=(
            "You have read the text closely. Answer from it and from what it leaves unsaid, briefly.",
            "Someone brings you a text and asks about it. Think about what it assumes before you answer.",
            "You help a reader to take a text apart: say what you see, and leave open what is open.",
        ),
        openings=(
            "{t}\n\n{a}",
            "“{t}”\n\n{a}",
            "I have just read this:\n\n{t}\n\n{a}",
            "{a}\n\n{t}",
            "Help me with this passage.\n\n{t}\n\n{a}",
        ),
        about=("“{q}”. {a}", "It says “{q}”. {a}", "I stumble at “{q}”. {a}"),
        options=("It can be taken in more than one way: {o}.", "That is left open. Possible: {o}.", "Either way: {o}."),
        option_mark="; or ",
        asks={
            "definition": (
                ("What does “{q}” mean here?", "How is “{q}” to be understood here?", "What is meant by “{q}”?"),
                ("What do the main words mean here?", "Which notion does all this lean on?"),
            ),
            "assumption": (
                ("What is taken for granted in “{q}”?", "What goes unsaid in “{q}”?", "“{q}”: what has to be true?"),
                ("What is taken for granted here?", "What does the author not say, and need?"),
            ),
            "argument": (
                ("How does “{q}” work in the argument?", "“{q}”: how does the thought go there?"),
                ("How does the argument go?", "How do these steps hang together?"),
            ),
            "counterexample": (
                ("“{q}”: is that always so?", "Does “{q}” ever fail?", "Is there a case against “{q}”?"),
                ("Is there a case that speaks against it?", "Where would this break?"),
            ),
            "paradox": (
                ("Something is odd about “{q}”, is it not?", "Does “{q}” not undo itself?"),
                ("Does this not contradict itself somewhere?", "Is there a paradox in this?"),
            ),
            "analogy": (
                ("“{q}”: what else is like that?", "What could I compare “{q}” to?"),
                ("What is this like?", "Is there the same thing somewhere else?"),
            ),
            "context": (
                ("Where does “{q}” come from?", "“{q}”: who speaks like this?"),
                ("Where does this text come from, in thought?", "Which tradition is speaking here?"),
            ),
            "meta": (
                ("What is the text doing when it says “{q}”?", "“{q}”: what kind of move is that?"),
                ("And what does the text itself do, apart from what it says?", "How would you call what is done here?"),
            ),
            "implication": (
                ("If “{q}”, what follows?", "Where does “{q}” lead?"),
                ("Suppose I accept this. What follows?", "What does one have to accept with it?"),
            ),
            "viewpoint": (
                ("Who would object to “{q}”, and how?",),
                ("What would someone say who disagrees?", "And the other side?"),
            ),
            "restatement": (
                ("“{q}”, in plain words?",),
                ("Can you say it more simply?", "What is said here, in plain words?"),
            ),
        },
    ),
    "ru": Talk(
        system=(
            "Ты внимательно прочёл этот текст. Отвечай из него и из того, о чём он молчит, и коротко.",
            "Тебе приносят текст и спрашивают о нём. Прежде чем ответить, подумай, из чего он исходит.",
            "Ты помогаешь читателю разобрать текст: говори, что видишь, и оставляй открытым то, что открыто.",
        ),
        openings=(
            "{t}\n\n{a}",
            "«{t}»\n\n{a}",
            "Прочёл вот это:\n\n{t}\n\n{a}",
            "{a}\n\n{t}",
            "Помоги разобраться с отрывком.\n\n{t}\n\n{a}",
        ),
        about=("«{q}». {a}", "Тут сказано: «{q}». {a}", "Спотыкаюсь о слова «{q}». {a}"),
        options=(
            "Ответить можно по-разному: {o}.",
            "Это остаётся открытым. Возможно: {o}.",
            "Тут либо одно, либо другое: {o}.",
        ),
        option_mark="; или ",
        asks={
            "definition": (
                ("Что здесь значит «{q}»?", "Как понимать «{q}»?", "Что имеется в виду: «{q}»?"),
                ("Что значат здесь главные слова?", "На каком понятии всё это держится?"),
            ),
            "assumption": (
                ("Что принято без слов там, где сказано «{q}»?", "«{q}»: что тут подразумевается?"),
                ("Из чего здесь молча исходят?", "Чего автор не говорит, но на что опирается?"),
            ),
            "argument": (
                ("Как работают в рассуждении слова «{q}»?", "«{q}»: как здесь идёт мысль?"),
                ("Как устроено это рассуждение?", "Как эти шаги связаны?"),
            ),
            "counterexample": (
                ("«{q}»: всегда ли так?", "А бывает ли, что неверно: «{q}»?", "Есть ли случай против слов «{q}»?"),
                ("Есть ли случай, который говорит против?", "Где это сломается?"),
            ),
            "paradox": (
                ("Что-то странное в словах «{q}», нет?", "Не отменяют ли слова «{q}» сами себя?"),
                ("Не противоречит ли здесь что-то само себе?", "Есть ли тут парадокс?"),
            ),
            "analogy": (
                ("«{q}»: на что это похоже?", "С чем сравнить «{q}»?"),
                ("На что всё это похоже?", "Где ещё бывает то же самое?"),
            ),
            "context": (
                ("Откуда взялось «{q}»?", "«{q}»: кто так говорит?"),
                ("Откуда эта мысль родом?", "Какая традиция здесь говорит?"),
            ),
            "meta": (
                ("Что делает текст, когда говорит «{q}»?", "«{q}»: что это за приём?"),
                ("А что делает сам текст, помимо того, что говорит?", "Как назвать то, что здесь проделано?"),
            ),
            "implication": (
                ("Если «{q}», что из этого следует?", "Куда ведут слова «{q}»?"),
                ("Допустим, я согласен. Что из этого следует?", "Что придётся принять вместе с этим?"),
            ),
            "viewpoint": (
                ("Кто возразил бы на «{q}» и как?",),
                ("Что сказал бы тот, кто не согласен?", "А другая сторона?"),
            ),
            "restatement": (
                ("«{q}»: а простыми словами?",),
                ("Можно проще?", "Что здесь сказано, если попросту?"),
            ),
        },
    ),
}
