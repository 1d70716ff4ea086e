"""Markdown as paragraphs of running text, each with the headings that it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph and its place."""

    text: str
    place: str
    """The headings above it, outermost first, joined by ` › `; the document's title is not among them."""


def read_markdown(text: str) -> tuple[str, list[Passage]]:
    """The title ("" if there is none) and the passages: paragraphs, list items and quotations.

    Front matter, code, tables, HTML and bare headings are not passages.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    titled = _TITLE.search(front[1]) if front else None
    title = titled[1].strip() if titled else ""
    tokens = MarkdownIt("commonmark").enable("table").parse(text[front.end() :] if front else text)
    pairs = pairwise(tokens)
    heading = next((_words(inline) for opened, inline in pairs if opened.type == "heading_open"), "")
    return title or heading, list(_passages(tokens))


def _passages(tokens: list[Token]) -> Iterator[Passage]:
    headings: dict[int, str] = {}
    in_table = 0
    for before, token in pairwise(tokens):
        in_table += (before.type == "table_open") - (before.type == "table_close")
        if token.type != "inline" or in_table:
            continue
        words = _words(token)
        if before.type == "heading_open":
            level = int(before.tag[1:])
            headings = {depth: name for depth, name in headings.items() if depth < level} | {level: words}
        elif words:
            yield Passage(words, " › ".join(name for level, name in sorted(headings.items()) if level > 1))


def _words(inline: Token) -> str:
    """Inline markup reduced to what is read: emphasis and links are their text, images their description."""
    parts: list[str] = []
    for child in inline.children or []:
        if child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)
