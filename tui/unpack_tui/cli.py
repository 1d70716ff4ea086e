"""The command line: the group, `--db` before or after the command, and errors as one line on stderr."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from unpack_core import __version__
from unpack_core.errors import UnpackError
from unpack_tui.commands.backup import backup
from unpack_tui.commands.dedupe import dedupe
from unpack_tui.commands.demo import demo
from unpack_tui.commands.doctor import doctor
from unpack_tui.commands.export import export
from unpack_tui.commands.generate import generate
from unpack_tui.commands.import_ import import_
from unpack_tui.commands.log import log
from unpack_tui.commands.recheck import recheck
from unpack_tui.commands.recipe import recipe
from unpack_tui.commands.review import open_review, review
from unpack_tui.commands.stats import stats
from unpack_tui.options import database_option, database_path
from unpack_tui.terminal import plain


class Sentence(click.ClickException):
    """What the user can mend, said in one line; the exit code is 1."""

    def show(self, file: Any = None) -> None:  # click's own signature
        click.echo(f"unpack-tui: {plain(self.message)}", err=True, file=file)


class Commands(click.Group):
    """Turns our errors into sentences and a closed pipe into a quiet end, whatever the command."""

    def invoke(self, ctx: click.Context) -> Any:  # click's own signature
        from unpack_core.complaints import in_sentences

        try:
            with in_sentences(database_path(ctx)):
                return super().invoke(ctx)
        except UnpackError as error:
            raise Sentence(str(error)) from error
        except BrokenPipeError:
            # The reader has seen enough. Python would complain once more when it flushes stdout at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Without a command: review. Example: unpack-tui import essays/ && unpack-tui",
)
@click.version_option(__version__, prog_name="unpack-tui", message="%(prog)s %(version)s")
@database_option
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Review generated annotation layers, one key a decision, and export training data."""
    if ctx.invoked_subcommand is None:
        open_review(ctx)


for command in (demo, import_, generate, review, dedupe, export, stats, log, recheck, recipe, backup, doctor):
    cli.add_command(command)
