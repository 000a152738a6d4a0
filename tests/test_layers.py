"""Imports go downward only, and importing the package does no work."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import summarize

PACKAGE = Path(summarize.__file__).parent
ROOMS = sorted(PACKAGE.rglob("*.py"))

# docs/architecture.md: a room may import its own layer and those below it (higher numbers).
LAYERS = {
    "summarize.__init__": 1,
    "summarize.__main__": 1,
    "summarize.cli": 1,
    "summarize.commands": 1,
    "summarize.inventory": 1,
    "summarize.pipelines": 1,
    "summarize.shortcuts": 1,
    "summarize.digester": 2,
    "summarize.summarizer": 2,
    "summarize.translation": 2,
    "summarize.translator": 2,
    "summarize.sentence_translator": 2,
    "summarize.terms": 2,
    "summarize.drafts": 2,
    "summarize.batching": 2,
    "summarize.repair": 2,
    "summarize.tuning": 2,
    "summarize.evaluation": 2,
    "summarize.generation": 3,
    "summarize.engine": 4,
    "summarize.models": 5,
    "summarize.news": 5,
    "summarize.closing": 5,
    "summarize.options": 5,
    "summarize.errors": 5,
}
HEAVY = {"torch", "transformers", "kiwipiepy", "trafilatura", "tqdm", "numpy", "huggingface_hub"}


def module_name(path: Path) -> str:
    return ".".join(("summarize", *path.relative_to(PACKAGE).with_suffix("").parts))


def layer_of(module: str) -> int:
    if module == "summarize":
        return LAYERS["summarize.__init__"]
    parts = module.split(".")
    name = ".".join(parts[:2])
    assert name in LAYERS, f"{module} has no layer: add it here and to docs/architecture.md"
    return LAYERS[name]


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the layer"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", ROOMS, ids=module_name)
def test_imports_go_downward(path: Path) -> None:
    module = module_name(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name in imported(tree):
        if name.split(".")[0] == "summarize" and name != "summarize":
            assert layer_of(name) >= layer_of(module), f"{module} imports {name} from above"


@pytest.mark.parametrize("path", ROOMS, ids=module_name)
def test_modules_open_with_their_contract(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_the_knowledge_layer_never_needs_torch_at_import() -> None:
    rooms = [m for m in map(module_name, ROOMS) if not m.endswith("__") and layer_of(m) == 5]
    assert "torch" not in modules_after(*rooms)


def test_import_does_no_work() -> None:
    loaded = modules_after("summarize")
    assert not HEAVY & loaded
    assert {m for m in loaded if m.startswith("summarize.")} == set()


def test_help_needs_nothing_heavy() -> None:
    assert not HEAVY & modules_after("summarize.cli")


def test_exported_names_are_sorted_and_all_load() -> None:
    assert summarize.__all__ == sorted(summarize.__all__)
    assert set(summarize.__all__) == set(summarize._HOMES)
    for name in summarize.__all__:
        assert getattr(summarize, name).__module__ == summarize._HOMES[name]


def test_every_error_is_exported() -> None:
    from summarize import errors

    tree = [v for v in vars(errors).values() if isinstance(v, type)]
    ours = {error.__name__ for error in tree if issubclass(error, errors.SummarizeError)}
    assert len(ours) > 10
    assert ours <= set(summarize.__all__)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'sumarize'; it has Article"):
        _ = summarize.sumarize


def modules_after(*modules: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after importing `modules`."""
    code = "import sys, json; " + "; ".join(f"import {m}" for m in modules)
    code += "; print(json.dumps(list(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout))
