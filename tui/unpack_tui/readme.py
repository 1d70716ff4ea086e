"""The generated parts of the README, each from the one place that declares it. The README asks for them by cogapp."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from unpack_core.filter import FIELDS
from unpack_tui.app import UnpackApp
from unpack_tui.cli import cli
from unpack_tui.keys import Key, declared, sheet
from unpack_tui.modes import MODES
from unpack_tui.screens.review import ReviewScreen

DEMO = "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/unpack-tui demo"
DEMO_UV = "uvx --from . unpack-tui demo"
TESTS = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest -n auto"
TESTS_UV = "uv run --extra dev pytest -n auto"


def block(command: str) -> str:
    """A command, to be copied."""
    return f"\n```sh\n{command}\n```\n"


def keys() -> str:
    """The keys of the review as a table, those of the other screens folded below it."""
    review = _table([*declared(ReviewScreen), *declared(UnpackApp)])
    others = [
        f"<details><summary>Keys: {mode.MODE}</summary>\n{_table(declared(mode))}\n</details>\n"
        for mode in MODES
        if mode is not ReviewScreen
    ]
    return "\n".join([review, *others])


def _table(keys: Sequence[Key]) -> str:
    rows = [f"| {' '.join(f'`{name}`' for name in key.names)} | {key.sentence} |" for key in sheet(keys)]
    return "\n".join(["", "| key | does |", "| --- | --- |", *rows, ""])


def ids() -> str:
    """The ids that a keymap may name, screen by screen; one that several screens have is the same in all."""
    lines, told = [], {"help", "help-writing"}
    screens: list[tuple[str, type]] = [("everywhere", UnpackApp), *((mode.MODE, mode) for mode in MODES)]
    for name, mode in screens:
        fresh = [key.id for key in declared(mode) if key.id not in told]
        told.update(fresh)
        common = ["help", "help-writing"] if mode is UnpackApp else []
        names = [
            f"{one} … {one[:-1]}9" if one.endswith("-1") else one
            for one in [*fresh, *common]
            if not re.search("-[2-9]$", one)
        ]
        if names:
            lines.append(f"- {name}: " + ", ".join(f"`{one}`" for one in names))
    return "\n" + "\n".join(lines) + "\n"


def filters() -> str:
    """The fields of the filter language as a table."""
    rows = [f"| `{name}:` | {one.meaning} | `{one.example}` |" for name, one in FIELDS.items()]
    return "\n".join(["", "| field | what it asks | as in |", "| --- | --- | --- |", *rows, ""])


def commands() -> str:
    """Every command in a line, its help folded behind it."""
    context = click.Context(cli, info_name="unpack-tui")
    parts = []
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        with click.Context(command, info_name=f"unpack-tui {name}", max_content_width=100, terminal_width=100) as inner:
            parts.append(
                f"\n<details><summary><code>unpack-tui {name}</code>: {command.get_short_help_str(100)}</summary>\n\n"
                f"```\n{command.get_help(inner)}\n```\n\n</details>\n"
            )
    return "".join(parts)
