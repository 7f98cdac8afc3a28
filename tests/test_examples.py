"""Examples: their form, what they import, and those that cost least.

`make docs` runs all of the gallery, which takes minutes.
"""

import ast
import re
import runpy
import sys
import tomllib
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))
GALLERY = sorted(EXAMPLES.glob("plot_*.py"))
DATA = ROOT.parent / "shared" / "data"
MODULES = {"PIL": "pillow", "sklearn": "scikit-learn"}
OF_STUDIES = {"corpora"}

of_scripts = pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.stem)
of_gallery = pytest.mark.parametrize("script", GALLERY, ids=lambda s: s.stem)


def tree_of(script):
    return ast.parse(script.read_text(encoding="utf-8"), str(script))


def cells(script):
    """The cells after the title, each its text and its code."""
    _, *found = re.split(
        r"^# %%\n", script.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    for cell in found:
        text, code = re.fullmatch(r"((?:#.*\n)*)([\s\S]*)", cell).groups()
        yield re.sub(r"^# ?", "", text, flags=re.MULTILINE), code


def imports(script):
    """The import statements, wherever they stand."""
    kinds = (ast.Import, ast.ImportFrom)
    return [node for node in ast.walk(tree_of(script)) if isinstance(node, kinds)]


def modules(script):
    for node in imports(script):
        yield from (
            [node.module]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )


def run(script, *arguments, monkeypatch, tmp_path):
    """Run a script in an empty folder; give what it defines and what it draws."""
    pictures = []

    def show():
        for number in plt.get_fignums():
            figure = plt.figure(number)
            figure.canvas.draw()
            pictures.append(np.asarray(figure.canvas.buffer_rgba()))
        plt.close("all")

    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", [script.name, *map(str, arguments)])
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(plt, "show", show)
    plt.switch_backend("agg")
    scope = runpy.run_path(str(script), run_name="__main__")
    assert not plt.get_fignums(), "a picture that is not shown"
    assert not [*folder.iterdir()], "files that are left behind"
    return scope, pictures


@of_gallery
def test_a_page_has_a_title_and_says_what_it_is_about(script):
    doc = ast.get_docstring(tree_of(script))
    above, title, below, about = re.fullmatch(
        r"(?:(=+)\n)?(.+)\n(=+)\n\n([\s\S]+)", doc
    ).groups()
    assert {len(line) for line in (above, below) if line} == {len(title)}
    assert about.strip()


@of_gallery
def test_a_page_has_sections_with_code_that_shows_something(script):
    found = [*cells(script)]
    headings = re.findall(r"^(.+)\n(-+)\n", "\n".join(text for text, _ in found), re.M)
    assert 2 <= len(headings) <= 6
    assert all(len(title) == len(line) for title, line in headings)
    # Each cell tells of its code, and the first picture is the page's thumbnail. A last
    # word needs no code.
    assert all(text.strip() for text, _ in found)
    assert all(code.strip() for _, code in found[:-1])
    assert any("\nplt.show()\n" in code for _, code in found)


@of_gallery
def test_a_page_can_be_a_notebook(script):
    text = script.read_text(encoding="utf-8")
    assert "__file__" not in text
    assert "matplotlib.use(" not in text


@of_scripts
def test_what_is_imported_is_there_and_public(script):
    compile(tree_of(script), str(script), "exec")
    nodes = imports(script)
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module.startswith("sklearn_"):
            names = [*node.module.split("."), *(alias.name for alias in node.names)]
            assert not [name for name in names if name.startswith("_")]
    for node in nodes:
        if {alias.name for alias in node.names} - OF_STUDIES:
            module = ast.Module([node], type_ignores=[])
            exec(compile(module, str(script), "exec"), {})


@of_scripts
def test_what_is_imported_comes_with_the_extra(script):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["examples"]
    brought = {re.split("[>=]", line)[0] for line in declared} | {project["name"]}
    brought |= {"sklearn_prodemb"} | OF_STUDIES | sys.stdlib_module_names
    names = {module.partition(".")[0] for module in modules(script)}
    assert {MODULES.get(name, name) for name in names} <= brought


def test_a_log_becomes_sessions(monkeypatch, tmp_path):
    pytest.importorskip("pandas", minversion="2.2")
    script = EXAMPLES / "plot_event_log_to_sessions.py"
    scope, pictures = run(script, monkeypatch=monkeypatch, tmp_path=tmp_path)
    assert [picture.std() > 10 for picture in pictures] == [True]
    # Half an hour lies on the step that the page speaks of, as does two hours.
    at = dict(zip(scope["gaps"], scope["n_sessions"], strict=True))
    on_the_step = [n for gap, n in at.items() if 25 < gap < 150]
    assert max(on_the_step) < 1.05 * min(on_the_step)
    assert scope["people"].lengths.max() < 50 < scope["sessions"].lengths.max()


def test_a_new_day_is_added(monkeypatch, tmp_path):
    pytest.importorskip("duckdb")
    script = EXAMPLES / "plot_new_day.py"
    scope, pictures = run(script, monkeypatch=monkeypatch, tmp_path=tmp_path)
    assert [picture.std() > 10 for picture in pictures] == [True]
    kept = np.corrcoef(scope["cosines"])[0, 1]
    fitted, aligned = (
        (scope["of_old"] * vectors).sum(1).mean()
        for vectors in scope["across"].values()
    )
    assert fitted < 0.5 < 0.9 < min(kept, aligned)
    before, after = scope["know"].values()
    assert before == 0 < after


def test_a_first_look(monkeypatch, tmp_path):
    script = EXAMPLES / "plot_diagnostics.py"
    scope, pictures = run(script, monkeypatch=monkeypatch, tmp_path=tmp_path)
    # New titles are not seen, but predicted.
    new = scope["coverage"].summary()
    assert new["seen_titles"] == 0 < new["predicted_titles"]
    seen = scope["embedder"].coverage(scope["known"].titles).summary()
    assert seen["seen_titles"] > 0.9
    assert seen["known_words"] > new["known_words"]
    assert [picture.std() > 10 for picture in pictures] == [True] * 3


def test_edited_titles_are_found_by_ids(monkeypatch, tmp_path):
    script = EXAMPLES / "plot_product_ids.py"
    scope, pictures = run(script, monkeypatch=monkeypatch, tmp_path=tmp_path)
    assert [picture.std() > 10 for picture in pictures] == [True]
    for embedder in scope["embedders"].values():
        by_title, by_id = (
            [scope["mean_cosine"](embedder, n, columns) for n in (0, 1, 5)]
            for columns in ("title", ["title", "product_id"])
        )
        assert by_title[0] > 0.999
        assert by_title[1] < by_id[1]
        assert by_title[2] + 0.05 < by_id[2]


def test_similar_products(monkeypatch, tmp_path):
    script = EXAMPLES / "plot_similar_products.py"
    scope, pictures = run(script, monkeypatch=monkeypatch, tmp_path=tmp_path)
    tents = "Carpas y gazebos"
    assert scope["alike"]["category"].eq(tents).all()
    assert scope["seen_with"]["category"].ne(tents).all()
    # Of what was seen in one session the second index finds more.
    like, seen_with = scope["recall"].values()
    assert 0.1 < like < seen_with
    assert [picture.std() > 10 for picture in pictures] == [True]


def test_refit_and_align(monkeypatch, tmp_path):
    script = EXAMPLES / "plot_refit_and_align.py"
    scope, pictures = run(script, monkeypatch=monkeypatch, tmp_path=tmp_path)
    old, new, aligned, trained_again = scope["of_old_model"]
    # On other axes the old model is about as good as chance.
    assert new < 0.7 < 0.9 < min(old, aligned, trained_again)
    lengths = scope["of_lengths"]
    assert (lengths["truncate"] >= lengths["first columns"]).all()
    assert [picture.std() > 10 for picture in pictures] == [True]


def test_instacart_says_that_there_is_no_data(monkeypatch, tmp_path):
    script = EXAMPLES / "instacart.py"
    with pytest.raises(SystemExit) as stop:
        run(script, tmp_path, monkeypatch=monkeypatch, tmp_path=tmp_path)
    message = str(stop.value)
    assert str(tmp_path / "instacart" / "sessions.parquet") in message
    assert "Name the folder" in message


@pytest.mark.skipif(not DATA.exists(), reason="the real data is not here")
def test_instacart_on_few_baskets(monkeypatch, tmp_path, capsys):
    script = EXAMPLES / "instacart.py"
    monkeypatch.delitem(sys.modules, "corpora", raising=False)
    few = ("--limit", 200, "--labels", 100)
    run(script, DATA, *few, monkeypatch=monkeypatch, tmp_path=tmp_path)
    monkeypatch.delitem(sys.modules, "corpora")
    printed = capsys.readouterr().out
    assert printed.startswith("Processor: ")
    assert "Sessions(n_sessions=200," in printed
    for task in ("instacart-reorder", "instacart-restricted"):
        row = re.search(rf"^{task} +100 +(.+)$", printed, re.MULTILINE)
        ours, _, words, _ = map(float, row[1].split())
        assert 0.5 < ours < 1
        assert 0.5 < words < 1
