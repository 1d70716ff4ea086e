"""Exports that are more than one file: splits, mixtures, folders of text, data sets; whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from unpack_core.export.folder import take_place
from unpack_core.export.presets import PRESETS
from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store

Run = Callable[..., Result]


@pytest.fixture
def curated(run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample corpus, most of it accepted, two layers edited or regenerated."""
    run("demo")
    monkeypatch.setenv("UNPACK_DB", "unpack-demo.db")
    path = Path("unpack-demo.db")
    with Store.open(path) as store:
        store.decide(list(range(1, 300)), Status.ACCEPTED)
        store.edit(7, "(1) By hand")
        store.regenerate(8, IncomingLayer("", "(1) New", origin=Origin.REGENERATED, model="m-2", cost_usd=0.25))
        store.decide([8], Status.ACCEPTED)
        store.retag([1], ["a|b"])
    return path


pytestmark = pytest.mark.usefixtures("curated")


def lines(path: Path | str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def tree(path: Path | str) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in sorted(Path(path).rglob("*")) if file.is_file()}


def test_a_split_writes_two_files_that_share_no_document(run: Run) -> None:
    result = run("export", "chat", "--val", "0.3", "--seed", "7", "-o", "c.jsonl", "--check")
    assert result.exit_code == 0, result.stderr
    train, validation = lines("c.train.jsonl"), lines("c.validation.jsonl")
    assert not Path("c.jsonl").exists()
    assert not {row["id"].split("#")[0] for row in train} & {row["id"].split("#")[0] for row in validation}
    everything = run("export", "chat", "--seed", "7").stdout.splitlines()
    assert sorted(everything) == sorted(
        [*Path("c.train.jsonl").read_text().splitlines(), *Path("c.validation.jsonl").read_text().splitlines()]
    )
    assert run("export", "chat", "--val", "0.3", "-o", "d.json.jsonl").exit_code == 0
    assert Path("d.json.train.jsonl").exists()
    assert run("export", "chat", "--val", "0.3").exit_code == 2
    assert run("export", "chat", "--val", "1", "-o", "x.jsonl").exit_code == 2


def test_all_presets_have_the_same_documents_on_a_side(run: Run) -> None:
    for preset in ("chat", "pretrain", "layers"):
        run("export", preset, "--status", "accepted", "--val", "0.3", "--seed", "3", "-o", "out/")
    chat = {row["id"].split("#")[0] for row in lines("out/chat.validation.jsonl")}
    assert chat == {row["id"] for row in lines("out/pretrain.validation.jsonl")}
    assert chat == {row["document"] for row in lines("out/layers.validation.jsonl")}


def test_nothing_to_hold_out_is_said_and_nothing_is_written(run: Run, database: Path) -> None:
    result = run("export", "chat", "--status", "all", "--val", "0.5", "-o", "c.jsonl", "--db", str(database))
    assert result.exit_code == 1
    assert "hang together" in result.stderr
    assert not list(Path().glob("*.jsonl*train*"))
    texts = run("export", "txt", "--status", "all", "--val", "0.5", "-o", "texts", "--db", str(database))
    assert (texts.exit_code, Path("texts").exists()) == (1, False)
    assert "hang together" in texts.stderr


def test_a_data_set_of_which_nothing_can_be_held_out_is_whole_and_says_so(run: Run, database: Path) -> None:
    result = run("export", "dataset", "--status", "all", "-o", "data", "--db", str(database))
    assert result.exit_code == 0
    assert "Nothing is held out" in result.stderr
    whole = run("export", "dataset", "--val", "0", "-o", "whole", "--db", str(database))
    assert "Nothing is held out" not in whole.stderr


def test_a_data_set_of_plain_documents_alone_is_divided_as_well(run: Run) -> None:
    rows = [{"document": f"{n}.md", "text": f"Said {word}.", "layers": []} for n, word in enumerate(("once", "twice"))]
    Path("plain.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert run("import", "plain.jsonl", "--db", "plain.db").exit_code == 0
    assert run("export", "dataset", "-o", "set", "--val", "0.5", "--db", "plain.db").exit_code == 0
    assert len(lines("set/pretrain/validation.jsonl")) == len(lines("set/pretrain/train.jsonl")) == 1
    assert "0.0 % of the layers are in validation" in Path("set/README.md").read_text(encoding="utf-8")


def test_a_mixture_leaves_its_share_in_a_manifest(run: Run) -> None:
    Path("plain.jsonl").write_text("".join(json.dumps({"text": f"Plain {n}. " * 300}) + "\n" for n in range(300)))
    result = run("export", "pretrain", "--mix", "plain.jsonl", "--annotated-share", "0.25", "-o", "m.jsonl", "--check")
    assert result.exit_code == 0, result.stderr
    said = json.loads(Path("m.manifest.json").read_bytes())
    rows = lines("m.jsonl")
    ours = sum(len(row["text"]) for row in rows if row["metadata"]["kind"])
    whole = sum(len(row["text"]) for row in rows)
    assert said["mix"]["annotated_share"] == pytest.approx(ours / whole, abs=1e-6)
    assert said["files"][0]["rows"] == len(rows)
    assert said["files"][0]["sha256"] == hashlib.sha256(Path("m.jsonl").read_bytes()).hexdigest()


def test_in_a_mixture_our_documents_are_those_with_an_unpacking(run: Run) -> None:
    Path("plain.txt").write_text("Plain.\n")
    bare = run("export", "pretrain", "--where", "document:*justice*", "--kinds", "viewpoint").stdout
    assert json.loads(bare)["metadata"]["kind"] == ""
    mixed = run("export", "pretrain", "--kinds", "viewpoint", "--mix", "plain.txt", "--annotated-share", "0.5")
    assert "Plain." not in mixed.stdout
    assert mixed.stdout == ""


def test_a_folder_of_text_has_a_document_a_file(run: Run) -> None:
    assert run("export", "txt", "-o", "texts").exit_code == 0
    found = tree("texts")
    assert len(found) == 9
    by_id = {row["id"]: row["text"] for row in map(json.loads, run("export", "pretrain").stdout.splitlines())}
    texts = {body.decode() for name, body in found.items() if name.endswith(".txt")}
    assert texts == {f"{text}\n" for text in by_id.values()}
    run("export", "txt", "-o", "divided", "--val", "0.3")
    assert {name.split("/")[0] for name in tree("divided")} == {"train", "validation", "manifest.json"}
    assert run("export", "txt").exit_code == 2


def test_documents_whose_names_would_be_one_file_are_as_many(run: Run) -> None:
    lines = [json.dumps({"document": f"a{mark}b.md", "text": f"At {mark}."}) for mark in ":?*|"]
    Path("alike.jsonl").write_text("\n".join(lines))
    assert run("import", "alike.jsonl", "--db", "alike.db").exit_code == 0
    assert run("export", "txt", "-o", "texts", "--status", "all", "--db", "alike.db").exit_code == 0
    texts = {name: body.decode() for name, body in tree("texts").items() if name.endswith(".txt")}
    assert texts == {"a_b.txt": "At :.\n", "a_b-2.txt": "At ?.\n", "a_b-3.txt": "At *.\n", "a_b-4.txt": "At |.\n"}


def test_a_data_set_says_what_is_in_it(run: Run) -> None:
    result = run("export", "dataset", "-o", "set", "--val", "0.3", "--seed", "7", "--licence", "cc-by-4.0", "--check")
    assert result.exit_code == 0, result.stderr
    manifest = json.loads(Path("set/manifest.json").read_bytes())
    assert manifest["seed"] == 7
    assert {entry["path"] for entry in manifest["files"]} | {"manifest.json"} == set(tree("set"))
    for entry in manifest["files"]:
        path = Path("set", entry["path"])
        assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert entry["rows"] == (len(lines(path)) if path.suffix == ".jsonl" else None)
    card = Path("set/README.md").read_text(encoding="utf-8")
    assert 'license: "cc-by-4.0"\nlanguage: ["en","ru"]\n' in card
    assert card.count("default: true") == 1
    assert "- config_name: chat\n  default: true" in card
    assert f"| chat | train | {len(lines('set/chat/train.jsonl'))} |" in card
    assert "| m-2 | 1 |" in card
    assert "a\\|b" in card
    assert "Layers whose status is accepted, as they are now" in card
    assert "There are no preference rows in train." in card, "both pairs are of one document"
    for entry in json.loads(Path("set/dataset_info.json").read_bytes()).values():
        row = lines(Path("set", entry["file_name"]))[0]
        assert set(entry["columns"].values()) <= set(row)
        assert entry.get("ranking", False) == ("chosen" in entry["columns"])
        assert not entry.get("ranking") or row["chosen"]["role"] == row["rejected"]["role"] == "assistant"


def test_each_preset_of_rows_is_a_config_and_reasoning_is_where_its_reader_looks(run: Run) -> None:
    assert run("export", "dataset", "-o", "set").exit_code == 0
    card = Path("set/README.md").read_text(encoding="utf-8")
    configs = {line.split()[-1] for line in card.splitlines() if line.startswith("- config_name:")}
    assert configs == set(PRESETS) - {"w3c"}
    info = json.loads(Path("set/dataset_info.json").read_bytes())
    assert set(info) >= configs - {"layers", "prompt-completion"}
    thought = 0
    for row, again in zip(
        lines("set/dialogue/train.jsonl"), lines(Path("set", info["dialogue"]["file_name"])), strict=True
    ):
        for turn, once_more in zip(row["messages"], again["messages"], strict=True):
            thought += bool(turn["reasoning_content"])
            assert once_more["content"].endswith(turn["content"])
            assert turn["reasoning_content"] in once_more["content"]
            assert ("<think>" in once_more["content"]) == bool(turn["reasoning_content"])
    assert thought


def test_a_data_set_mixes_its_documents_for_pretraining(run: Run) -> None:
    Path("plain.jsonl").write_text("".join(json.dumps({"text": f"Plain {n}. " * 300}) + "\n" for n in range(300)))
    words = ("dataset", "-o", "set", "--val", "0.3", "--mix", "plain.jsonl", "--annotated-share", "0.2")
    assert run("export", *words, "--check").exit_code == 0
    said = json.loads(Path("set/manifest.json").read_bytes())["mix"]
    for split in ("train", "validation"):
        rows = lines(f"set/pretrain/{split}.jsonl")
        ours = sum(len(row["text"]) for row in rows if row["metadata"]["kind"])
        assert said[split]["annotated_share"] == pytest.approx(ours / sum(len(row["text"]) for row in rows), abs=1e-6)
    share = f"{100 * said['train']['annotated_share']:.2f} % of all chars"
    assert f"annotated are {share}" in Path("set/README.md").read_text(encoding="utf-8")
    assert run("export", "chat", "--mix", "plain.jsonl").exit_code == 2


def test_the_plain_documents_are_divided_as_ours_are(run: Run) -> None:
    Path("plain.jsonl").write_text("".join(json.dumps({"text": f"Plain {n}."}) + "\n" for n in range(50)))
    words = ("dataset", "-o", "set", "--val", "0.2", "--mix", "plain.jsonl", "--annotated-share", "0.01")
    assert run("export", *words).exit_code == 0
    said = json.loads(Path("set/manifest.json").read_bytes())["mix"]
    held_out, rest = said["validation"]["plain_documents"], said["train"]["plain_documents"]
    assert 0 < held_out < rest
    assert held_out + rest == 50


def test_a_card_tells_how_layers_were_accepted_and_what_is_not_known(run: Run, curated: Path) -> None:
    with Store.open(curated) as store:
        store.decide([300], Status.ACCEPTED)
        bulk = store.one("SELECT count(*) FROM layer WHERE status = 'accepted'")[0]
    assert run("export", "dataset", "-o", "set").exit_code == 0
    card = Path("set/README.md").read_text(encoding="utf-8")
    assert "| a decision of their own | 2 |" in card
    assert f"| a step that decided several | {bulk - 2} |" in card
    assert "not compared yet" in card
    run("dedupe")
    run("export", "dataset", "-o", "set")
    assert "not compared yet" not in Path("set/README.md").read_text(encoding="utf-8")
    assert "the generator is not known" not in card
    Path("more.jsonl").write_text(json.dumps({"text": "One.", "layers": [{"kind": "meta", "text": "(1) Whose?"}]}))
    assert run("import", "more.jsonl").exit_code == 0
    run("export", "dataset", "-o", "set", "--status", "all")
    assert "Of 1 layer the generator is not known." in Path("set/README.md").read_text(encoding="utf-8")


def test_a_card_tells_how_many_of_the_decided_were_accepted(run: Run, curated: Path) -> None:
    with Store.open(curated) as store:
        of = "SELECT id FROM layer WHERE kind = 'question' AND status = 'accepted' LIMIT 3"
        store.decide([layer_id for (layer_id,) in store.rows(of)], Status.REJECTED)
        accepted = store.one("SELECT count(*) FROM layer WHERE kind = 'question' AND status = 'accepted'")[0]
    assert run("export", "dataset", "-o", "set").exit_code == 0
    rows = [line.strip("| ").split(" | ") for line in Path("set/README.md").read_text(encoding="utf-8").splitlines()]
    (row,) = (row for row in rows if row[0] == "question" and len(row) == 5)
    assert (row[1], row[2], row[4]) == (f"{accepted:,}", "3", f"{100 * accepted / (accepted + 3):.1f} %")


def test_a_card_tells_by_what_it_was_narrowed(run: Run) -> None:
    narrowed = ("--where", "kind:question,meta", "--kinds", "question,meta", "--lang", "en", "--exclude-model", "other")
    assert run("export", "dataset", "-o", "set", *narrowed).exit_code == 0
    card = Path("set/README.md").read_text(encoding="utf-8")
    assert [line for line in card.splitlines() if "Narrowed by" in line] == [
        '- Narrowed by filter: `["kind:question,meta"]`.',
        '- Narrowed by kinds: `["question","meta"]`.',
        '- Narrowed by languages: `["en"]`.',
        '- Narrowed by models left out: `["other"]`.',
    ]
    assert run("export", "dataset", "-o", "set").exit_code == 0
    assert "Narrowed by" not in Path("set/README.md").read_text(encoding="utf-8")


def test_a_data_set_is_the_same_again_and_takes_its_own_place(run: Run, curated: Path) -> None:
    run("export", "dataset", "-o", "set")
    first = tree("set")
    assert run("export", "dataset", "-o", "set").exit_code == 0
    assert tree("set") == first
    with Store.open(curated) as store:
        store.decide(list(range(1, 300)), Status.PENDING)
    assert run("export", "dataset", "-o", "set", "--val", "0").exit_code == 0
    assert "chat/train.jsonl" not in tree("set"), "what is not in it any more is gone"
    assert "There are no chat rows" in Path("set/README.md").read_text(encoding="utf-8")


def test_a_folder_that_is_not_ours_is_left_alone(run: Run) -> None:
    Path("mine").mkdir()
    Path("mine/essay.md").write_text("Mine.")
    for preset in ("dataset", "txt"):
        result = run("export", preset, "-o", "mine")
        assert result.exit_code == 1
        assert "essay.md" in result.stderr
    run("export", "txt", "-o", "texts")
    Path("texts/note.txt").write_text("Mine too.")
    assert run("export", "txt", "-o", "texts").exit_code == 1
    assert tree("mine") == {"essay.md": b"Mine."}
    assert Path("texts/note.txt").exists()
    assert not [path for path in Path().iterdir() if path.name.startswith(".")], "nothing half-done is left"


def test_an_export_that_fails_leaves_the_folder_as_it_was(run: Run) -> None:
    run("export", "txt", "-o", "texts")
    before = tree("texts")
    assert run("export", "txt", "-o", "texts", "--where", "knd:x").exit_code == 1
    assert tree("texts") == before
    Path("bad.jsonl").write_text('{"text": "x"}\nnot json\n')
    result = run("export", "pretrain", "--mix", "bad.jsonl", "--annotated-share", "0.01", "-o", "m.jsonl")
    assert result.exit_code == 1
    assert "line 2" in result.stderr
    assert not list(Path().glob("m.*"))


def test_what_cannot_take_the_place_of_a_folder_leaves_it_there(tmp_path: Path) -> None:
    before = tmp_path / "exports" / "ds"
    before.mkdir(parents=True)
    (before / "README.md").write_text("as it was")
    with pytest.raises(FileNotFoundError):
        take_place(before.parent / "gone", before)
    assert (before / "README.md").read_text() == "as it was"
    assert list(before.parent.iterdir()) == [before]


def test_annotations_point_at_the_words_they_quote(run: Run) -> None:
    assert run("export", "w3c", "-o", "w.jsonl", "--check").exit_code == 0
    texts = {
        f"{row['document']}#paragraph={row['position']}": (row["text"], row["lang"])
        for row in map(json.loads, run("export", "layers").stdout.splitlines())
    }
    partial = 0
    for row in lines("w.jsonl"):
        position, quote = row["target"]["selector"]
        text, lang = texts[row["target"]["source"]]
        assert row["body"][0]["language"] == lang
        assert text[position["start"] : position["end"]] == quote["exact"]
        assert text[: position["start"]].endswith(quote["prefix"])
        partial += quote["exact"] != text
    assert partial > 100


def test_the_check_of_a_folder_sees_what_is_missing(run: Run) -> None:
    from unpack_core.export.check import check

    assert run("export", "dataset", "-o", "set", "--check").exit_code == 0
    assert run("export", "txt", "-o", "texts", "--check").exit_code == 0
    Path("set/pretrain/train.jsonl").unlink()
    Path("set/chat/train.jsonl").write_text('{"id": "1"}\n')
    faults = " ".join(check("dataset", [Path("set/dataset_info.json")]))
    assert "“pretrain/train.jsonl” for “pretrain”, which is not there" in faults
    assert "“messages” of “chat”" in faults
    (first, *_) = sorted(Path("texts").glob("*.txt"))
    first.write_bytes(b"\xff")
    assert check("txt", [first]) == [f"{first.name} is not UTF-8."]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "1", "messages": [{"role": "user", "content": "x"}]}', "out of turn"),
        ('{"id": "1", "messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": " "}]}', "empty"),
        ('{"id": "1"}', "another shape than the lines before it, at “its keys”"),
        ('{"id": 1, "messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}', "at “id”"),
        ('{"id": "1", "messages": [{"content": "x", "role": "user"}]}', "at “messages.[]”"),
        ("nonsense", "not a JSON object"),
        ('{"id": "0", "messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}', "“0”"),
    ],
)
def test_the_check_sees_what_a_trainer_would_stumble_over(tmp_path: Path, line: str, said: str) -> None:
    from unpack_core.export.check import check

    good = '{"id": "0", "messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}'
    (tmp_path / "x.jsonl").write_text(f"{good}\n{line}\n")
    faults = check("chat", [tmp_path / "x.jsonl"])
    assert any(said in fault and "line 2" in fault for fault in faults), faults
