"""`unpack-tui export`: training data, to standard output or into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from unpack_tui.options import NamedPath, Within, database_option, database_path, kinds_of, model_option, recipe_option
from unpack_tui.terminal import count, data_out, let_go_of_stdout, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from unpack_core.export import Mix, Mixture, Options, Preset, Wanted
    from unpack_core.model import Status
    from unpack_core.recipe import Recipe
    from unpack_core.store import Store

_PRESETS = (
    "layers", "chat", "chat-per-layer", "prompt-completion", "preference", "dialogue", "pretrain", "txt", "alpaca",
    "sharegpt", "w3c", "requests", "dataset",
)  # fmt: skip
_FOLDERS = ("txt", "dataset")
_DATASET_SHARE = 0.05
_COMPARED_SECONDS = 2.0
_OF_A_MIX = ("annotated_share", "unit", "tokenizer")
_STATUSES = ("pending", "accepted", "rejected", "all")


def _nowhere_else(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """None for standard output, which `-` names too."""
    return None if value == "-" else value


def _words(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    """`a,b` as a tuple."""
    return tuple(word.strip() for word in (value or "").split(",") if word.strip())


def _statuses(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    words = _words(ctx, parameter, value)
    for word in words:
        if word not in _STATUSES:
            raise click.BadParameter(f"“{word}” is none of {', '.join(_STATUSES)}.")
    return words


@click.command(epilog="Example: unpack-tui export chat --where lang:ru --val 0.05 -o train.jsonl")
@click.argument("preset", default="chat", type=click.Choice(_PRESETS), metavar="[PRESET]")
@click.option("-o", "output", metavar="PATH", type=NamedPath(), callback=_nowhere_else,
              help="Write a file (.gz packs it) or FOLDER/; - is standard output.")  # fmt: skip
@click.option("--where", default="", metavar="EXPR", help="Only what this filter finds.")
@click.option("--status", metavar="S,…", callback=_statuses, help="accepted by default; for layers: all.")
@click.option("--kinds", metavar="K,…", callback=_words, help="Only these kinds of layers.")
@click.option("--lang", "langs", metavar="L,…", callback=_words, help="Only paragraphs in these languages.")
@click.option("--exclude-model", "without", multiple=True, metavar="PATTERN", help="Leave out what this model wrote.")
@click.option("--val", "share", type=Within(0, 1, max_open=True), metavar="SHARE",
              help=f"Hold out whole documents for validation.  [default: 0; dataset: {_DATASET_SHARE}]")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="For all that varies, and for --val.")
@click.option("--place", type=click.Choice(("after", "inline", "before")), default="after", show_default=True,
              help="pretrain, txt: where the unpackings stand.")  # fmt: skip
@click.option("--reasoning", type=click.Choice(("field", "think", "none")), default="field", show_default=True,
              help="dialogue: where the reasoning stands.")  # fmt: skip
@click.option("--mix", metavar="PATH", type=NamedPath(),
              help="pretrain, dataset: a plain corpus to mix the documents into.")  # fmt: skip
@click.option("--annotated-share", type=Within(0, 1), default=0.1, show_default=True,
              help="--mix: the share of annotated documents.")  # fmt: skip
@click.option("--unit", type=click.Choice(("chars", "docs", "tokens")), default="chars", show_default=True,
              help="--mix: what the share is counted in.")  # fmt: skip
@click.option("--tokenizer", metavar="FILE", type=NamedPath(), help="--unit tokens: a tokenizer.json.")
@click.option("--licence", default="other", show_default=True, help="dataset: the licence that its card names.")
@click.option("--strict", is_flag=True, help="Refuse while near-duplicates among these layers are not settled.")
@click.option("--check", "checked", is_flag=True, help="Reopen what -o wrote, as its readers would.")
@model_option
@recipe_option
@database_option
@click.pass_context
def export(
    ctx: click.Context,
    preset: str,
    output: str | None,
    where: str,
    status: tuple[str, ...],
    kinds: tuple[str, ...],
    langs: tuple[str, ...],
    without: tuple[str, ...],
    share: float | None,
    seed: int,
    place: str,
    reasoning: str,
    mix: str | None,
    annotated_share: float,
    unit: str,
    tokenizer: str | None,
    licence: str,
    strict: bool,
    checked: bool,
    model: str,
    recipe: Recipe,
) -> None:
    """Write training data from what was accepted, as JSON lines.

    Without -o the lines go to standard output. The same database always gives the same bytes. PRESET is one of:

    \b
    chat               A conversation a paragraph (the default).
    chat-per-layer     A conversation a layer.
    prompt-completion  As chat, with the answer apart.
    preference         Pairs of an accepted text and one that it replaced.
    dialogue           One speaker has the text, the other its layers.
    pretrain           Documents with their unpackings, as running text.
    txt                The same as a folder of text files.
    alpaca, sharegpt   As chat, for trainers that read these.
    w3c                The items of the layers as Web Annotations.
    dataset            A folder of presets, split, with a card.
    layers             All there is, as import reads it.
    requests           Message Batches lines for the layers that are
                       missing (--model, --kinds, --where); import takes
                       their results.

    With --val, -o NAME.jsonl writes NAME.train.jsonl and NAME.validation.jsonl; documents that share a text or a
    near-duplicate are never separated.
    """
    from unpack_core.duplicates import catch_up
    from unpack_core.export import PRESETS, Mix, Options, Place, Reasoning, Unit, Wanted
    from unpack_core.store import Store

    if mix and preset not in ("pretrain", "dataset"):
        raise click.UsageError("--mix goes with pretrain and dataset.")
    if not mix and any(ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in _OF_A_MIX):
        raise click.UsageError("--annotated-share, --unit and --tokenizer say how to mix: add --mix and a corpus.")
    if preset == "requests":
        if checked or share or mix or status or langs or without:
            raise click.UsageError("requests takes -o, --model, --kinds, --where and --recipe alone.")
        _write_requests(ctx, output, where, kinds, model, recipe)
        return
    if output is None and (checked or share or preset in _FOLDERS):
        needs = "--check" if checked else "--val" if share else preset
        raise click.UsageError(f"Name a place with -o: {needs} needs it.")
    chosen = PRESETS.get(preset, PRESETS["pretrain"])
    wanted = Wanted(where, _wanted(status, chosen.status), kinds, langs, without, chosen.drafts)
    options = Options(seed, Place(place), Reasoning(reasoning), plain=not mix)
    mixing = Mix(Path(mix), annotated_share, Unit(unit), Path(tokenizer) if tokenizer else None) if mix else None
    with Store.open(database_path(ctx)) as store:
        if strict:
            catch_up(store, seconds=_COMPARED_SECONDS)  # so that it refuses for what is a copy, not for what may be one
        with store.one_moment():
            _say_unsettled(store, wanted, strict=strict)
            if output is None:
                _print(store, recipe, chosen, wanted, options, mixing)
                return
            if preset in _FOLDERS:
                files = _write_folder(store, recipe, preset, Path(output), wanted, options, share, licence, mixing)
            else:
                files = {preset: _write_files(store, recipe, chosen, wanted, options, output, share or 0.0, mixing)}
    if checked:
        _check(ctx, files)


def _say_unsettled(store: Store, wanted: Wanted, *, strict: bool) -> None:
    """Copies that nobody has settled teach a model to repeat itself: say how many there are, or may be."""
    from unpack_core.duplicates import to_compare, unsettled
    from unpack_core.errors import ExportError
    from unpack_core.export.rows import Rows

    open_pairs = unsettled(store, *Rows(store, wanted).layer_condition())
    rest = to_compare(store)
    said = []
    if rest:
        said.append(f"{count(rest, 'text')} not compared with the others yet: unpack-tui dedupe does it")
    if open_pairs:
        pairs = count(open_pairs, "pair")
        said.append(f"{pairs} of near-duplicates among these layers: settle them with d in the review")
    if strict and said:
        raise ExportError(f"{'; '.join(said)}, or leave --strict out.")
    for sentence in said:
        click.echo(f"{sentence}.", err=True)


def _write_requests(
    ctx: click.Context, output: str | None, where: str, kinds: tuple[str, ...], model: str, recipe: Recipe
) -> None:
    from unpack_core.export import to_stream
    from unpack_core.export.write import whole_file
    from unpack_core.filter import compiled
    from unpack_core.generate.elsewhere import lines
    from unpack_core.generate.ledger import Ledger
    from unpack_core.generate.run import Plan
    from unpack_core.store import Store

    with Store.open(database_path(ctx)) as store:
        clause = compiled(store, where) if where else None
        plan = Plan(recipe, kinds_of(recipe, ",".join(kinds) or None), model, clause=clause)
        if output is None:
            _to_stdout(lines(Ledger(store), plan))
            return
        with whole_file(Path(output)) as out:
            number = to_stream(lines(Ledger(store), plan), out)
    tell(f"Wrote {count(number, 'request')} to {output}; import takes their results.")


def _print(store: Store, recipe: Recipe, preset: Preset, wanted: Wanted, options: Options, mix: Mix | None) -> None:
    from unpack_core.export import stream

    rows, mixture = stream(store, recipe, preset, wanted, options, mix)
    number = _to_stdout(rows)
    if mixture:
        _say_share(mixture)
    _say_nothing(number, wanted)


def _to_stdout(rows: Iterable[object]) -> int:
    from unpack_core.errors import ExportError
    from unpack_core.export import to_stream

    try:
        return to_stream(rows, data_out())
    except BrokenPipeError:
        raise
    except OSError as error:
        let_go_of_stdout()
        raise ExportError(f"Standard output cannot be written: {error.strerror}. Name a file with -o.") from error


def _say_nothing(number: int, wanted: Wanted) -> None:
    """Why an export is empty: all that it was narrowed by."""
    if number:
        return
    narrowed: dict[str, Sequence[str]] = {
        "--status": sorted(wanted.status),
        "--where": [wanted.where] if wanted.where else [],
        "--kinds": wanted.kinds,
        "--lang": wanted.langs,
        "--exclude-model": wanted.without_models,
    }
    taken = "; ".join(f"{option} {','.join(values)}" for option, values in narrowed.items() if values)
    tell(f"No line came of what was asked for: {taken}.")


def _write_files(
    store: Store,
    recipe: Recipe,
    preset: Preset,
    wanted: Wanted,
    options: Options,
    output: str,
    share: float,
    mix: Mix | None,
) -> list[Path]:
    from unpack_core.export import deliver

    delivery = deliver(store, recipe, preset, wanted, options, output, share=share, mix=mix)
    for path, number in delivery.rows.items():
        tell(f"Wrote {count(number, 'line')} to {path}.")
    for mixture in delivery.mixtures:
        _say_share(mixture)
    _say_nothing(sum(delivery.rows.values()), wanted)
    return list(delivery.rows)


def _write_folder(
    store: Store,
    recipe: Recipe,
    preset: str,
    path: Path,
    wanted: Wanted,
    options: Options,
    share: float | None,
    licence: str,
    mix: Mix | None,
) -> dict[str, list[Path]]:
    """Returns the files that can be checked, by preset."""
    from unpack_core.export.dataset import write_dataset
    from unpack_core.export.txt import write_texts

    if preset == "txt":
        number = write_texts(store, recipe, path, wanted, options, share=share or 0.0)
        tell(f"Wrote {count(number, 'document')} to {path}.")
        return {"txt": sorted(path.rglob("*.txt"))}
    share = _DATASET_SHARE if share is None else share
    written, mixtures = write_dataset(store, recipe, path, wanted, options, share=share, licence=licence, mix=mix)
    for name, splits in written.items():
        numbers = ", ".join(f"{split} {number:,}" for split, number in splits.items())
        click.echo(f"{name}: {numbers}", err=True)
    if share and {split for splits in written.values() for split, rows in splits.items() if rows} == {"train"}:
        click.echo("Nothing is held out: all documents hang together by copies or near-duplicates.", err=True)
    for mixture in mixtures:
        _say_share(mixture)
    tell(f"Wrote the data set to {path}.")
    rows = {name: [path / name / f"{split}.jsonl" for split in splits] for name, splits in written.items()}
    return {**rows, "dataset": [path / "dataset_info.json"]}


def _say_share(mixture: Mixture) -> None:
    said = f"{100 * mixture.share:.2f} % of all {mixture.unit}, {100 * mixture.wanted:g} % asked for"
    documents = f"{mixture.annotated_documents:,} of {mixture.annotated_documents + mixture.plain_documents:,}"
    click.echo(f"Annotated: {said}; {documents} documents.", err=True)


def _check(ctx: click.Context, files: dict[str, list[Path]]) -> None:
    from unpack_core.export.check import check

    faults = [fault for preset, paths in files.items() for fault in check(preset, paths)]
    for fault in faults:
        tell(fault)
    ctx.exit(1 if faults else 0)


def _wanted(words: tuple[str, ...], default: frozenset[Status]) -> frozenset[Status]:
    from unpack_core.export import EVERY_STATUS
    from unpack_core.model import Status

    if not words:
        return default
    return EVERY_STATUS if "all" in words else frozenset(Status(word) for word in words)
