"""Any JSON in any field of a record: it is taken or named with its line, and the good lines beside it come in."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

NUMBERS = [0, -1, 7, 2**63 - 1, 2**63, 2**64 - 1, 1.5, 1e300]
VALUES = [None, True, *NUMBERS, "", "x", "\x1b[31m", [], ["x"], [[]], {}, {"x": 1}]
RECORD = ("document", "position", "text", "lang", "layers", "title", "place", "added", "metadata", "removed_at")
MADE = ("model", "instruction", "recipe", "effort", "input_tokens", "output_tokens", "cost_usd", "created_at")
LAYER = ("kind", "text", "status", "tags", "flagged", "origin", *MADE, "reason", "versions", "head")
VERSION = ("text", "origin", *MADE, "parent", "lost", "reason")


def record(name: str, value: object) -> dict[str, object]:
    return {"text": "A text.", name: value}


def layer(name: str, value: object) -> dict[str, object]:
    return record("layers", [{"kind": "definition", "text": "(1) one", name: value}])


def version(name: str, value: object) -> dict[str, object]:
    return layer("versions", [{"text": "(1) none"}, {"text": "(1) one", name: value}])


@pytest.mark.parametrize(("made", "names"), [(record, RECORD), (layer, LAYER), (version, VERSION)])
def test_any_value_of_a_field_is_taken_or_named(
    run: Run, made: Callable[[str, object], dict[str, object]], names: tuple[str, ...]
) -> None:
    lines = [made(name, value) for name, value in product(names, VALUES)]
    lines.append({"document": "good", "text": "A good one beside them."})
    Path("a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    result = run("import", "a.jsonl")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "\x1b" not in result.stderr
    assert "A good one beside them." in run("export", "layers", "--where", "document:good").stdout
    assert run("doctor").exit_code == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (layer("status", ["accepted"]), "layer 1: “status” is none of pending, accepted, rejected"),
        (layer("origin", "martian"), "layer 1: “origin” is none of generated, regenerated, edited, imported, offline"),
        (layer("input_tokens", 2**63), "layer 1: “input_tokens” is not a number from 0"),
        (layer("cost_usd", -0.5), "layer 1: “cost_usd” is not a number from 0"),
        (layer("flagged", "yes"), "layer 1: “flagged” is true or false"),
    ],
)
def test_what_is_wrong_with_a_field_is_said(run: Run, line: dict[str, object], said: str) -> None:
    Path("a.jsonl").write_text(json.dumps(line))
    assert run("import", "a.jsonl").stderr == f"a.jsonl, line 1: {said}\n"


def test_null_is_a_field_that_is_absent(run: Run) -> None:
    fields = [name for name in LAYER if name not in ("kind", "text")]
    nothing = {"kind": "definition", "text": "(1) one"} | dict.fromkeys(fields)
    line = dict.fromkeys(RECORD) | {"text": "A text.", "layers": [nothing]}
    Path("a.jsonl").write_text(json.dumps(line))
    assert run("import", "a.jsonl").exit_code == 0
    (row,) = map(json.loads, run("export", "layers").stdout.splitlines())
    assert (row["position"], row["layers"][0]["status"], row["layers"][0]["flagged"]) == (0, "pending", False)


def test_a_language_is_what_it_says_whatever_its_case_and_region(run: Run) -> None:
    lines = [
        {"document": lang, "text": "Причина и следствие.", "lang": lang,
         "layers": [{"kind": "question", "text": "(1) Что?", "status": "accepted"}]}
        for lang in ("ru", "RU", "ru-RU", "ru_RU")
    ]  # fmt: skip
    Path("a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run("import", "a.jsonl").exit_code == 0
    for asked, found in (("ru", {"ru", "RU"}), ("Ru-ru", {"ru-RU"}), ("ru*", {"ru", "RU", "ru-RU", "ru_RU"})):
        rows = run("export", "layers", "--where", f"lang:{asked}").stdout.splitlines()
        assert {json.loads(row)["lang"] for row in rows} == found
    narrowed = run("export", "layers", "--lang", "RU-ru").stdout.splitlines()
    assert [json.loads(row)["document"] for row in narrowed] == ["ru-RU"]
    for row in run("export", "chat").stdout.splitlines():
        assert "Открытый вопрос" in json.loads(row)["messages"][2]["content"]


def test_a_model_with_blanks_in_its_name_is_left_out_of_an_export(run: Run) -> None:
    accepted = {"kind": "question", "text": "(1) x", "status": "accepted"}
    names = ("my model", "my", "model", "their model, 2")
    lines = [{"text": f"By {model}.", "layers": [accepted | {"model": model}]} for model in names]
    Path("a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run("import", "a.jsonl").exit_code == 0

    def texts(*without: str) -> list[str]:
        options = [word for pattern in without for word in ("--exclude-model", pattern)]
        return [json.loads(row)["messages"][1]["content"] for row in run("export", *options).stdout.splitlines()]

    assert texts("my model") == ["By my.", "By model.", "By their model, 2."]
    assert texts("my*", "their model, 2") == ["By model."]
