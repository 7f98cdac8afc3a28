"""The tables of the docs are those of the studies' results."""

import sys
from pathlib import Path

import pandas as pd
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


def test_products_and_users_are_dealt_out(render):
    import multimodal

    values = [f"t{i % 50}" for i in range(200)]
    found = multimodal.parts(values)
    assert found == multimodal.parts(values[::-1])
    counts = pd.Series(found).value_counts().to_dict()
    assert counts == {"train": 30, "validation": 10, "test": 10}


def test_the_table_of_multimodal_shows_test_scores_alone(render):
    import multimodal

    rows = pd.DataFrame(
        [
            ("test", "H&M", "colour", "title", 0.25),
            ("test", "H&M", "colour", "attributes", 0.5),
            ("test", "Beibei", "purchase", "title", 0.7512),
            ("validation", "Beibei", "purchase", "attributes", 0.9),
        ],
        columns=["part", "data", "task", "model", "score"],
    )
    assert multimodal.table(rows).splitlines() == [
        "| task | data | title | attributes |",
        "| --- | --- | --- | --- |",
        "| colour | H&M | 0.250 | **0.500** |",
        "| purchase | Beibei | **0.751** |  |",
    ]
    assert multimodal.table(rows[3:]).count("\n") == 1


def test_models_get_what_they_are_made_of(render):
    import multimodal

    columns = {"title", "product", *multimodal.ATTRIBUTES}
    for model in multimodal.MODELS.values():
        assert model.suits(columns)
        assert not model.suits(["weight"])
