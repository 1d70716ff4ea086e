"""The words that say nothing particular: function words, and the vocabulary of remarks that would fit any paragraph.

English and Russian. A word is looked up by its first letters, so that inflected forms count too: `important` and
`importance`, `вопрос` and `вопросами`.
"""

from __future__ import annotations

STEM = 5
"""How many first letters stand for a word."""


def stem(word: str) -> str:
    """The first letters of a case-folded word, ё as е."""
    return word[:STEM].replace("ё", "е")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


FUNCTION_WORDS = _words(
    """
    a about after again all also always am an and another any are as at be because been before being both but by can
    cannot could did do does each either else even ever every for from had has have he her here his how i if in into
    is it its itself just like many may me might more most much must my neither never no nor not nothing of off
    often on one only or other others our out over own rather same shall she should so some still such than that the
    their them then there these they this those through thus to too under until up upon us very was we well were
    what when where whether which while who whom whose why will with within without would yet you your а без более
    бы был была были было быть в вам вас весь во вот все всегда всего всем всеми всех всю вся вы где да даже для до
    его ее если есть еще же за здесь и из или им ими их к как какая какие какой каком ко когда которая которого
    которое которой котором которую которые который которых кто куда ли лишь между меня мне многие может можно мой
    мы на над надо нам нас не него нее нельзя нет ни никто ничего но ну о об однако он она они оно от очень перед по
    под после потому почти при про раз с сам сама сами само свое своей своего своем своих свою своя себе себя
    сегодня со так также такая такие такое такой там те тем то тогда того тоже той только том тот ту ты у уж уже
    чего чей чем через что чтобы чье чья эта эти это этого этой этом этот эту я
    """
)
"""Case-folded, ё as е, whole."""

COMMONPLACES = _stems(
    """
    author writer reader text texts passage paragraph statement quote phrase sentence word words idea ideas concept
    notion thought topic theme subject issue question questions answer answers matter point points view views
    opinion perspective approach aspect aspects example examples way ways thing things part role kind sort sense
    meaning context life lives live living people person human humans humanity man mankind society social culture
    cultural history historical world reality everyday modern today times time age ages century past future present
    everyone everybody anyone someone individual experience situation situations circumstances case cases problem
    problems challenge area areas field fields level important importance significant significance deep deeply
    profound profoundly complex complexity complicated interesting fascinating meaningful essential fundamental
    crucial key relevant valuable great big various different difference diverse multiple numerous several general
    common broad wide simple difficult hard easy good bad better unique special certain particular possible
    universal timeless eternal central whole full true real clear obvious think thinking thoughts reflect reflection
    consider consideration considered understand understanding understood explore explored exploring discuss
    discussion examine raise raises touch touches highlight highlights show shows remind reminds illustrate invite
    invites encourage encourages help helps make makes made see seen look looking find found know known say says
    said tell speak talk mean means depend depends exist exists become becomes interpret interpreted interpretation
    interpretations relate related connect connected concern concerned affect affects influence influences occupied
    occupy ponder pondered debate debated provoke shape shapes remain remains relevance need needs needed want give
    gives take takes come comes change changes develop learn lesson lessons value values always throughout
    ultimately indeed certainly perhaps course definitely truly really especially simply single definite unambiguous
    definitive автор автора писатель читатель текст абзац высказывание цитата фраза слово слова идея идеи понятие
    мысль мысли тема темы предмет вопрос вопросы ответ ответы дело смысл значение точка зрения мнение взгляд подход
    аспект пример примеры способ вещь вещи часть роль вид контекст жизнь жизни люди людей людям людьми человек
    человека человечество общество общества общественный социальный культура культурный история исторический мир
    мира мире реальность повседневный современный современность время времена эпоха века прошлое будущее настоящее
    каждый каждая любой всякий индивидуальный опыт ситуация обстоятельства случай проблема проблемы область уровень
    сфера важный важно важная важность значимый значимость глубокий глубокая глубоко глубина сложный сложная сложно
    сложность интересный интересно существенный основной основа фундаментальный ключевой актуальный актуальность
    ценный большой огромный великий разный разные различный различные многообразный множество многое общий широкий
    простой просто трудный трудно легко хороший плохой лучше уникальный особый определенный возможный вечный
    универсальный центральный целый полный истинный правда настоящий ясный очевидный однозначный неоднозначный
    многогранный философский думать думает задуматься задумывается задумываться размышлять размышления размышление
    рассматривать рассмотреть понимать понимает понимание понять обсуждать исследовать поднимать поднимает
    затрагивает касается показывает напоминает заставляет помогает делает делать сделать видеть найти знать знает
    известно говорить говорит сказать означает зависит существует существовать становится стать трактовать
    интерпретация связан связано относится влияет волновал волновала волнует волновать спорить спор менять меняется
    развивать учит урок ценность ценности нужно следует стоит давать дает остается является являться имеет иметь
    играет разумеется конечно безусловно действительно возможно пожалуй собственно вообще именно особенно поистине
    по-своему по-разному всегда
    """
)
"""Stems of what is said of every text and of none."""

CUT_SHORT = _words(
    """
    a an the and or but into than because its their whose is are was were а без в во для и из или к который которая
    которое которые которых на но о об от по при с со у чтобы
    """
)
"""Words that hardly a finished sentence ends in, as with `of`, `that` and `with` some do."""
