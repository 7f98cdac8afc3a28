"""The tables of the docs are those of the studies' results."""

import sys
from pathlib import Path

import numpy as np
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
            ("test", "H&M", "colour", "most frequent value", 0.1),
            ("test", "H&M", "colour", "clicks", 0.25),
            ("test", "H&M", "colour", "title", 0.5),
            ("test", "Beibei", "purchase", "clicks", 0.7512),
            ("validation", "Beibei", "purchase", "clicks", 0.9),
        ],
        columns=["part", "data", "task", "model", "score"],
    )
    # In the order of the study, models without vectors last.
    assert multimodal.table(rows).splitlines() == [
        "| vectors of | colour (H&M) | purchase (Beibei) |",
        "| --- | --- | --- |",
        "| title | **0.500** |  |",
        "| clicks | 0.250 | **0.751** |",
        "| most frequent value | 0.100 |  |",
    ]


def test_models_get_what_they_are_made_of(render):
    import multimodal

    columns = {"title", "product", "picture", *multimodal.ATTRIBUTES}
    for model in multimodal.MODELS.values():
        assert model.suits(columns)
        assert not model.suits(["weight"])
        # A joined model's parts find their columns in what it takes.
        made = model.make(multimodal.Source(None, None, np.array))
        for _, _, takes in getattr(made, "embedders", ()):
            assert {*np.atleast_1d(takes)} <= {*model.takes}


def test_a_picture_goes_through_the_backbone_once(render):
    pytest.importorskip("PIL", reason="pictures need pillow")
    from multimodal import Remembered
    from PIL import Image

    n_seen = []

    def size(pictures):
        n_seen.append(len(pictures))
        return np.array([picture.size for picture in pictures])

    remembered = Remembered(size)
    pictures = [Image.new("RGB", (n, 2)) for n in (3, 5, 3)]
    assert remembered(pictures).tolist() == [[3, 2], [5, 2], [3, 2]]
    assert remembered(pictures[1:]).tolist() == [[5, 2], [3, 2]]
    assert n_seen == [2]


def test_tables_are_rounded_and_nothing_else(render):
    import sub_lengths
    from small import SESSIONS, TITLES, small_product

    titles = [*TITLES, "mesa silla"]
    encoder = small_product().fit(SESSIONS).encoder_
    vectors = encoder.encode(titles)
    for change, n_bytes in ((sub_lengths.as_float16, 2), (sub_lengths.as_int8, 1)):
        rounded = sub_lengths.with_tables(encoder, change)
        found = rounded.encode(titles)
        assert 0 < np.abs(found - vectors).max() < 0.05
        words = encoder.closed_form.word_vectors
        table = rounded.closed_form.word_vectors
        steps = np.abs(words).max(axis=1, keepdims=True) / 127
        assert (np.abs(table - words) <= 0.51 * steps).all()
        same = (
            rounded.closed_form.product_vectors == encoder.closed_form.product_vectors
        )
        assert same.all()
        assert sub_lengths.megabytes(encoder, n_bytes) < sub_lengths.megabytes(encoder)
