"""Exports as trainers and `import` take them: exact fields, the same bytes, everything there and back."""

from __future__ import annotations

import gzip
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from unpack_core import duplicates
from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store

Run = Callable[..., Result]


@pytest.fixture
def curated(run: Run) -> Path:
    """The sample corpus, some of it decided, tagged, flagged, edited and regenerated."""
    run("demo")
    path = Path("unpack-demo.db")
    with Store.open(path) as store:
        store.decide(list(range(1, 120)), Status.ACCEPTED)
        store.decide([3, 5], Status.REJECTED)
        store.retag([1, 2], ["ясно", "keep"])
        store.flag([4], True)
        store.edit(7, "(1) “deeds” Edited by hand — [yes]")
        new = IncomingLayer("", "(1) New", origin=Origin.REGENERATED, model="m-2", instruction="Briefer", cost_usd=0.25)
        store.regenerate(8, new)
        store.decide([8], Status.ACCEPTED)
    return path


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_layers_out_and_in_again_are_equal(run: Run, curated: Path) -> None:
    first = run("export", "layers", "--db", str(curated)).stdout
    Path("all.jsonl").write_text(first)
    assert run("import", "all.jsonl", "--db", "again.db").exit_code == 0
    assert run("export", "layers", "--db", "again.db").stdout == first
    twice = run("import", "all.jsonl", "--db", "again.db")
    assert twice.stderr.startswith("Added 0 documents, 0 paragraphs and 0 layers")
    with Store.open("again.db") as again:
        assert again.one("SELECT count(*) FROM document")[0] == 8


def test_a_round_trip_keeps_the_past_of_a_layer_and_what_it_teaches(run: Run, curated: Path) -> None:
    with Store.open(curated) as store:
        store.decide([20], Status.REJECTED, note="flat")
        store.regenerate(20, IncomingLayer("", "(1) Better", origin=Origin.REGENERATED, model="m-2", output_tokens=9))
        store.offer(20, IncomingLayer("", "(1) Not picked", origin=Origin.REGENERATED, model="m-2"))
        store.edit(20, "(1) Best")
        store.decide([20], Status.ACCEPTED)
        store.decide([21], Status.REJECTED, note="not what it says")
        store.restore(7, store.versions(7)[0].id)
    out = {preset: run("export", preset, "--db", str(curated)).stdout for preset in ("layers", "preference")}
    Path("all.jsonl").write_text(out["layers"])
    assert run("import", "all.jsonl", "--db", "again.db").exit_code == 0
    assert run("export", "layers", "--db", "again.db").stdout == out["layers"]
    assert run("export", "preference", "--db", "again.db").stdout == out["preference"]
    assert "Better" in out["preference"]
    assert "Not picked" not in out["preference"]
    assert run("doctor", "--db", "again.db").exit_code == 0
    twice = run("import", "all.jsonl", "--db", "again.db")
    assert twice.stderr.startswith("Added 0 documents, 0 paragraphs and 0 layers")
    with Store.open("again.db") as again, Store.open(curated) as store:
        provenance = "SELECT model, count(*), total(cost_usd), total(output_tokens) FROM version GROUP BY 1"
        assert again.rows(provenance).fetchall() == store.rows(provenance).fetchall()


def test_a_round_trip_keeps_what_a_document_says_of_itself(run: Run) -> None:
    line = {
        "document": "chat.md", "position": 3, "text": "Said.", "lang": "en", "title": "Chat", "place": "Evening",
        "added": "2025-01-02T03:04:05.000Z", "metadata": [{"name": "speaker", "value": "Анна"}],
        "removed_at": "2025-02-03T03:04:05.000Z", "layers": [{"kind": "meta", "text": "(1) x"}],
    }  # fmt: skip
    Path("chat.jsonl").write_text(json.dumps(line) + "\n")
    assert run("import", "chat.jsonl").exit_code == 0
    (out,) = rows(run("export", "layers"))
    assert {name: out[name] for name in line if name != "layers"} == {k: v for k, v in line.items() if k != "layers"}


def test_layers_tell_how_each_text_lost(run: Run, curated: Path) -> None:
    with Store.open(curated) as store:
        store.decide([20], Status.REJECTED, note="flat")
        store.regenerate(20, IncomingLayer("", "(1) Better", origin=Origin.REGENERATED, model="m-2"))
        store.edit(20, "(1) Best")
    found = rows(run("export", "layers", "--db", str(curated)))
    (layer,) = (layer for row in found for layer in row["layers"] if layer["text"] == "(1) Best")
    told = [(one["parent"], one["origin"], one["lost"], one["reason"]) for one in layer["versions"]]
    assert told[0][2:] == ("rejected", "flat")
    assert told[1:] == [(1, "regenerated", "edited", ""), (2, "edited", "", "")]
    assert layer["head"] == 3
    assert layer["model"] == "m-2", "whose text the curator edited"


def test_a_text_that_was_changed_in_the_file_comes_after_its_past(run: Run, curated: Path) -> None:
    out = run("export", "layers", "--db", str(curated)).stdout
    Path("all.jsonl").write_text(out.replace('"(1) New","status"', '"(1) Newer","status"'))
    assert run("import", "all.jsonl", "--db", "again.db").exit_code == 0
    found = rows(run("export", "layers", "--db", "again.db"))
    (layer,) = (layer for row in found for layer in row["layers"] if layer["text"] == "(1) Newer")
    assert [one["text"] for one in layer["versions"]][1:] == ["(1) New", "(1) Newer"]
    assert layer["head"] == 3


@pytest.mark.parametrize(
    ("past", "said"),
    [
        ('"versions": [{"origin": "edited"}]', "version 1 is not an object with a text"),
        ('"versions": [{"text": "x", "parent": 1}]', "“parent” is 1, and there are 0 versions"),
        ('"versions": [{"text": "x"}], "head": 2', "“head” is 2, and there are 1 versions"),
    ],
)
def test_a_past_that_cannot_be_is_named(run: Run, past: str, said: str) -> None:
    Path("bad.jsonl").write_text('{"text": "T", "layers": [{"kind": "meta", "text": "x", ' + past + "}]}\n")
    result = run("import", "bad.jsonl")
    assert result.exit_code == 1
    assert said in result.stderr


def test_layers_keep_what_was_done(run: Run, curated: Path) -> None:
    found = {
        layer["text"]: layer for row in rows(run("export", "layers", "--db", str(curated))) for layer in row["layers"]
    }
    edited, new = found["(1) “deeds” Edited by hand — [yes]"], found["(1) New"]
    assert (edited["origin"], edited["status"]) == ("edited", "accepted")
    assert (new["origin"], new["model"], new["instruction"], new["cost_usd"]) == ("regenerated", "m-2", "Briefer", 0.25)
    assert sum(layer["flagged"] for layer in found.values()) == 1
    assert [layer["tags"] for layer in found.values() if layer["tags"]] == [["keep", "ясно"]] * 2


@pytest.mark.parametrize(
    ("preset", "keys"),
    [
        ("layers", ["document", "position", "text", "lang", "layers"]),
        ("chat", ["id", "messages"]),
        ("chat-per-layer", ["id", "messages"]),
        ("prompt-completion", ["id", "prompt", "completion"]),
        ("preference", ["id", "prompt", "chosen", "rejected"]),
        ("dialogue", ["id", "messages"]),
        ("pretrain", ["id", "text", "source", "added", "created", "metadata"]),
        ("alpaca", ["instruction", "input", "output"]),
        ("sharegpt", ["conversations"]),
    ],
)
def test_every_row_of_a_preset_has_its_fields(run: Run, curated: Path, preset: str, keys: list[str]) -> None:
    found = rows(run("export", preset, "--db", str(curated)))
    assert found
    assert all(list(row)[: len(keys)] == keys for row in found)
    assert len({tuple(row) for row in found}) == 1
    assert preset == "layers" or all(list(row) == keys for row in found)
    assert len({row["id"] for row in found if "id" in row}) in (0, len(found))


def test_chat_is_system_user_assistant_with_accepted_layers_alone(run: Run, curated: Path) -> None:
    for row in rows(run("export", "--db", str(curated))):
        assert [message["role"] for message in row["messages"]] == ["system", "user", "assistant"]
        assert all(message["content"].strip() for message in row["messages"])
    chat = run("export", "chat", "--db", str(curated)).stdout
    with Store.open(curated) as store:
        rejected = store.layer(3).head.text.split("“")[-1]
    assert rejected not in chat
    assert "Edited by hand" in chat


def test_preference_pairs_come_from_edits_and_regenerations(run: Run, curated: Path) -> None:
    found = rows(run("export", "preference", "--db", str(curated)))
    chosen = " ".join(row["chosen"][0]["content"] for row in found)
    assert "Edited by hand" in chosen
    assert "(1) New" in chosen
    assert all(row["chosen"] != row["rejected"] for row in found)


def test_pretrain_holds_whole_documents_with_their_unpackings(run: Run, curated: Path) -> None:
    found = rows(run("export", "pretrain", "--place", "after", "--db", str(curated)))
    assert len(found) == 8
    justice = next(row for row in found if "justice" in row["metadata"]["document"])
    assert justice["text"].index("Two children and one cake") < justice["text"].index("Edited by hand")
    assert set(justice["metadata"]) == {"document", "lang", "kind"}


@pytest.mark.parametrize("preset", ["layers", "chat", "pretrain", "preference", "dialogue"])
def test_an_unchanged_database_gives_the_same_bytes(run: Run, curated: Path, preset: str) -> None:
    first = run("export", preset, "--db", str(curated)).stdout_bytes
    assert first == run("export", preset, "--db", str(curated)).stdout_bytes
    for name in ("one.jsonl.gz", "two.jsonl.gz"):
        assert run("export", preset, "--db", str(curated), "-o", name).exit_code == 0
    assert Path("one.jsonl.gz").read_bytes() == Path("two.jsonl.gz").read_bytes()
    assert gzip.decompress(Path("one.jsonl.gz").read_bytes()) == first


def test_a_filter_and_a_status_narrow_what_is_written(run: Run, curated: Path) -> None:
    found = rows(run("export", "chat-per-layer", "--where", "kind:analogy lang:en", "--db", str(curated)))
    pending = rows(run("export", "chat-per-layer", "--status", "pending", "--lang", "ru", "--db", str(curated)))
    with Store.open(curated) as store:
        accepted = "SELECT count(*) FROM layer WHERE kind = 'analogy' AND status = 'accepted'"
        assert len(found) == store.one(accepted)[0]
    assert len(pending) == 181


def test_what_cannot_be_written_leaves_the_old_file(run: Run, curated: Path) -> None:
    Path("old.jsonl").write_text("old")
    assert run("export", "chat", "--where", "knd:analogy", "-o", "old.jsonl", "--db", str(curated)).exit_code == 1
    assert Path("old.jsonl").read_text() == "old"
    assert run("export", "chat", "-o", "no/such/folder.jsonl", "--db", str(curated)).exit_code == 1
    assert sorted(path.name for path in Path().iterdir() if "jsonl" in path.name) == ["old.jsonl"]


def test_a_link_stays_a_link_and_a_pipe_is_written_as_it_is(run: Run, curated: Path) -> None:
    Path("real.jsonl").write_text("old")
    Path("link.jsonl").symlink_to("real.jsonl")
    assert run("export", "chat", "-o", "link.jsonl", "--db", str(curated)).exit_code == 0
    assert Path("link.jsonl").is_symlink()
    whole = run("export", "chat", "--db", str(curated)).stdout_bytes
    assert Path("real.jsonl").read_bytes() == whole
    os.mkfifo("pipe.jsonl")
    with ThreadPoolExecutor(1) as other:
        read = other.submit(Path("pipe.jsonl").read_bytes)
        assert run("export", "chat", "-o", "pipe.jsonl", "--db", str(curated)).exit_code == 0
        assert read.result() == whole
    assert stat.S_ISFIFO(Path("pipe.jsonl").stat().st_mode)


def test_a_full_disk_and_a_closed_pipe_are_no_tracebacks(curated: Path) -> None:
    words = [sys.executable, "-m", "unpack_tui", "--db", str(curated), "export", "pretrain"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("unpack-tui: Standard output cannot be written: No space left")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        writer.stdout.close()
        assert "Traceback" not in writer.stderr.read()
    assert writer.returncode == 0


def test_nothing_to_export_is_said_with_what_it_was_narrowed_by(run: Run, database: Path) -> None:
    result = run("--db", str(database), "export", "chat", "--kinds", "nope", "--lang", "ru,en")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "--status accepted; --kinds nope; --lang ru,en" in result.stderr
    assert "Nothing" not in run("export", "chat", "--status", "all", "--db", str(database)).stderr
    assert run("export", "requests", "--lang", "ru", "--db", str(database)).exit_code == 2


def test_line_separators_and_bidi_controls_are_escaped(run: Run) -> None:
    Path("u.jsonl").write_text(json.dumps({"text": "a\u2028b\u202ec"}) + "\n")
    run("import", "u.jsonl")
    out = run("export", "layers").stdout
    assert "\\u2028" in out
    assert "\\u202e" in out
    assert json.loads(out)["text"] == "a\u2028b\u202ec"


def test_a_mix_comes_to_the_share_asked_for(run: Run, curated: Path) -> None:
    plain = "".join(json.dumps({"text": f"Plain document {n}. " * 40}) + "\n" for n in range(400))
    Path("plain.jsonl").write_text(plain)
    result = run("export", "pretrain", "--mix", "plain.jsonl", "--annotated-share", "0.25", "--db", str(curated))
    found = rows(result)
    ours = [len(row["text"]) for row in found if "Plain document" not in row["text"]]
    everything = [len(row["text"]) for row in found]
    assert abs(sum(ours) - 0.25 * sum(everything)) <= max(everything)
    assert "25 % asked for" in result.stderr
    assert run("export", "chat", "--mix", "plain.jsonl", "--db", str(curated)).exit_code == 2


@pytest.mark.parametrize("preset", ["layers", "chat", "preference", "dialogue", "pretrain", "alpaca", "sharegpt"])
def test_what_is_written_stands_the_check(run: Run, curated: Path, preset: str) -> None:
    result = run("export", preset, "-o", "out.jsonl", "--check", "--db", str(curated))
    said = [line for line in result.stderr.splitlines() if "near-duplicates" not in line and "not compared" not in line]
    assert (result.exit_code, said[1:]) == (0, [])
    assert run("export", preset, "--check", "--db", str(curated)).exit_code == 2


def test_copies_that_are_not_settled_are_said_and_strict_refuses(run: Run, database: Path) -> None:
    with Store.open(database) as store:
        for layer_id in (2, 5):
            store.edit(layer_id, "(1) What was promised to a morning that nobody has seen yet?")
        store.decide([2, 5], Status.ACCEPTED)
        duplicates.catch_up(store)
    said = run("--db", str(database), "export", "chat")
    assert said.exit_code == 0
    assert "1 pair of near-duplicates" in said.stderr
    strict = run("--db", str(database), "export", "chat", "--strict")
    assert strict.exit_code == 1
    assert strict.stdout == ""
    with Store.open(database) as store:
        duplicates.keep(store, 2, [5])
    assert run("--db", str(database), "export", "chat", "--strict").stderr == ""
    with Store.open(database) as store:
        store.decide([5], Status.ACCEPTED)  # two copies again
        store.decide([2], Status.PENDING)
    assert run("--db", str(database), "export", "chat", "--strict").exit_code == 0  # one of them is exported
    refused = run("--db", str(database), "export", "chat", "--strict", "--status", "accepted,pending")
    assert (refused.exit_code, refused.stdout) == (1, "")
    narrowed = run("--db", str(database), "export", "chat", "--strict", "--status", "all", "--where", "layer:5")
    assert narrowed.exit_code == 0


def test_what_is_not_compared_yet_is_said_and_strict_compares_it_first(run: Run, database: Path) -> None:
    with Store.open(database) as store:
        for layer_id in (2, 5):
            store.edit(layer_id, "(1) What was promised to a morning that nobody has seen yet?")
        store.decide([2, 5], Status.ACCEPTED)
    assert "2 texts not compared with the others yet" in run("--db", str(database), "export", "chat").stderr
    refused = run("--db", str(database), "export", "chat", "--strict")
    assert refused.exit_code == 1
    assert "1 pair of near-duplicates" in refused.stderr
    assert "not compared" not in refused.stderr


def test_what_rules_drafted_trains_nobody_before_it_is_accepted(run: Run) -> None:
    Path("a.txt").write_text("Justice is the conformity of deeds to the norms of morality, and not their fear alone.\n")
    run("import", "a.txt")
    assert run("generate", "--offline").exit_code == 0
    for preset in ("chat", "dialogue", "preference"):
        assert rows(run("export", preset, "--status", "all")) == []
    assert rows(run("export", "layers"))[0]["layers"]
    with Store.open("unpack.db") as store:
        store.decide([1], Status.ACCEPTED)
    assert len(rows(run("export", "chat", "--status", "all"))) == 1


def test_pairs_of_two_layers_of_a_kind_have_names_of_their_own(run: Run) -> None:
    layers = [{"kind": "question", "text": f"(1) What of {what}?", "model": "m"} for what in ("deeds", "norms")]
    Path("two.jsonl").write_text(json.dumps({"document": "a.md", "text": "Deeds and norms.", "layers": layers}))
    run("import", "two.jsonl")
    with Store.open("unpack.db") as store:
        for layer_id in (1, 2):
            store.edit(layer_id, f"(1) Which of the {layer_id} is meant here, and by whom?")
            store.decide([layer_id], Status.ACCEPTED)
    found = rows(run("export", "preference"))
    assert len({row["id"] for row in found}) == len(found) == 2


def test_folders_on_the_way_to_an_exported_folder_are_made(run: Run, curated: Path) -> None:
    assert run("export", "txt", "--db", str(curated), "-o", "deep/er/texts").exit_code == 0
    assert Path("deep/er/texts/manifest.json").exists()


def test_a_file_that_is_written_anew_stays_as_open_as_it_was(run: Run, curated: Path) -> None:
    Path("out.jsonl").touch()
    for mode in (0o640, 0o600):
        Path("out.jsonl").chmod(mode)
        assert run("export", "layers", "--db", str(curated), "-o", "out.jsonl").exit_code == 0
        assert stat.S_IMODE(Path("out.jsonl").stat().st_mode) == mode


def test_a_new_file_is_as_open_as_the_mask_leaves_it(run: Run, curated: Path) -> None:
    before = os.umask(0o027)
    try:
        assert run("export", "layers", "--db", str(curated), "-o", "out.jsonl").exit_code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path("out.jsonl").stat().st_mode) == 0o640


def test_an_annotation_names_what_wrote_it_and_when(run: Run, curated: Path) -> None:
    found = rows(run("export", "w3c", "--db", str(curated), "--status", "all"))
    assert all(row["created"].startswith("20") for row in found)
    assert {row["generator"]["name"] for row in found} == {"m-2", "sample-model"}


def test_a_dialogue_speaks_the_language_of_its_paragraph_or_english(run: Run) -> None:
    layer = {"kind": "question", "text": "(1) Welche Moral? — [die eigene]\n(2) Und wessen? — [keine]"}
    lines = [
        json.dumps({"document": f"{lang}.md", "text": "Ein Text.", "lang": lang, "layers": [layer]})
        for lang in ("de", "en", "ru")
    ]
    Path("all.jsonl").write_text("\n".join(lines))
    run("import", "all.jsonl")
    german, english, russian = (row["messages"][0] for row in rows(run("export", "dialogue", "--status", "all")))
    assert german["role"] == english["role"] == russian["role"] == "system"
    assert german["content"].isascii()
    assert english["content"].isascii()
    assert "текст" in russian["content"].casefold()


def test_a_document_whose_layers_are_empty_is_a_plain_one(run: Run) -> None:
    def layers(*texts: str) -> list[dict[str, str]]:
        kinds = zip(("meta", "context"), texts, strict=True)
        return [{"kind": kind, "text": text, "status": "accepted"} for kind, text in kinds]

    lines = [
        {"document": "empty.md", "text": "Nothing beside it.", "layers": layers("", "  ")},
        {"document": "half.md", "text": "Something beside it.", "layers": layers("(1) a note", "")},
    ]
    Path("a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run("import", "a.jsonl").exit_code == 0
    rows = [json.loads(row) for row in run("export", "pretrain").stdout.splitlines()]
    assert [row["metadata"]["kind"] for row in rows] == ["", "meta"]
    assert [bool(row["created"]) for row in rows] == [False, True]
    Path("plain.txt").write_text("Plain words.")
    mixed = run("export", "pretrain", "--mix", "plain.txt", "--annotated-share", "1").stdout.splitlines()
    assert [json.loads(row)["id"] for row in mixed] == ["half.md"]


def test_a_round_trip_keeps_what_only_odd_lines_bring(run: Run) -> None:
    versions = [{"text": "(1) x", "lost": "edited", "reason": "flat"}, {"text": "(1) y", "parent": 1}]
    lines: list[dict[str, object]] = [
        {"document": "last.md", "position": 2**31 - 1, "text": "The last place there is."},
        {"document": "last.md", "text": "Behind it."},
        {"document": "head.md", "text": "Its head was edited away, and it is rejected for that.",
         "layers": [{"kind": "meta", "text": "(1) x", "status": "rejected", "reason": "flat",
                     "versions": versions, "head": 1}]},
    ]  # fmt: skip
    Path("odd.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run("import", "odd.jsonl").exit_code == 0
    first = run("export", "layers").stdout
    result = run("import", "-", "--db", "again.db", stdin=first.encode())
    assert result.exit_code == 0, result.stderr
    assert run("export", "layers", "--db", "again.db").stdout == first


def test_a_round_trip_keeps_documents_apart_that_share_a_file_name(run: Run) -> None:
    Path("essays").mkdir()
    source, layer = Path("essays/one.md"), {"kind": "meta", "text": "(1) x"}
    source.write_text("A town keeps its clocks a little fast.\n")
    run("import", "essays")
    later = source.read_text().replace("a little", "some minutes")
    Path("batch.jsonl").write_text(json.dumps({"document": "one.md", "text": later.strip(), "layers": [layer]}))
    run("import", "batch.jsonl")
    source.write_text(later)  # the source says the same only now
    run("import", "essays")
    first = run("export", "layers")
    assert [(row["document"], len(row["layers"])) for row in rows(first)] == [("essays/one.md", 0), ("one.md", 1)]
    run("import", "-", "--db", "again.db", stdin=first.stdout_bytes)
    assert run("export", "layers", "--db", "again.db").stdout == first.stdout


def test_a_round_trip_keeps_two_layers_that_have_come_to_say_the_same(run: Run) -> None:
    layers = [{"kind": "meta", "text": text} for text in ("(1) x", "(1) y", "(1) y")]
    line = {"document": "a.md", "text": "A town keeps its clocks a little fast.", "layers": layers}
    assert "2 layers" in run("import", "-", stdin=json.dumps(line).encode()).stderr
    with Store.open("unpack.db") as store:
        store.edit(2, "(1) x")
        store.decide([2], Status.REJECTED)
    first = run("export", "layers")
    assert [layer["status"] for layer in rows(first)[0]["layers"]] == ["pending", "rejected"]
    for _ in range(2):
        run("import", "-", "--db", "again.db", stdin=first.stdout_bytes)
        assert run("export", "layers", "--db", "again.db").stdout == first.stdout
