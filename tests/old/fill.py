"""A database in which everything was done that the program on the path can do; runs with programs of any age."""

from __future__ import annotations

import sys
from contextlib import suppress

from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store

TEXTS = ("Justice is the conformity of deeds to morality.", "Причина — то, без чего нет следствия.")

store = Store.open(sys.argv[1], create=True)
with store.write():
    document = store.insert(
        "INSERT INTO document (uri, name, title, created_at) VALUES ('essay.md', 'essay.md', 'Essay', '2026-11-24')"
    )
    arrivals = []
    for position, text in enumerate(TEXTS):
        rank = document << 32 | position
        paragraph = store.insert(
            "INSERT INTO paragraph (document_id, position, text, lang, digest, rank) VALUES (?, ?, ?, ?, ?, ?)",
            document, position, text, "en" if position == 0 else "ru", position, rank,
        )  # fmt: skip
        for kind in ("definition", "question", "analogy"):
            first = text.split()[0]
            point = f"(1) “{first}” What is it that we ask for, when all has been said and done? — [{kind}]"
            layer = IncomingLayer(kind, point, origin=Origin.GENERATED, model="m-1")
            arrivals.append((paragraph, rank, layer))
    store.add_layers(arrivals, store.add_batch("batch.jsonl", "m-1"))

store.decide([1], Status.ACCEPTED)
store.decide([2, 3], Status.REJECTED, note="by hand")
store.retag([1, 4], ["weak", "ясно"])
store.flag([4], True)
store.edit(4, "(1) «Причина» Чего? — [всего]")
store.regenerate(5, IncomingLayer("", "(1) Anew", origin=Origin.REGENERATED, model="m-2"))
store.restore(5, 5)
store.undo()
store.undo()
store.redo()
store.save_draft(6, 6, "(1) half")
store.set_setting("place", {"layer": 4})

with suppress(ImportError):  # what later programs know
    from unpack_core import search

    while search.catch_up(store):
        pass
with suppress(ImportError):
    from unpack_core import duplicates

    duplicates.catch_up(store)
    duplicates.keep_both(store, 1, 2)
    duplicates.keep(store, 1, [3])
with suppress(ImportError):
    from unpack_core import checks

    while checks.catch_up(store):
        pass
with suppress(ImportError):
    from unpack_core import recheck
    from unpack_core.filter import compiled

    recheck.draw(store, 1.0, compiled(store, ""))
    question = recheck.next_question(store)
    assert question is not None
    recheck.answer(store, question, Status.REJECTED)
if store.one("SELECT 1 FROM sqlite_master WHERE name = 'request'"):
    with store.write():
        store.rows("INSERT INTO recipe VALUES ('abc', 'name = 1', '2026-11-24')")
        asked = store.insert(
            "INSERT INTO request (identity, purpose, paragraph_id, kinds, model, recipe, state, created_at)"
            " VALUES ('id-1', 'unpack', 2, '[\"paradox\"]', 'm-1', 'abc', 'done', '2026-11-24')"
        )
        store.insert(
            "INSERT INTO answer (request_id, body, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,"
            " cost_usd, received_at) VALUES (?, '{}', 100, 20, 0, 0, 0.01, '2026-11-24')", asked,
        )  # fmt: skip
        made = IncomingLayer("paradox", "(1) Both?", origin=Origin.GENERATED, model="m-1", request_id=asked)
        store.add_layers([(2, document << 32 | 1, made)], store.add_batch("generate", "m-1"))
store.close()
