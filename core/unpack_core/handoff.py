"""A layer as a file for the curator's own editor: the text, a cut line, and below it the source to look at."""

from __future__ import annotations

_CUT = "# ------------------------ >8 ------------------------"
_BELOW = "# Everything from the line above on is left out. To change nothing, leave without saving."


def written(text: str, source: str) -> str:
    """What the editor gets."""
    lines = ["", _CUT, _BELOW, "#", *(f"# {line}".rstrip() for line in source.split("\n"))]
    return text + "\n" + "\n".join(lines) + "\n"


def read_back(content: str) -> str:
    """The text above the cut line, without the line ends that editors add."""
    above: list[str] = []
    for line in content.replace("\r\n", "\n").split("\n"):
        if line.rstrip() == _CUT:
            break
        above.append(line)
    return "\n".join(above).rstrip("\n")
