"""The site: what a build needs, without a build. `make docs` does the rest."""

import inspect
import re
import runpy
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import sklearn
import yaml

from sklearn_prodemb import __version__
from sklearn_prodemb._public import NAMES
from sklearn_prodemb._public import ROOT as ROOT_MODULE

pytest.importorskip("sphinx")
from numpydoc.validate import validate

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
TOCTREE = re.compile(r"^```\{toctree\}\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([\w./-]+)\)")
OF_DEVELOPERS = {"benchmarks", "dev", "docs", "examples"}

# Not asked of a docstring: a second paragraph, See Also and examples in each method;
# types behind several names that are "as of" another method; a capital where the text
# is a letter of a formula. A name before the type of a result is scikit-learn's way.
NOT_ASKED = {"ES01", "SA01", "EX01", "PR04", "PR08", "RT02"}


@pytest.fixture
def make_api(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    return import_module("make_api")


@pytest.fixture
def extension(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))
    return import_module


@pytest.fixture
def conf(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    return runpy.run_path(str(DOCS / "conf.py"))


def entries(page):
    """The pages in the toctrees of a page."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    lines = "".join(TOCTREE.findall(text)).splitlines()
    titled = (line for line in lines if line and not line.startswith(":"))
    return [re.sub(r".*<(.+)>", r"\1", line) for line in titled]


def test_the_configuration_is_read(conf):
    assert conf["release"] == __version__
    for name in conf["extensions"]:
        assert import_module(name).setup, name


def test_every_page_is_in_one_toctree():
    found, left = ["index"], ["index"]
    while left:
        below = [e for e in entries(left.pop()) if (DOCS / f"{e}.md").exists()]
        left += below
        found += below
    assert sorted(found) == sorted(page.stem for page in DOCS.glob("*.md")), (
        "name each page once in a toctree, such as that of docs/guides.md"
    )


@pytest.mark.parametrize("page", ["get_started", "guides", "method_and_results"])
def test_a_page_links_to_the_pages_below_it(page):
    links = LINK.findall((DOCS / f"{page}.md").read_text(encoding="utf-8"))
    assert {f"{entry}.md" for entry in entries(page)} <= {*links}


def test_every_public_name_has_a_page(make_api, tmp_path):
    (tmp_path / "sklearn_prodemb.Gone.rst").touch()
    make_api.write_pages(tmp_path)
    assert {page.stem for page in tmp_path.iterdir()} == {row.path for row in NAMES}
    for row in NAMES:
        page = (tmp_path / f"{row.path}.rst").read_text(encoding="utf-8")
        assert re.search(rf"^\.\. auto\w+:: {re.escape(row.path)}$", page, re.MULTILINE)
        assert f"\napi/{row.path}\n" in make_api.toctrees("api")


def test_a_page_that_has_not_changed_is_not_written(make_api, tmp_path):
    make_api.write_pages(tmp_path)
    kept, changed, *_ = sorted(tmp_path.iterdir())
    before = kept.stat().st_mtime_ns
    text = changed.read_text(encoding="utf-8")
    changed.write_text("other", encoding="utf-8")
    make_api.write_pages(tmp_path)
    assert kept.stat().st_mtime_ns == before
    assert changed.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ProductEmbedder", "sklearn_prodemb.ProductEmbedder"),
        ("ProductEmbedder(max_epochs=0)", "sklearn_prodemb.ProductEmbedder"),
        ("Sessions.from_events", "sklearn_prodemb.Sessions.from_events"),
        ("evaluation.TrainSizeDisplay", "sklearn_prodemb.evaluation.TrainSizeDisplay"),
        ("sklearn_prodemb.load(path)", "sklearn_prodemb.load"),
        ("normalize_titles", "sklearn_prodemb.normalize_titles"),
        ("load", None),
        ("from_events", None),
        ("Sessions.from_nowhere", None),
        ("SpectralEmbedders", None),
        ("embedder.transform(titles)", None),
    ],
)
def test_names_in_backticks_are_links(text, name, extension):
    rows = {row.path for row in NAMES}
    objects = {*rows, "sklearn_prodemb.Sessions.from_events"}
    find = extension("public_links").full_name
    methods = {"load", "transform", "from_events"}
    assert find(text, objects, methods) == name
    if text == "from_events":
        inside = "sklearn_prodemb.Sessions"
        assert find(text, objects, methods, inside) == f"{inside}.{text}"


@pytest.mark.parametrize(
    ("link", "place"),
    [
        ("../examples/plot_first_steps.py", "auto_examples/plot_first_steps.rst"),
        ("../examples", "auto_examples/index.rst"),
        ("../CHANGELOG.md", "changelog.md"),
        ("../CONTRIBUTING.md#habits", "contributing.md#habits"),
        ("../examples/demo.py", "../examples/demo.py"),
        ("results.md#new-titles", "results.md#new-titles"),
    ],
)
def test_links_out_of_the_docs_lead_to_the_site(link, place, extension):
    assert extension("pages").on_the_site(f"[a]({link}).") == f"[a]({place})."


def test_a_link_that_says_a_file_says_the_title_of_its_page(extension):
    change = extension("pages").on_the_site
    assert change("[matching.md](matching.md#a)") == "[Product matching](matching.md#a)"
    assert change("[demo.py](demo.py)") == "[demo.py](demo.py)"


def test_the_gallery_shows_each_example_in_its_place(conf, extension):
    gallery = conf["sphinx_gallery_conf"]
    (DOCS / gallery["examples_dirs"] / "GALLERY_HEADER.rst").resolve(strict=True)
    scripts = [path.name for path in (ROOT / "examples").glob("*.py")]
    shown = {s for s in scripts if not re.search(gallery["ignore_pattern"], s)}
    run = {s for s in scripts if re.search(gallery["filename_pattern"], f"/{s}")}
    assert shown == run == {*extension("gallery").ORDER}, "see docs/_ext/gallery.py"


def test_an_example_does_not_see_what_another_has_set(extension):
    with sklearn.config_context():
        sklearn.set_config(transform_output="pandas", enable_metadata_routing=True)
        extension("gallery").reset_scikit_learn({}, "plot_next.py")
        assert sklearn.get_config()["transform_output"] == "default"
        assert not sklearn.get_config()["enable_metadata_routing"]


def test_the_extras_that_are_told_are_those_that_there_are():
    text = (DOCS / "get_started.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert sorted(told) == sorted({*PROJECT["optional-dependencies"]} - OF_DEVELOPERS)


def test_how_to_cite():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == __version__
    assert cited["title"] == PROJECT["name"]
    assert cited["license"] == PROJECT["license"]
    assert cited["abstract"] == PROJECT["description"]
    for work in (cited, *cited["references"]):
        assert work["type"]
        assert work["title"]
        assert all({*author} & {"name", "family-names"} for author in work["authors"])
    assert len(cited["references"]) == 3


def documented(row):
    """The full name of a public name and those of the methods that we give it."""
    thing = getattr(import_module(row.path.rpartition(".")[0]), row.name)
    yield row.path
    for name in dir(thing) if inspect.isclass(thing) else ():
        if name[0] == "_" or not inspect.isroutine(getattr(thing, name)):
            continue
        owner = next(kind for kind in thing.__mro__ if name in vars(kind))
        if owner.__module__.startswith(ROOT_MODULE):
            yield f"{row.path}.{name}"


@pytest.mark.parametrize("row", NAMES, ids=lambda row: row.path)
def test_docstrings_are_complete(row):
    for name in documented(row):
        found = [e for e in validate(name)["errors"] if e[0] not in NOT_ASKED]
        # Arguments of what only raises.
        assert [e for e in found if "'**kwargs'" not in e[1]] == [], name
