"""The command line: the group, `--db` before or after the command, and errors as one line on stderr."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from unpack_core import __version__
from unpack_core.errors import UnpackError
from unpack_tui.options import database_option, database_path
from unpack_tui.terminal import in_a_line, let_go_of_stdout, plain


class Sentence(click.ClickException):
    """What the user can mend, said in one line; the exit code is 1."""

    def show(self, file: Any = None) -> None:  # click's own signature
        click.echo(f"unpack-tui: {in_a_line(self.message)}", err=True, file=file)


_UNREACHABLE = (errno.EACCES, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR)
"""What is wrong with a path that somebody named, wherever it is met first."""
COMMANDS = (
    "demo", "import", "generate", "review", "dedupe", "export", "stats", "log", "recheck", "recipe", "backup", "doctor",
)  # fmt: skip


class Commands(click.Group):
    """Turns our errors into sentences and a closed pipe into a quiet end, whatever the command.

    A command's module is imported when it is asked for: each brings libraries that the others need not wait for.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if cmd_name == "import" else cmd_name
        command: click.Command = getattr(import_module(f"unpack_tui.commands.{name}"), name)
        return command

    def make_context(self, *args: Any, **more: Any) -> click.Context:  # click's own signature; --help is printed here
        with _in_sentences():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:  # click's own signature
        from unpack_core.complaints import in_sentences
        from unpack_core.damage import blamed_on

        path = database_path(ctx)
        with _in_sentences(), blamed_on(path), in_sentences(path):
            return super().invoke(ctx)


@contextmanager
def _in_sentences() -> Iterator[None]:
    try:
        try:
            yield
        except click.exceptions.Exit:
            sys.stdout.flush()
            raise
        sys.stdout.flush()  # what is held back till Python ends would be complained of in Python's words
    except UnpackError as error:
        raise Sentence(str(error)) from error
    except click.UsageError as error:
        said = error.format_message()
        if said == plain(said):
            raise
        raise click.UsageError(plain(said), error.ctx) from error  # it repeats a word that acts on a terminal
    except BrokenPipeError as error:  # the reader has seen enough
        let_go_of_stdout()
        raise click.exceptions.Exit(0) from error
    except UnicodeEncodeError as error:
        if _is_text("".join(sys.argv)):
            raise
        raise Sentence("An option's value holds bytes that are not UTF-8. Write it as text.") from error
    except OSError as error:
        if error.errno in _UNREACHABLE:
            raise Sentence(f"{error.filename} cannot be reached: {error.strerror}. Name another path.") from error
        if error.filename:  # of ours: a fault
            raise
        let_go_of_stdout()
        raise Sentence(f"Standard output cannot be written: {error.strerror}.") from error
    except RuntimeError as error:  # what pathlib says of ELOOP before Python 3.13
        if not str(error).startswith("Symlink loop"):
            raise
        raise Sentence(f"{plain(str(error))}: a link that leads back to itself. Name another path.") from error


def _is_text(words: str) -> bool:
    """Whether they came as UTF-8; of what did not Python makes surrogates."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Without a command the review opens. Example: unpack-tui import essays/ && unpack-tui",
)
@click.version_option(__version__, prog_name="unpack-tui", message="%(prog)s %(version)s")
@database_option
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Review generated annotation layers with one key per decision, and export training data."""
    if ctx.invoked_subcommand is None:
        from unpack_tui.commands.review import open_review

        open_review(ctx)
