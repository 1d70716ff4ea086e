"""What generation adds to the endpoint's own time: `python -m tests.bench.bench_generate`.

The floor is the same requests over bare HTTP connections, as many at once, against the same server (a process of its
own on this machine) in the same run; what is above it is the SDK, the schema, two transactions a request with their
fsync, and reading. `cpu` is the processor's time of our process alone, which a busy machine changes little.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import urlsplit

from unpack_core.corpus import ReadOptions, read
from unpack_core.generate.asking import Asker
from unpack_core.generate.claude import Claude
from unpack_core.generate.ledger import Ledger
from unpack_core.generate.price import Prices
from unpack_core.generate.run import Plan, Run, unpack
from unpack_core.intake import take_in
from unpack_core.recipe import built_in
from unpack_core.store import Store

KINDS = tuple(kind.id for kind in built_in().kinds if kind.on)


def floor(url: str, bodies: list[bytes], at_once: int) -> float:
    """Seconds for these requests over as many connections."""
    host = urlsplit(url).netloc

    def work(mine: list[bytes]) -> None:
        connection = http.client.HTTPConnection(host)
        for body in mine:
            connection.request("POST", "/v1/messages", body, {"content-type": "application/json"})
            connection.getresponse().read()
        connection.close()

    start = perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(work, [bodies[n::at_once] for n in range(at_once)]))
    return perf_counter() - start


async def ours(store: Store, at_once: int) -> tuple[float, float]:
    """Seconds that passed, and those of the processor."""
    plan = Plan(built_in(), KINDS, "claude-sonnet-5-5", concurrency=at_once)
    ledger = Ledger(store)
    async with Claude() as client:
        assert client.host  # the import is not what is measured
        start, worked = perf_counter(), process_time()
        await Run(ledger, Asker(ledger, client, Prices.load()), plan)()
        return perf_counter() - start, process_time() - worked


@contextmanager
def served() -> Iterator[str]:
    """The address of a server that answers at once."""
    server = subprocess.Popen([sys.executable, "-m", "tests.messages_server"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()


def main(number: int) -> None:
    os.environ |= {"ANTHROPIC_API_KEY": "none", "NO_PROXY": "127.0.0.1"}
    print(f"{number} paragraphs, {len(KINDS)} kinds each; milliseconds a request")
    print("at once    floor     ours    added      cpu")
    for at_once in (1, 8, 64):
        with served() as url, tempfile.TemporaryDirectory() as folder:
            os.environ["ANTHROPIC_BASE_URL"] = url
            source = Path(folder) / "wall.txt"
            source.write_text("\n\n".join(f"The {n}. stone was laid by somebody who never saw the wall." for n in
                                          range(number)), encoding="utf-8")  # fmt: skip
            with Store.open(Path(folder) / "x.db", create=True) as store:
                take_in(store, read([str(source)], ReadOptions()), source="bench")
                plan = Plan(built_in(), KINDS, "claude-sonnet-5-5")
                gaps = Ledger(store).gaps(KINDS, model=plan.model, recipe=plan.recipe.hash)
                bodies = [json.dumps(unpack(plan, gap).parameters()).encode() for gap in gaps]
                bare = floor(url, bodies, at_once)
                mine, worked = asyncio.run(ours(store, at_once))
                assert store.one("SELECT count(*) FROM layer") == (number * len(KINDS),)
        print(f"{at_once:7}  {1000 * bare / number:7.2f}  {1000 * mine / number:7.2f}  "
              f"{1000 * (mine - bare) / number:7.2f}  {1000 * worked / number:7.2f}")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
