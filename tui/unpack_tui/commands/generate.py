"""`unpack-tui generate`: the layers that are missing are made, at a known price."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING

import click

from unpack_core.errors import GenerationError, StoreError
from unpack_tui.commands.comparing import compare_new
from unpack_tui.generating import facts, interruptible, progress_line, summary, ticking
from unpack_tui.options import (
    Within,
    config_folder,
    database_option,
    database_path,
    kinds_of,
    model_option,
    recipe_option,
)
from unpack_tui.terminal import Progress, count, data_out, in_a_line, money, tell, width

if TYPE_CHECKING:
    from unpack_core.generate.claude import Claude
    from unpack_core.generate.estimate import Estimate
    from unpack_core.generate.ledger import Ledger
    from unpack_core.generate.price import Prices
    from unpack_core.generate.run import Plan, Tally
    from unpack_core.recipe import Recipe
    from unpack_core.store import Store

_INTERRUPTED = 130
"""What a command that ctrl+C ended exits with."""


@click.command(epilog="Example: unpack-tui generate --dry-run, then: unpack-tui generate --max-cost 5")
@click.option("--kinds", metavar="A,B", help="Which kinds of layers.  [default: those that the recipe has on]")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many paragraphs.")
@click.option("--where", default="", metavar="EXPR", help="Only paragraphs that this filter finds.")
@model_option
@click.option(
    "--effort",
    type=click.Choice(["low", "medium", "high", "xhigh", "max"]),
    default=None,
    help="How hard the model tries, where it knows effort.",
)
@click.option("--concurrency", type=click.IntRange(1, 100), default=4, show_default=True, help="Requests in flight.")
@click.option("--max-cost", type=Within(min=0, min_open=True), metavar="USD", help="Spend no more.")
@click.option("--dry-run", is_flag=True, help="Say how many requests and tokens, and what they would cost.")
@click.option("--offline", is_flag=True, help="No model: drafts by rules, deterministic, marked offline.")
@click.option("--batch", is_flag=True, help="Message Batches, at half the price; a later --batch collects.")
@click.option("--wait", is_flag=True, help="With --batch: stay until all of it is collected.")
@click.option("--reparse", is_flag=True, help="Read the stored answers again; asks and costs nothing.")
@click.option("--base-url", metavar="URL", help="Another server of the Messages API.  [env: ANTHROPIC_BASE_URL]")
@recipe_option
@click.option("--json", "as_json", is_flag=True, help="What was done as one JSON object, for programs.")
@database_option
@click.pass_context
def generate(
    ctx: click.Context,
    kinds: str | None,
    limit: int | None,
    where: str,
    model: str,
    effort: str | None,
    concurrency: int,
    max_cost: float | None,
    dry_run: bool,
    offline: bool,
    batch: bool,
    wait: bool,
    reparse: bool,
    base_url: str | None,
    recipe: Recipe,
    as_json: bool,
) -> None:
    """Make the layers that are missing: one request a paragraph, for all the kinds that it lacks.

    What was answered is stored before it is read and is never asked again, so a run can be stopped in any way and begun
    again. Ctrl+C ends it when what is in flight has come, twice at once. The key is read from ANTHROPIC_API_KEY.
    """
    if wait and not batch:
        raise click.UsageError("--wait belongs to --batch.")
    if reparse and dry_run:
        raise click.UsageError("--reparse asks and costs nothing: it needs no --dry-run.")
    if sum((offline, batch, reparse)) > 1:
        raise click.UsageError("--offline, --batch and --reparse are three ways: name one.")
    from unpack_core.filter import compiled
    from unpack_core.generate.ledger import Ledger
    from unpack_core.generate.run import Plan
    from unpack_core.store import Store

    with Store.open(database_path(ctx)) as store:
        plan = Plan(
            recipe=recipe,
            kinds=kinds_of(recipe, kinds),
            model="offline" if offline else model,
            effort=effort or "",
            clause=compiled(store, where) if where else None,
            limit=limit,
            concurrency=concurrency,
            max_cost=max_cost,
        )
        desk = _Desk(store, Ledger(store), plan, base_url, as_json)
        code = 0
        if not batch and not reparse:
            desk.say_what_waits()
        if offline:
            desk.draft(dry_run=dry_run)
        elif reparse:
            desk.reparse()
        elif dry_run:
            desk.rehearse()
        else:
            code = desk.in_batches(wait=wait) if batch else desk.run()
        if not dry_run and code != _INTERRUPTED:
            compare_new(store)
        ctx.exit(code)


class _Desk:
    """One call of the command: the ways in which layers are made, and what is said of them."""

    def __init__(self, store: Store, ledger: Ledger, plan: Plan, base_url: str | None, as_json: bool) -> None:
        self.store = store
        self.ledger = ledger
        self.plan = plan
        self.base_url = base_url
        self.as_json = as_json
        self.progress = Progress()

    def say_what_waits(self) -> None:
        """Why a paragraph is not asked about, though it lacks layers."""
        if waiting := self.ledger.in_batches():
            wait = "wait" if waiting > 1 else "waits"
            self._say(f"{count(waiting, 'paragraph')} {wait} for a Message Batch: generate --batch collects.")

    # --- without a model ---------------------------------------------------------------------------------------

    def draft(self, *, dry_run: bool) -> None:
        from unpack_core.generate.offline import fill

        if dry_run:
            gaps = self.ledger.gaps(self.plan.kinds, model="offline", recipe="", clause=self.plan.clause)
            number = sum(1 for _ in islice(gaps, self.plan.limit))
            self._tell(f"{count(number, 'paragraph')} would be drafted by rules, at no cost.", paragraphs=number)
            return
        drafted = fill(self.ledger, self.plan, lambda done: self.progress(f"{done:,} paragraphs …"))
        self.progress.done()
        self._tell(
            f"Drafted {count(drafted.layers, 'layer')} on {count(drafted.paragraphs, 'paragraph')} by rules, without a "
            "model: they say offline, and want a critical eye.",
            paragraphs=drafted.paragraphs, layers=drafted.layers,
        )  # fmt: skip

    def reparse(self) -> None:
        from unpack_core.generate.run import reread

        found = reread(self.ledger, lambda n, of: self.progress(f"{n:,} of {of:,} answers …"))
        self.progress.done()
        waiting = f", and {count(found.versions, 'new text')} among the versions of a layer" if found.versions else ""
        self._tell(
            f"Read {count(found.answers, 'stored answer')} again: {count(found.layers, 'layer')} more{waiting}.",
            **asdict(found),
        )

    # --- with a model ------------------------------------------------------------------------------------------

    def rehearse(self) -> None:
        from unpack_core.generate.estimate import estimate

        async def asked() -> Estimate:
            async with self._client() as client:
                return await estimate(self.ledger, client, self._prices(), self.plan)

        found = asyncio.run(asked())
        self._tell(
            _estimated(found, in_a_line(self.plan.model)),
            requests=found.requests, layers=found.layers, model=self.plan.model,
            input_tokens=found.input_tokens, output_tokens=found.output_tokens,
            cost_usd=found.cost, batch_cost_usd=found.batch_cost, prices_as_of=found.as_of, counted=found.counted,
        )  # fmt: skip

    def run(self) -> int:
        from unpack_core.generate.asking import Asker
        from unpack_core.generate.lease import leased
        from unpack_core.generate.run import Run

        client = self._client()
        asker = Asker(self.ledger, client, self._prices(), said=lambda message: run.hear(message))

        def show(tally: Tally) -> None:
            try:
                self._show(tally, asker.pause)
            except OSError:  # nobody reads it any more: what is in flight comes all the same
                run.finish()

        def look() -> None:
            with suppress(StoreError):  # said by whatever is written next; whoever opens the new file waits for this
                self.store.place.stay()
            show(run.tally)

        run = Run(self.ledger, asker, self.plan, show)

        async def work() -> None:
            async with client, ticking(look):
                with interruptible(run, self._say):
                    await run()

        code = 0
        with leased(self.store):
            self._take_back()
            try:
                asyncio.run(work())
            except KeyboardInterrupt:
                run.finish()
                code = _INTERRUPTED
            finally:
                self.progress.done()
                if self.as_json or run.tally.paid or run.tally.ended_by != "fault":
                    self._tell(summary(run.tally), **facts(run.tally))
        return code or (1 if run.tally.failed else 0)

    def in_batches(self, *, wait: bool) -> int:
        from unpack_core.generate.batches import Batches
        from unpack_core.generate.lease import leased

        client = self._client()
        batches = Batches(self.ledger, client, self._prices(), self.plan, self._say)

        async def work() -> None:
            async with client:
                await batches(wait=wait)

        with leased(self.store):
            self._take_back()
            try:
                asyncio.run(work())
            except KeyboardInterrupt:
                self._say("Stopped. What was submitted is remembered: generate --batch collects it.")
                return _INTERRUPTED
            finally:
                if self.as_json:
                    self._tell("", **asdict(batches.account))
        return 1 if batches.account.failed or batches.account.doubtful else 0

    def _take_back(self) -> None:
        from unpack_core.generate.elsewhere import take_back

        taken = take_back(self.ledger, self._prices())
        if taken.layers:
            self._say(f"Answers that lay beside the file were taken in: {count(taken.layers, 'layer')}.")

    def _client(self) -> Claude:
        from unpack_core.generate.claude import Claude, check_address

        check_address(self.base_url)
        return Claude(base_url=self.base_url, said=self._say)

    def _prices(self) -> Prices:
        from unpack_core.generate.price import Prices

        prices = Prices.load(config_folder() / "prices.toml")
        if self.plan.max_cost is not None and not prices.known(self.plan.model):
            raise GenerationError(
                f"What {self.plan.model} costs is not known, so --max-cost cannot hold: give its price in "
                f"{config_folder() / 'prices.toml'}, or leave --max-cost out."
            )
        return prices

    # --- what is said ------------------------------------------------------------------------------------------

    def _tell(self, sentence: str, **facts: object) -> None:
        if self.as_json:
            from unpack_core.jsonl import dump_line

            data_out().write(dump_line(facts))
        else:
            click.echo(sentence, err=True)

    def _say(self, message: str) -> None:
        self.progress.done()
        tell(message)

    def _show(self, tally: Tally, pause: float) -> None:
        self.progress(progress_line(tally, pause, width()))


def _estimated(found: Estimate, model: str) -> str:
    if not found.requests:
        return "No layer is missing: nothing would be asked."
    tokens = f"about {found.input_tokens:,} tokens in ({found.counted}) and {found.output_tokens:,} out"
    said = f"{count(found.requests, 'request')} to {model} for {count(found.layers, 'layer')}, {tokens}.\n"
    if found.cost is None or found.batch_cost is None:
        return f"{said}What {model} costs is not known: prices.toml can say it (see the README)."
    dated = f"at the prices of {in_a_line(found.as_of)}" if found.as_of else "at your own prices, which have no date"
    return f"{said}About {money(found.cost)}, or {money(found.batch_cost)} with --batch, {dated}."
