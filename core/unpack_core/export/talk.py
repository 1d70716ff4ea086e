"""What two speakers say to each other about a text, in English and Russian: the forms that `dialogue` varies."""

from __future__ import annotations

from dataclasses import dataclass

from unpack_core.language import primary


@dataclass(frozen=True, slots=True)
class Talk:
    """`{q}` stands for quoted words of the text, `{t}` for the text, `{a}` for a question, `{o}` for options.

    What is quoted may be a word, half a clause or a sentence: a form must not lean on its grammar.
    """

    system: tuple[str, ...]
    """For the answerer, who has read closely what the questioner only has before them."""
    openings: tuple[str, ...]
    """The first turn: the text, and what is asked."""
    going_on: tuple[str, ...]
    """A turn after the first."""
    last: tuple[str, ...]
    """The last turn, where there are some before it."""
    about: tuple[str, ...]
    """A question about quoted words."""
    options: tuple[str, ...]
    """An answer that leaves several."""
    either: str
    """What stands before the last of them."""
    asks: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    """By kind: how it is asked about quoted words, and how about the whole."""


def talk(lang: str) -> Talk:
    """English where we have none in a language."""
    return _TALK.get(primary(lang)) or _TALK["en"]


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
        going_on=("{a}", "{a}", "{a}", "I see. {a}", "All right. {a}", "Yes. {a}"),
        last=("{a}", "{a}", "One last thing. {a}", "One more, and then I will leave it. {a}"),
        about=("“{q}”. {a}", "It says “{q}”. {a}", "I stumble at “{q}”. {a}", "Where it says “{q}”: {a}"),
        options=(
            "{o}: the text does not say which.",
            "That is left open: {o}.",
            "One may answer in more than one way: {o}.",
            "{o}. The text does not decide it.",
        ),
        either=" or ",
        asks={
            "definition": (
                ("What does “{q}” mean here?", "How do you read “{q}”?", "What is meant here by “{q}”?"),
                ("What do the main words mean here?", "Which notion does all this lean on?"),
            ),
            "assumption": (
                (
                    "What is taken for granted where it says “{q}”?",
                    "What goes unsaid at “{q}”?",
                    "“{q}”: what has to be true for that?",
                ),
                ("What is taken for granted here?", "What does the author need and not say?"),
            ),
            "argument": (
                (
                    "What is “{q}” doing in the argument?",
                    "“{q}”: how does the thought go there?",
                    "How does the reasoning get to “{q}”, or on from there?",
                ),
                ("How does the argument go?", "How do these steps hang together?"),
            ),
            "counterexample": (
                (
                    "“{q}”: is that always so?",
                    "It says “{q}”. Is there a case that goes against it?",
                    "“{q}”. Where would that break?",
                ),
                ("Is there a case that speaks against it?", "Where would this break?"),
            ),
            "paradox": (
                (
                    "Something is odd about “{q}”. What is it?",
                    "“{q}”: something there pulls two ways. What?",
                    "What will not fit together at “{q}”?",
                ),
                ("What in this will not fit together?", "Where does this pull in two directions at once?"),
            ),
            "analogy": (
                ("“{q}”: what else is like that?", "“{q}”. What could I compare that to?"),
                ("What is this like?", "Where else does one find the same thing?"),
            ),
            "context": (
                (
                    "“{q}”: where does that come from?",
                    "Who else speaks like this: “{q}”?",
                    "“{q}”. What is standing behind that?",
                ),
                ("Where does this text come from, in thought?", "Which tradition is speaking here?"),
            ),
            "meta": (
                ("What is the text doing when it says “{q}”?", "“{q}”: what kind of move is that?"),
                ("And what does the text do, apart from what it says?", "What would you call what is done here?"),
            ),
            "implication": (
                ("“{q}”: what follows from that?", "“{q}”. Where does that lead?"),
                ("Suppose I accept this. What follows?", "What does one have to accept with it?"),
            ),
            "viewpoint": (
                ("“{q}”: who would object, and how?", "What would someone answer to “{q}” who sees it otherwise?"),
                ("What would someone say who disagrees?", "And the other side?"),
            ),
            "restatement": (
                ("“{q}”: what is that in plain words?", "Can you put “{q}” more simply?"),
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
        going_on=("{a}", "{a}", "{a}", "Понятно. {a}", "Хорошо. {a}", "Да. {a}"),
        last=("{a}", "{a}", "И последнее. {a}", "Ещё одно, и довольно. {a}"),
        about=(
            "«{q}». {a}",
            "Тут сказано: «{q}». {a}",
            "Спотыкаюсь о слова «{q}». {a}",
            "Вот это место: «{q}». {a}",
        ),
        options=(
            "{o}: в тексте этого нет.",
            "Это остаётся открытым: {o}.",
            "Ответить можно по-разному: {o}.",
            "{o}. Текст этого не решает.",
        ),
        either=" или ",
        asks={
            "definition": (
                ("Что здесь значит «{q}»?", "Как понимать «{q}»?", "Что имеется в виду: «{q}»?"),
                ("Что значат здесь главные слова?", "На каком понятии всё это держится?"),
            ),
            "assumption": (
                (
                    "Что принято без слов там, где сказано «{q}»?",
                    "«{q}»: что тут подразумевается?",
                    "«{q}». Что для этого должно быть верно?",
                ),
                ("Из чего здесь молча исходят?", "Чего автор не говорит, но на что опирается?"),
            ),
            "argument": (
                (
                    "Как работают в рассуждении слова «{q}»?",
                    "«{q}»: как здесь идёт мысль?",
                    "Какое место в доводе занимает «{q}»?",
                ),
                ("Как устроено это рассуждение?", "Как эти шаги связаны?"),
            ),
            "counterexample": (
                (
                    "«{q}»: всегда ли так?",
                    "Сказано: «{q}». Есть ли случай, который говорит против?",
                    "«{q}». Где это сломается?",
                ),
                ("Есть ли случай, который говорит против?", "Где это сломается?"),
            ),
            "paradox": (
                (
                    "Что-то странное в словах «{q}». Что именно?",
                    "«{q}»: тут одно с другим не сходится. Что с чем?",
                    "Что не уживается в словах «{q}»?",
                ),
                ("Что здесь не сходится само с собой?", "Где этот текст тянет сразу в две стороны?"),
            ),
            "analogy": (
                ("«{q}»: на что это похоже?", "«{q}». С чем это сравнить?"),
                ("На что всё это похоже?", "Где ещё бывает то же самое?"),
            ),
            "context": (
                ("«{q}»: откуда это?", "Кто ещё так говорит: «{q}»?", "«{q}». Что за этим стоит?"),
                ("Откуда эта мысль родом?", "Какая традиция здесь говорит?"),
            ),
            "meta": (
                ("Что делает текст, когда говорит «{q}»?", "«{q}»: что это за приём?"),
                ("А что текст делает, помимо того, что говорит?", "Как назвать то, что здесь проделано?"),
            ),
            "implication": (
                ("«{q}»: что из этого следует?", "«{q}». Куда это ведёт?"),
                ("Допустим, я согласен. Что из этого следует?", "Что придётся принять вместе с этим?"),
            ),
            "viewpoint": (
                ("«{q}»: кто возразил бы и как?", "Что ответит на «{q}» тот, кто видит иначе?"),
                ("Что сказал бы тот, кто не согласен?", "А другая сторона?"),
            ),
            "restatement": (
                ("«{q}»: а простыми словами?", "Как сказать «{q}» проще?"),
                ("Можно проще?", "Что здесь сказано, если попросту?"),
            ),
        },
    ),
}
