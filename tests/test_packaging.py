"""What the project declares is what it uses and what it is tested with."""

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MODULES = {"scikit-learn": "sklearn"}


EXTRAS = ["fasttext", "images", "litert", "plot", "progress", "transformers"]
EXTRAS += ["duckdb", "examples", "parquet", "usearch"]
# Too large for every set-up: it is pinned, but not tested at its oldest.
LARGE = ["spark"]


def pins(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def bounds(chosen=EXTRAS):
    extras = PROJECT["optional-dependencies"]
    declared = [*PROJECT["dependencies"]]
    for extra in chosen:
        declared += extras[extra]
    return dict(line.split(">=") for line in declared)


def same_version(a, b):
    a, b = (re.sub(r"(\.0)+$", "", version) for version in (a, b))
    return a == b


def test_the_oldest_versions_are_those_that_are_allowed():
    oldest = pins("constraints-oldest.txt")
    for name, bound in bounds().items():
        # Older builds of torch for PyPI bring CUDA along.
        if name != "torch":
            assert same_version(oldest[name], bound), name
    assert oldest["torch"] == pins("constraints.txt")["torch"]


def test_dependencies_are_pinned_for_development():
    assert bounds(EXTRAS + LARGE).keys() <= pins("constraints.txt").keys()


def test_what_is_imported_at_the_top_is_declared():
    names = [line.partition(">=")[0] for line in PROJECT["dependencies"]]
    declared = {MODULES.get(name, name) for name in names}
    for path in (ROOT / "sklearn_prodemb").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names}:
                assert name in declared | sys.stdlib_module_names, (path, name)
