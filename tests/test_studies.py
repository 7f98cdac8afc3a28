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


def test_titles_are_edited_by_one_word(render):
    from product_ids import edited

    titles = [f"mesa pino {i}" for i in range(50)] + ["silla"]
    found = edited(titles)
    assert found == edited(titles)
    for title, changed in zip(titles, found, strict=True):
        words, now = title.split(), changed.split()
        assert abs(len(now) - len(words)) == 1
        longer, shorter = sorted([words, now], key=len, reverse=True)
        cut = [longer[:i] + longer[i + 1 :] for i in range(len(longer))]
        assert shorter in cut
    assert len(found[-1].split()) == 2
    assert {len(title.split()) for title in found[:-1]} == {2, 4}


def test_the_table_of_product_ids(render):
    from product_ids import table

    rows = [
        {"corpus": c, "setting": s, "task": t, "as they are": a, "edited": e}
        for c, s, t, a, e in [
            ("online_retail", "titles alone", "session mates", 0.5, 0.25),
            ("online_retail", "titles and ids", "session mates", 0.5, 0.75),
            ("hm", "titles alone", "one", 0.25, 0.5),
            ("hm", "titles alone", "two", 0.75, 1),
            ("hm", "titles and ids", "one", 0.5, 1),
            ("hm", "titles and ids", "two", 1, 1),
        ]
    ]
    rows += [
        {"corpus": "online_retail", "setting": s, "task": "renamed", "as they are": a}
        for s in ("titles alone", "titles and ids")
        for a in (0.5, 1)
    ]
    assert table(rows).splitlines() == [
        "| titles | titles alone | titles and ids |",
        "| --- | --- | --- |",
        "| hm: tasks | 0.500 | 0.750 |",
        "| hm: tasks, edited | 0.750 | 1.000 |",
        "| online_retail: session mates | 0.500 | 0.500 |",
        "| online_retail: session mates, edited | 0.250 | 0.750 |",
        "| online_retail: renamed | 0.750 | 0.750 |",
    ]
