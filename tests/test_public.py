"""The table of public names, and what follows from it."""

import doctest
import inspect
import pickle
from importlib import import_module
from pathlib import Path

import pytest
from sklearn.base import BaseEstimator

import sklearn_prodemb
from sklearn_prodemb._public import NAMES, ROOT, public
from sklearn_prodemb._sessions.immutable import Record
from sklearn_prodemb._utils.plain_state import PlainStateMixin

PACKAGE = Path(sklearn_prodemb.__file__).parent
PAGE = PACKAGE.parent / "docs" / "api.md"
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
# Files of names or numbers alone, which others' tests go through.
DATA = {"__init__.py", "_version.py", "exceptions.py", "config.py", "stop_words.py"}


def of(row):
    return getattr(import_module(row.path.rpartition(".")[0]), row.name)


@pytest.mark.parametrize("row", NAMES, ids=lambda row: row.path)
def test_a_public_name_is_known_by_its_public_place(row):
    thing = of(row)
    assert getattr(import_module(row.home_module), row.name) is thing
    assert f"{thing.__module__}.{thing.__qualname__}" == row.path
    assert pickle.loads(pickle.dumps(thing)) is thing
    assert row.name in import_module(thing.__module__).__all__


def test_titles_keep_all_their_words_by_default():
    defaults = {}
    for row in NAMES:
        if row.package != "exceptions":
            parameters = inspect.signature(of(row)).parameters
            if "normalizer" in parameters:
                defaults[row.name] = parameters["normalizer"].default
    # Encoders have no default. The published method has the published one.
    defaults = {k: v for k, v in defaults.items() if v is not inspect.Parameter.empty}
    assert defaults.pop("TextCNNEmbedder") == "es"
    assert {"ProductEmbedder", "normalize_titles", "MetaProd2Vec"} <= defaults.keys()
    assert set(defaults.values()) == {"basic"}


@pytest.mark.parametrize("package", sorted({row.package for row in NAMES}))
def test_a_package_offers_what_the_table_says(package):
    module = import_module(".".join(filter(None, (ROOT, package))))
    names = {row.name for row in NAMES if row.package == package}
    assert names | {"__version__"} >= set(getattr(module, "__all__", names)) >= names
    assert names <= set(dir(module))


def test_every_public_class_has_a_row():
    """Estimators, displays and what files hold, if nothing is derived from them."""
    rows = {row.path for row in NAMES}
    for path in PACKAGE.rglob("*.py"):
        import_module(
            ".".join((ROOT, *path.relative_to(PACKAGE).with_suffix("").parts))
        )
    found = []
    for base in (BaseEstimator, PlainStateMixin, Record):
        for kind in descendants(base):
            if kind.__module__.startswith(ROOT) and not descendants(kind):
                found.append(f"{kind.__module__}.{kind.__qualname__}")
    assert len(found) > 15
    assert set(found) <= rows


def descendants(kind):
    return [c for child in kind.__subclasses__() for c in (child, *descendants(child))]


def test_a_name_that_is_not_in_the_table_is_refused():
    class Unknown:
        pass

    with pytest.raises(KeyError):
        public(Unknown)


@pytest.mark.parametrize("row", NAMES, ids=lambda row: row.path)
def test_examples_run(row):
    home = import_module(row.home_module)
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    finder = doctest.DocTestFinder()
    for test in finder.find(of(row), row.path, module=home, globs={}):
        output = []
        runner.run(test, out=output.append)
        assert not runner.failures, "".join(output)


@pytest.mark.parametrize("row", NAMES, ids=lambda row: row.path)
def test_docstrings_have_the_sections_of_numpydoc(row):
    reader = pytest.importorskip(
        "sklearn.externals._numpydoc.docscrape",
        reason="scikit-learn has no reader of docstrings here",
    )
    thing = of(row)
    if inspect.isclass(thing):
        reader.ClassDoc(thing)
    for found in (thing, *vars(thing).values()):
        function = getattr(found, "__func__", found)
        if inspect.isfunction(function):
            reader.FunctionDoc(function)
            # A header within a paragraph is no section, and no error either.
            assert "----- " not in (function.__doc__ or "")
    assert "----- " not in thing.__doc__


def test_estimators_have_an_example():
    for row in NAMES:
        thing = of(row)
        if inspect.isclass(thing) and issubclass(thing, BaseEstimator):
            assert ">>>" in thing.__doc__, row.path


@pytest.mark.parametrize(
    "path",
    [p.relative_to(PACKAGE) for p in PACKAGE.rglob("*.py") if p.name not in DATA],
    ids=str,
)
def test_every_file_has_its_test(path):
    name = f"test_{path.stem.removeprefix('_')}.py"
    assert (PACKAGE.parent / "tests" / path.parent / name).exists()


def test_the_page_is_the_table(monkeypatch):
    monkeypatch.syspath_prepend(str(PAGE.parent))
    from make_api import page

    assert PAGE.read_text(encoding="utf-8") == page(), "run docs/make_api.py"
