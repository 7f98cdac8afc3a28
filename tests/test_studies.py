"""The tables of the docs are those of the studies' results."""

import sys
from pathlib import Path

import pytest

STUDIES = Path(__file__).parents[1] / "studies"


@pytest.fixture
def render(monkeypatch):
    monkeypatch.syspath_prepend(str(STUDIES))
    import render

    yield render
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", "")).startswith(str(STUDIES)):
            del sys.modules[name]


def test_pages_show_the_results(render):
    for path in render.PAGES:
        text = path.read_text(encoding="utf-8")
        assert text == render.page(text), path
        assert render.TABLE.search(text), path
