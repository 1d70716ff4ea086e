"""Full-text search: letters as they are typed, anywhere in a source or a layer, in any script.

What is found is defined by one sentence: a text matches a query where `fold(query)` is a part of `fold(text)`. The
index answers which texts *may* match; whatever it cannot say for sure is compared. It holds trigrams of folded texts,
not the texts, is filled in slices behind the curator's back (`catch_up`), and what it does not know yet is read.

Versions never change. A paragraph does where its source did, and then its entry is replaced (`replaced`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, get_args

from unpack_core.database import DatabaseFile
from unpack_core.model import Span

Table = Literal["paragraph", "version"]
TABLES: tuple[Table, ...] = get_args(Table)

_MARKS = re.compile("[\u0300-\u036f]")
_LETTER_WITH_MARKS = re.compile(".[\u0300-\u036f]*", re.DOTALL)
_END = "\U0010ffff"
_ALIKE = {"ё": "е", "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
_ALIKE |= dict.fromkeys("‐‑‒–—―−", "-")
_ALIKE |= dict.fromkeys("\ufffe\uffff", "\ufffd")  # as SQLite reads them
_PAD = "\x01\x01"  # never in a stored text
_MERGING = {"automerge": 64, "crisismerge": 1999}
"""FTS5 joins its parts when so many of a size lie beside each other, a little at every slice: never all of them at
once, for which a key would wait. The fewer of a size, the more often a text is joined again: with its own four, a
million texts take half as long again, and are hardly quicker to ask."""


class _Folding(dict[int, str]):
    """Code points and what they are searched as, worked out once each."""

    def __missing__(self, code: int) -> str:
        letters = unicodedata.normalize("NFKC", chr(code)).casefold()
        self[code] = folded = "".join(map(_folded_letter, letters))
        return folded


def _folded_letter(letter: str) -> str:
    """Latin and Greek letters lose their accents, й stays й; what cannot be seen goes, what looks alike is one."""
    if "\u0300" <= letter <= "\u036f" or unicodedata.category(letter) == "Cf":
        return ""
    if "\u00c0" <= letter <= "\u03ff" or "\u1e00" <= letter <= "\u1fff":
        return unicodedata.normalize("NFD", letter)[0]
    if letter.isspace():
        return " "
    return _ALIKE.get(letter, letter)


_FOLDING = _Folding()
_PLAIN = re.compile("[ -~а-яА-Я一-鿿ぁ-ゖァ-ヺ、。]*")
_FREQUENT = [(one, _FOLDING[ord(one)]) for one in "\n\tёЁ«»“”„’—–…\u00a0，！？：；（）"]


def fold(text: str) -> str:
    """A text as it is searched: without case, width, accents of Latin and Greek letters, and typographic variants.

    Letters fold one by one, each with its marks, so that every place in the folded text has one in the text.
    """
    plain = text
    for one, folded in _FREQUENT:
        plain = plain.replace(one, folded)
    if _PLAIN.fullmatch(plain):  # most texts: the rest of the work is C's
        return plain.casefold()
    if _MARKS.search(text):
        text = _LETTER_WITH_MARKS.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)
    return text.translate(_FOLDING)


def hits(text: str, query: str) -> list[Span]:
    """Where a query stands in a text, in code points of that text: exactly where the search found it."""
    needle = fold(query)
    folded = fold(text)
    if not needle or needle not in folded:
        return []
    places: list[tuple[int, int]] = []  # for each folded character, the stretch of the text that it came from
    for found in _LETTER_WITH_MARKS.finditer(text):
        places += [found.span()] * len(fold(found[0]))
    spans = []
    start = folded.find(needle)
    while start >= 0:
        end = start + len(needle)
        spans.append(Span(places[start][0], places[end - 1][1]))
        start = folded.find(needle, end)
    return spans


def matching(table: Table, query: str) -> tuple[str, list[object]]:
    """SQL for the ids of the paragraphs or versions that match, with its parameters; needs `prepare`."""
    needle = fold(query)
    if not needle:
        return f"SELECT id FROM {table}", []
    if len(needle) < 3:
        candidates = f"SELECT doc FROM {table}_trigram WHERE term >= ? AND term < ?"
        parameters: list[object] = [needle, needle + _END]
    else:
        trigrams = dict.fromkeys(needle[start : start + 3] for start in range(len(needle) - 2))
        candidates = f"SELECT rowid FROM {table}_letters WHERE {table}_letters MATCH ?"
        parameters = [" AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in trigrams)]
    holds, letters = _held(needle)
    if len(needle) > 3:  # a text may have all the trigrams of a word and not the word
        candidates = f"SELECT id FROM {table} WHERE id IN ({candidates}) AND {holds}"
        parameters += letters
    behind = f"SELECT id FROM {table} WHERE id > (SELECT upto FROM indexed WHERE name = '{table}') AND {holds}"
    return f"{candidates} UNION ALL {behind}", [*parameters, *letters]


def _held(needle: str) -> tuple[str, list[object]]:
    """SQL for whether a text holds what was folded so, with its parameters.

    Where these very letters stand in a text it need not be folded, which is Python's work and ten times as dear. LIKE
    knows both cases of the Latin alphabet; in others a capital is tried at the start.
    """
    folded = "instr(folded(text), ?)"
    if fold(needle) != needle or not _stays(needle[-1]):
        return folded, [needle]
    ways = [way for way in dict.fromkeys((needle, needle[0].upper() + needle[1:])) if fold(way) == needle]
    letters = ["%" + re.sub(r"[\\%_]", r"\\\g<0>", way) + "%" for way in ways]
    as_it_is = " OR ".join([r"text LIKE ? ESCAPE '\'"] * len(letters))
    return f"({as_it_is} OR {folded})", [*letters, needle]


def _stays(letter: str) -> bool:
    """Whether a letter is found as itself whatever mark may follow it: и is not, which ̆ makes й of."""
    return all(fold(letter + chr(mark)).startswith(letter) for mark in range(0x300, 0x370))


def prepare(store: DatabaseFile) -> None:
    """Teach a connection to fold, unless it can: SQLite refuses to while a query is being read."""
    if not store.one("SELECT 1 FROM pragma_function_list WHERE name = 'folded'"):
        store.connection.create_function("folded", 1, fold, deterministic=True)


def catch_up(store: DatabaseFile, limit: int = 500) -> int:
    """Index up to `limit` texts that came since the last time, in one transaction; returns how many are left.

    Call it again while something is left, between keys or in a thread with a store of its own. Two windows may do so at
    the same time: each takes the next slice.
    """
    if not behind(store):
        return 0
    with store.write():
        for table in TABLES:
            limit -= _index(store, table, limit)
    return behind(store)


def forget(store: DatabaseFile) -> None:
    """Empty the index: it is made again from the texts as it is caught up."""
    with store.write():
        for table in TABLES:
            store.rows(f"INSERT INTO {table}_letters ({table}_letters) VALUES ('delete-all')")
            store.rows("INSERT OR REPLACE INTO indexed (name, upto) VALUES (?, 0)", (table,))


def behind(store: DatabaseFile) -> int:
    """About how many texts are not in the index yet (ids are dense)."""
    return sum(store.last(table) - _upto(store, table) for table in TABLES)


def replaced(store: DatabaseFile, paragraph_id: int, before: str, after: str) -> None:
    """A paragraph has another text: its entry follows, if it has one. Inside the caller's transaction."""
    if paragraph_id > _upto(store, "paragraph"):
        return
    store.rows(  # an index without texts must be told what it holds
        "INSERT INTO paragraph_letters (paragraph_letters, rowid, text) VALUES ('delete', ?, ?)",
        (paragraph_id, fold(before) + _PAD),
    )
    store.rows("INSERT INTO paragraph_letters (rowid, text) VALUES (?, ?)", (paragraph_id, fold(after) + _PAD))


def _index(store: DatabaseFile, table: str, limit: int) -> int:
    if limit <= 0:
        return 0
    upto = _upto(store, table)
    rows = store.rows(f"SELECT id, text FROM {table} WHERE id > ? ORDER BY id LIMIT ?", (upto, limit)).fetchall()
    if rows:
        there = store.rows(f"SELECT k, v FROM {table}_letters_config").fetchall()
        for setting in _MERGING.items() - there:  # of a new index, or one from when others were better
            store.rows(f"INSERT INTO {table}_letters ({table}_letters, rank) VALUES (?, ?)", setting)
        # Padded, so that a text's last letters begin a trigram too: that is how short queries are found.
        store.connection.executemany(
            f"INSERT INTO {table}_letters (rowid, text) VALUES (?, ?)", ((id_, fold(text) + _PAD) for id_, text in rows)
        )
        store.rows("UPDATE indexed SET upto = ? WHERE name = ?", (rows[-1][0], table))
    return len(rows)


def _upto(store: DatabaseFile, table: str) -> int:
    return int(store.one("SELECT upto FROM indexed WHERE name = ?", (table,))[0])
