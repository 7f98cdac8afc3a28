import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import OneHotEncoder

from sklearn_prodemb.evaluation import attribute_prediction
from sklearn_prodemb.multimodal import AttributeAutoencoder

rng = np.random.default_rng(0)
N = 120
FRAME = pd.DataFrame(
    {
        "title": [f"{w} {i}" for i, w in enumerate(rng.choice(["mate", "carpa"], N))],
        "type": rng.choice(["shoe", "shirt", "hat"], N),
        "colour": rng.choice(["red", "blue"], N),
    }
)


class Rows(TransformerMixin, BaseEstimator):
    """Gives known rows, and keeps what it was asked for."""

    def __init__(self, vectors):
        self.vectors = vectors

    def transform(self, X):
        self.asked = X
        return self.vectors


def test_scores_are_those_of_the_plain_split():
    vectors = rng.normal(size=(N, 5))
    y = rng.integers(0, 3, N)
    test = rng.random(N) < 0.4
    titles = [f"t{i}" for i in range(N)]
    found = attribute_prediction(Rows(vectors), titles, {"y": y}, test=test)
    head = LogisticRegression(max_iter=1000).fit(vectors[~test], y[~test])
    assert found == {"y": head.score(vectors[test], y[test])}


def test_a_group_is_on_one_side():
    # The vector is the group: who knows it knows the answer.
    group = rng.integers(0, 30, 300)
    y = rng.integers(0, 2, 30)[group]
    vectors = np.eye(30)[group]
    names = [f"t{g}" for g in group]
    nearest = {"head": KNeighborsClassifier(1), "random_state": 0}
    alone = [f"row {i}" for i in range(300)]
    leaky = attribute_prediction(Rows(vectors), alone, {"y": y}, **nearest)
    assert leaky["y"] > 0.95
    test = rng.random(300) < 0.3
    for how in (
        {"X": names},
        {"X": alone, "groups": names},
        {"X": pd.DataFrame({"a": alone}), "groups": pd.Series(names)},
    ):
        for side in (0.4, test):
            if side is test:
                # Nearly all groups have a test row: leave a few whole ones.
                side = test & (group < 20)
            found = attribute_prediction(
                Rows(vectors), attributes={"y": y}, test=side, **how, **nearest
            )
            assert found["y"] < 0.85


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, pl.LazyFrame])
def test_the_column_of_an_attribute_is_taken_away(make):
    rows = Rows(np.zeros((N, 2)))
    X = make(FRAME.to_dict("list"))
    attribute_prediction(rows, X, FRAME[["colour"]])
    assert type(rows.asked) is type(X)
    asked = rows.asked
    if isinstance(asked, pl.LazyFrame):
        asked = asked.collect()
    asked = pd.DataFrame({c: list(asked[c]) for c in FRAME})
    if make is pa.table:
        asked = rows.asked.to_pandas()
    assert asked["colour"].isna().all()
    assert asked[["title", "type"]].equals(FRAME[["title", "type"]])
    attribute_prediction(rows, X, FRAME[["colour"]], hidden={"colour": "type"})
    names = ["colour", "type"]
    hidden = rows.asked
    hidden = hidden.collect() if isinstance(hidden, pl.LazyFrame) else hidden
    for name in names:
        values = hidden[name]
        values = values.to_pylist() if make is pa.table else list(values)
        assert pd.isna(pd.Series(values)).all()


@pytest.mark.parametrize(
    "embedder",
    [
        AttributeAutoencoder(embedding_dim=16, max_epochs=30, random_state=0),
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), ["type", "colour"])
        ),
    ],
)
def test_an_embedder_of_attributes_does_not_see_the_answer(embedder):
    X = FRAME[["type", "colour"]]
    fitted = embedder.fit(X)
    # Attributes that have nothing to do with each other.
    found = attribute_prediction(fitted, X, X, random_state=0)
    assert found["type"] < 0.6
    assert found["colour"] < 0.75
    seen = X.rename(columns={"type": "kind"})
    with pytest.raises(
        ValueError, match="'type' of X tells attribute 'kind' one to on"
    ):
        attribute_prediction(fitted, X, seen[["kind"]])
    hidden = attribute_prediction(
        fitted, X, seen[["kind"]], hidden={"kind": ["type"]}, random_state=0
    )
    assert hidden["kind"] == found["type"]


def test_a_copy_in_other_words_is_refused():
    codes = FRAME["type"].map({"shoe": 7, "shirt": 3, "hat": 1})
    X = FRAME.assign(code=codes)
    with pytest.raises(ValueError, match=r"'code' .*hidden={'type': \['code'\]}"):
        attribute_prediction(Rows(np.zeros((N, 2))), X, FRAME[["type"]])


def test_missing_values_are_left_out_and_unseen_classes_are_wrong():
    y = ["a", "b"] * 20
    vectors = np.eye(2)[[0, 1] * 20]
    test = np.arange(40) >= 20
    titles = [f"t{i}" for i in range(40)]
    some = [*y[:36], None, None, "rare", "b"]
    found = attribute_prediction(
        Rows(vectors), titles, {"y": y, "some": some}, test=test
    )
    assert found == {"y": 1.0, "some": 17 / 18}


def test_training_labels_are_drawn_by_seed():
    X = FRAME["title"]
    words = TfidfVectorizer().fit(X)
    attributes = {"colour": FRAME["colour"]}

    def score(seed, size):
        return attribute_prediction(
            words, X, attributes, train_size=size, random_state=seed
        )

    assert score(0, 20) == score(0, 20)
    assert len({score(seed, 20)["colour"] for seed in range(5)}) > 1
    with pytest.raises(
        ValueError, match="train_size=99, but attribute 'colour' is kno"
    ):
        score(0, 99)


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"attributes": ["a"] * N}, TypeError, "a data frame or a dict .* got list"),
        ({"attributes": {}}, ValueError, "There is no attribute"),
        ({"attributes": {"c": ["a"]}}, ValueError, "each of the 120 products.* got 1"),
        ({"attributes": {"c": ["a"] * N}}, ValueError, "'c' has .* 1 classes"),
        ({"attributes": {"c": [None] * N}}, ValueError, "'c' has 0 test products"),
        ({"groups": ["a"]}, ValueError, "groups must have a value for each of the 120"),
        ({"groups": ["a"] * N}, ValueError, "test=0.4 of 1 groups"),
        ({"test": [True]}, ValueError, "a bool for each of the 120 products"),
        ({"test": np.zeros(N)}, ValueError, "dtype float64"),
        ({"test": np.zeros(N, bool)}, ValueError, "has 0 test products"),
        ({"test": 1.0}, ValueError, "The 'test' parameter"),
        ({"train_size": 1}, ValueError, "The 'train_size' parameter"),
        ({"hidden": {"x": "type"}}, ValueError, "'x', which is none of the attributes"),
        ({"hidden": {"colour": "x"}}, ValueError, "'x', but X has columns"),
        (
            {"X": FRAME["title"], "hidden": {"colour": "x"}},
            ValueError,
            "'x', but X is no frame",
        ),
        ({"transformer": Rows(np.zeros((3, 2)))}, ValueError, "for each of the 120"),
    ],
)
def test_bad_input(change, error, match):
    good = {
        "transformer": Rows(np.zeros((N, 2))),
        "X": FRAME,
        "attributes": FRAME[["colour"]],
    }
    with pytest.raises(error, match=match):
        attribute_prediction(**{**good, **change})
