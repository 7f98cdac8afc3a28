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

from sklearn_prodemb.evaluation import _attribute_prediction, attribute_prediction
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


def pictures(kind):
    """A picture a row, of two shapes, and a copy of one."""
    arrays = [np.full((2 + i % 2, 3), i, np.uint8) for i in range(N - 1)]
    arrays.append(arrays[0])
    if kind == "arrays":
        return arrays
    if kind == "bytes":
        return [array.tobytes() for array in arrays]
    image = pytest.importorskip("PIL.Image")
    return [image.fromarray(array) for array in arrays]


@pytest.mark.parametrize("kind", ["arrays", "bytes", "PIL"])
def test_a_column_of_pictures(kind):
    values = np.empty(N, object)
    values[:] = pictures(kind)
    values[3] = None
    vectors = rng.normal(size=(N, 3))
    attributes = FRAME[["type", "colour"]]
    found = attribute_prediction(
        Rows(vectors), FRAME.assign(picture=values), attributes, random_state=0
    )
    # The same as without them, and copies are found beside them.
    assert found == attribute_prediction(
        Rows(vectors), FRAME, attributes, random_state=0
    )
    copied = FRAME.assign(picture=values, code=FRAME["type"].str.upper())
    with pytest.raises(ValueError, match="'code' of X tells attribute 'type'"):
        attribute_prediction(Rows(vectors), copied, attributes)


def test_a_column_of_lists_in_polars():
    X = pl.DataFrame({**FRAME.to_dict("list"), "words": [["a", "b"]] * N})
    found = attribute_prediction(Rows(np.zeros((N, 2))), X, FRAME[["colour"]])
    assert set(found) == {"colour"}


def test_a_column_is_numbered_once(monkeypatch):
    asked = []
    plain = _attribute_prediction.factorize

    def counted(values, what):
        asked.append(what)
        return plain(values, what)

    monkeypatch.setattr(_attribute_prediction, "factorize", counted)
    attribute_prediction(Rows(np.zeros((N, 2))), FRAME, FRAME[["type", "colour"]])
    assert asked.count("A value") == len(FRAME.columns)


@pytest.mark.parametrize("kind", ["arrays", "PIL"])
def test_pictures_in_a_list_are_each_a_group(kind):
    X = pictures(kind)
    vectors = rng.normal(size=(N, 3))
    rows = Rows(vectors)
    given = {"attributes": FRAME[["colour"]], "random_state": 0}
    found = attribute_prediction(rows, X, **given)
    assert rows.asked[0] is X[0]
    alone = [f"row {i}" for i in range(N)]
    assert found == attribute_prediction(Rows(vectors), alone, **given)
    with pytest.raises(TypeError, match="A group must be"):
        attribute_prediction(rows, alone, groups=X, **given)


def test_missing_titles_are_each_a_group():
    vectors = rng.normal(size=(N, 3))
    given = {"attributes": FRAME[["colour"]], "random_state": 0}
    # Half of the titles are missing, and some repeat.
    titles = [None if i % 2 else f"t{i // 4}" for i in range(N)]
    groups = [f"none {i}" if t is None else t for i, t in enumerate(titles)]
    found = attribute_prediction(Rows(vectors), titles, **given)
    assert found == attribute_prediction(Rows(vectors), titles, groups=titles, **given)
    # All titles missing: there would be a single group.
    attribute_prediction(Rows(vectors), [None] * N, **given)
    sides = _attribute_prediction._group_codes(None, titles, N)
    assert len(np.unique(sides)) == len(set(groups))


@pytest.mark.parametrize("shape", [(N, 4), (N, 2, 2)])
def test_rows_of_numbers(shape):
    X = rng.normal(size=shape)
    rows = Rows(X.reshape(N, -1))
    y = {"y": X.reshape(N, -1)[:, 0] > 0}
    found = attribute_prediction(rows, X, y, random_state=0)
    assert rows.asked is X
    assert found["y"] > 0.85
    # One column is one of ids.
    rows = Rows(X.reshape(N, -1))
    attribute_prediction(rows, np.arange(N).reshape(-1, 1), y, random_state=0)
    assert rows.asked == list(range(N))
    with pytest.raises(ValueError, match="'x', but X is no frame"):
        attribute_prediction(rows, X, y, hidden={"y": "x"})


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
