"""`python -m unpack_tui` and the `unpack-tui` command."""

from __future__ import annotations

from unpack_tui.cli import cli


def main() -> None:
    cli(prog_name="unpack-tui")


if __name__ == "__main__":
    main()
