"""Markdown as paragraphs of running text, each with the headings that it stands under.

A long document is parsed in parts, cut where CommonMark lets nothing reach across: at a blank line before a line that
begins a heading or a plain paragraph at the margin, outside fences and HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from unpack_core.corpus.text import joined

_PART = 200_000
"""Characters after which the next good place is cut at."""
_DEEPEST = 200
"""Quotations and lists in each other, two levels a list: what is deeper is left out."""
_FRONT_MATTER = re.compile(
    r"\A(?:---[ \t]*\n(.*?)\n(?:---|\.\.\.)|\+\+\+[ \t]*\n(.*?)\n\+\+\+)[ \t]*(?:\n|\Z)", re.DOTALL
)
"""YAML between dashes, TOML between plus signs."""
_FOOTNOTE = re.compile(r"^(?= {0,3}\[\^)( *)", re.MULTILINE)
"""The text of a footnote, which CommonMark may take for the address of a link."""
_TITLE = re.compile(r"^title(?::|[ \t]*=)[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"(?:\s|[-*+>]\s|\d{1,9}[.)]\s)*(`{3,}(?!.*`)|~{3,})")
_HTML = re.compile(r" {0,3}(?:<(script|pre|style|textarea)\b|(<!--)|(<\?)|(<!\[CDATA\[))", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>\Z", re.IGNORECASE)
_TASK = re.compile(r"\[[ xX]\] +")
_CALLOUT = re.compile(r"\[![\w-]+\][+-]?[ \t]*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph and its place."""

    text: str
    place: str
    """The headings above it, outermost first, joined by ` › `; the document's title is not among them."""


@dataclass(slots=True)
class Headings:
    """The headings that one stands under."""

    names: dict[int, str] = field(default_factory=dict)

    def enter(self, level: int, name: str) -> None:
        self.names = {depth: other for depth, other in self.names.items() if depth < level} | {level: name}

    @property
    def place(self) -> str:
        return " › ".join(name for level, name in sorted(self.names.items()) if level > 1)


def read_markdown(lines: Iterable[str]) -> tuple[str, Iterator[Passage]]:
    """The title ("" if there is none) and the passages: paragraphs, list items and quotations.

    Front matter, code, tables, HTML and bare headings are not passages.
    """
    parts = _parts(lines)
    text = next(parts, "")
    front = _FRONT_MATTER.match(text)
    titled = _TITLE.search(front[front.lastindex or 0]) if front else None
    env: dict[str, Any] = {}  # where the parser keeps the links that references name
    tokens = _tokens(text[front.end() :] if front else text, env)
    heading = next((_words(inline) for opened, inline in pairwise(tokens) if opened.type == "heading_open"), "")
    rest = (_tokens(part, env) for part in parts)
    return titled[1].strip() if titled else heading, _passages(chain([tokens], rest))


def _tokens(text: str, env: dict[str, Any]) -> list[Token]:
    return MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").parse(_FOOTNOTE.sub(r"\1\\", text), env)


def _parts(lines: Iterable[str]) -> Iterator[str]:
    part: list[str] = []
    size = 0
    closing: re.Pattern[str] | None = None  # what ends the code or HTML that we are in
    blank = True
    for line in lines:
        if closing is None and blank and size > _PART and (line[:1].isalpha() or line.startswith("#")):
            yield "\n".join(part)
            part, size = [], 0
        part.append(line)
        size += len(line) + 1
        blank = not line.strip()
        if closing is None:
            closing = _opened(line)
        elif closing.search(line):
            closing = None
    if part:
        yield "\n".join(part)


def _opened(line: str) -> re.Pattern[str] | None:
    """What a line opens that goes on through blank lines, as the pattern of its end."""
    fence = _FENCE.match(line)
    if fence:
        return re.compile(rf"\A[\s>]*{re.escape(fence[1][0])}{{{len(fence[1])},}}[ \t]*\Z")
    html = _HTML.match(line)
    if not html:
        return None
    ends = (rf"</{html[1]}>", "-->", r"\?>", r"\]\]>")[(html.lastindex or 1) - 1]
    closing = re.compile(ends, re.IGNORECASE)
    return None if closing.search(line, html.end()) else closing


def _passages(parts: Iterable[list[Token]]) -> Iterator[Passage]:
    headings = Headings()
    for tokens in parts:
        in_table = in_quote = in_item = 0
        for before, token in pairwise(tokens):
            in_table += (before.type == "table_open") - (before.type == "table_close")
            in_quote += (before.type == "blockquote_open") - (before.type == "blockquote_close")
            in_item += (before.type == "list_item_open") - (before.type == "list_item_close")
            if token.type != "inline" or in_table:
                continue
            words = _words(token)
            if before.type == "heading_open":
                headings.enter(int(before.tag[1:]), words)
                continue
            if in_quote:  # a callout's name is markup
                words = _CALLOUT.sub("", words, count=1) if words.startswith("[!") else words
            if in_item:  # so is whether a task is done
                words = _TASK.sub("", words, count=1) if _TASK.match(words) else words
            if words:
                yield Passage(words, headings.place)


def _words(inline: Token) -> str:
    """Inline markup reduced to what is read: emphasis and links are their text, images their description."""
    lines = [""]
    soft = False
    for child in inline.children or []:
        if child.type in ("text", "code_inline", "image"):
            lines[-1] = joined(lines[-1].rstrip(), child.content.lstrip()) if soft else lines[-1] + child.content
            soft = False
        elif child.type == "softbreak":
            soft = bool(lines[-1])
        elif child.type == "hardbreak" or (child.type == "html_inline" and _BREAK.match(child.content)):
            lines.append("")
            soft = False
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)
