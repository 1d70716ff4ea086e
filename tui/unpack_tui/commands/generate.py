"""`unpack-tui generate`: the layers that are missing are made, at a known price."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import click

from unpack_core.errors import GenerationError
from unpack_tui.commands.comparing import compare_new
from unpack_tui.options import config_folder, database_option, database_path, kinds_of, model_option, recipe_option
from unpack_tui.terminal import Progress, count, data_out, duration, money, one_line, plain, width

if TYPE_CHECKING:
    from unpack_core.generate.claude import Claude
    from unpack_core.generate.estimate import Estimate
    from unpack_core.generate.ledger import Ledger
    from unpack_core.generate.price import Prices
    from unpack_core.generate.run import Plan, Run, Tally
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
@click.option("--max-cost", type=click.FloatRange(min=0, min_open=True), metavar="USD", help="Spend no more.")
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

    # --- without a model ---------------------------------------------------------------------------------------

    def draft(self, *, dry_run: bool) -> None:
        from unpack_core.generate.offline import fill

        if dry_run:
            gaps = self.ledger.gaps(self.plan.kinds, model="offline", recipe="", clause=self.plan.clause)
            number = sum(1 for _ in gaps)
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

        answers, layers = reread(self.ledger, lambda n, of: self.progress(f"{n:,} of {of:,} answers …"))
        self.progress.done()
        self._tell(
            f"Read {count(answers, 'stored answer')} again: {count(layers, 'layer')} more.",
            answers=answers, layers=layers,
        )  # fmt: skip

    # --- with a model ------------------------------------------------------------------------------------------

    def rehearse(self) -> None:
        from unpack_core.generate.estimate import estimate

        async def asked() -> Estimate:
            async with self._client() as client:
                return await estimate(self.ledger, client, self._prices(), self.plan)

        found = asyncio.run(asked())
        self._tell(
            f"{count(found.requests, 'request')} to {plain(self.plan.model)}, about {found.input_tokens:,} tokens in "
            f"({found.counted}) and {found.output_tokens:,} out.\n"
            + (
                f"About {money(found.cost)}, or {money(found.batch_cost)} with --batch, at the prices of {found.as_of}."
                if found.cost is not None and found.batch_cost is not None
                else f"What {plain(self.plan.model)} costs is not known: prices.toml can say it (see the README)."
            ),
            requests=found.requests, input_tokens=found.input_tokens, output_tokens=found.output_tokens,
            cost_usd=found.cost, batch_cost_usd=found.batch_cost, prices_as_of=found.as_of, counted=found.counted,
        )  # fmt: skip

    def run(self) -> int:
        from unpack_core.generate.asking import Asker
        from unpack_core.generate.lease import leased
        from unpack_core.generate.run import Run

        async def work() -> Tally:
            async with self._client() as client:
                asker = Asker(self.ledger, client, self._prices(), said=lambda message: run.hear(message))
                run = Run(self.ledger, asker, self.plan, self._show)
                with _interruptible(run, self._say):
                    async with _ticking(lambda: self._show(run.tally, asker.pause)):
                        return await run()

        with leased(self.store):
            try:
                tally = asyncio.run(work())
            except KeyboardInterrupt:
                self.progress.done()
                click.echo("Stopped. What had come is kept; the same command goes on.", err=True)
                return _INTERRUPTED
            finally:
                self.progress.done()
        self._report(tally)
        return 1 if tally.failed else 0

    def in_batches(self, *, wait: bool) -> int:
        from unpack_core.generate.batches import Batches
        from unpack_core.generate.lease import leased

        async def work() -> int:
            async with self._client() as client:
                batches = Batches(self.ledger, client, self._prices(), self.plan, self._say)
                return 1 if await batches(wait=wait) else 0

        with leased(self.store):
            try:
                return asyncio.run(work())
            except KeyboardInterrupt:
                click.echo("Stopped. What was submitted is remembered: generate --batch collects it.", err=True)
                return _INTERRUPTED
            finally:
                self.progress.done()

    def _client(self) -> Claude:
        from unpack_core.generate.claude import Claude

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
        click.echo(plain(message), err=True)

    def _show(self, tally: Tally, pause: float = 0.0) -> None:
        self.progress(progress_line(tally, pause, width()))

    def _report(self, tally: Tally) -> None:
        lines = [
            f"{count(tally.layers, 'layer')} from {count(tally.paid, 'answer')}; "
            f"{tally.input_tokens:,} tokens in, {tally.cached_tokens:,} of them cached, {tally.output_tokens:,} out; "
            f"{spent(tally)}."
        ]
        if tally.failed:
            lines.append(f"{count(tally.failed.total(), 'request')} came to nothing; a later run asks again:")
            lines += [
                f"  {number:,} × {name}: {one_line(tally.reasons[name], 160)}"
                for name, number in tally.failed.most_common()
            ]
        if tally.ended_by == "budget":
            lines.append("The budget of --max-cost is spent; the rest stays missing.")
        elif tally.ended_by:
            lines.append("Ended early; the same command goes on.")
        self._tell(
            "\n".join(lines),
            layers=tally.layers, requests=tally.paid, done=tally.done, failed=dict(tally.failed),
            reasons=tally.reasons,
            input_tokens=tally.input_tokens, cached_tokens=tally.cached_tokens, output_tokens=tally.output_tokens,
            cost_usd=None if tally.unpriced else tally.cost_usd, ended_by=tally.ended_by,
        )  # fmt: skip


def progress_line(tally: Tally, pause: float, columns: int) -> str:
    """How far a run is, in one line; where it is too long, what matters least is left out."""
    reasons = ", ".join(f"{number:,} {name}" for name, number in tally.failed.most_common(3))
    cost = spent(tally) + (f" of about {money(tally.expected_cost)}" if tally.expected_cost else "")
    said = f"all wait, {duration(pause)} more" if pause else one_line(tally.message, 60)
    parts = {
        "done": f"{tally.done:,} of {tally.expected:,} done",
        "failed": f"{tally.failed.total():,} failed" if tally.failed else "",
        "reasons": f"({reasons})" if tally.failed else "",
        "flight": f"{tally.in_flight} in flight",
        "tokens": f"{tally.input_tokens + tally.output_tokens:,} tokens",
        "cached": f"{tally.cached_tokens:,} cached",
        "cost": cost,
        "left": f"{duration(tally.seconds_left)} left" if tally.seconds_left else "",
        "said": said,
    }
    for least in ("cached", "tokens", "flight", "reasons", "said", ""):
        line = " · ".join(part for part in parts.values() if part).replace("failed · (", "failed (")
        if len(line) <= columns:
            break
        parts.pop(least, None)
    return line


def spent(tally: Tally) -> str:
    """What a run has cost so far."""
    return "cost unknown" if tally.unpriced else money(tally.cost_usd)


@asynccontextmanager
async def _ticking(show: Callable[[], None]) -> AsyncIterator[None]:
    """Show it again twice a second: seconds pass also while nothing comes."""

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.5)
            show()

    task = asyncio.create_task(tick())
    try:
        yield
    finally:
        task.cancel()


@contextmanager
def _interruptible(run: Run, say: Callable[[str], None]) -> Iterator[None]:
    """The first ctrl+C lets what is in flight end, the second ends everything."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    asked = [False]

    def interrupted() -> None:
        if asked[0]:
            task.cancel()
            return
        asked[0] = True
        run.finish()
        say(f"Ending when what is in flight has come ({run.tally.in_flight}); ctrl+C again stops at once.")

    loop.add_signal_handler(signal.SIGINT, interrupted)
    try:
        yield
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        loop.remove_signal_handler(signal.SIGINT)
