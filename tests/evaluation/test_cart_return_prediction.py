import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import OneHotEncoder

from sklearn_prodemb.evaluation import cart_return_prediction

rng = np.random.default_rng(0)
N = 600
PRODUCTS = rng.integers(0, 30, N)
LINES = pd.DataFrame(
    {
        "user": [f"u{i // 4}" for i in range(N)],
        "product": PRODUCTS,
        "title": [f"title {p}" for p in PRODUCTS],
        "quantity": rng.integers(1, 9, N).astype(float),
        "cart_size": rng.integers(1, 5, N),
        "price": rng.random(N),
        # Some products come back, more so if many were bought.
        "returned": rng.random(N) < np.where(PRODUCTS % 5 == 0, 0.6, 0.1),
    }
)
TRAIN, TEST = LINES[:400], LINES[400:]
TABLE = rng.normal(size=(30, 6))


class Table(TransformerMixin, BaseEstimator):
    """Vectors of ids from a table; keeps what it was asked for."""

    def transform(self, X):
        self.asked = X
        return TABLE[np.asarray(X)]


def test_scores_are_those_of_the_plain_way():
    head = LogisticRegression(max_iter=1000)
    features = ["quantity", "price"]
    table = Table()
    found = cart_return_prediction(
        table,
        TRAIN,
        TEST,
        products="product",
        features=features,
        n_components=None,
        head=head,
    )
    X = [np.hstack([part[features], TABLE[part["product"]]]) for part in (TRAIN, TEST)]
    scores = head.fit(X[0], TRAIN["returned"]).decision_function(X[1])
    assert found["auc_roc"] == pytest.approx(roc_auc_score(TEST["returned"], scores))
    # A product is transformed once.
    assert sorted(table.asked) == sorted(TEST["product"].unique())


def test_vectors_are_reduced_by_what_training_holds():
    head = LogisticRegression(max_iter=1000)
    known = TRAIN["product"].unique()
    pca = PCA(3, random_state=0).fit(TABLE[known])
    X = [pca.transform(TABLE[part["product"]]) for part in (TRAIN, TEST)]
    scores = head.fit(X[0], TRAIN["returned"]).decision_function(X[1])
    found = cart_return_prediction(
        Table(),
        TRAIN,
        TEST,
        products="product",
        features=[],
        n_components=3,
        head=head,
        random_state=0,
    )
    assert found["auc_roc"] == pytest.approx(roc_auc_score(TEST["returned"], scores))


def test_vectors_tell_more_than_the_line_alone():
    words = TfidfVectorizer(token_pattern=r"\S+").fit(LINES["title"])
    alone = cart_return_prediction(None, TRAIN, TEST, random_state=0)
    both = cart_return_prediction(words, TRAIN, TEST, n_components=None, random_state=0)
    assert both["auc_roc"] > alone["auc_roc"] + 0.1
    assert both == cart_return_prediction(
        words, TRAIN, TEST, n_components=None, random_state=0
    )


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_a_frame_of_attributes(make):
    train, test = (
        make(part.assign(kind=part["product"] % 5 == 0).to_dict("list"))
        for part in (TRAIN, TEST)
    )
    codes = OneHotEncoder().fit(train[["kind"]])
    found = cart_return_prediction(
        codes, train, test, products=["kind"], features=[], random_state=0
    )
    assert found["auc_roc"] > 0.7


def test_a_user_is_in_one_part():
    words = TfidfVectorizer().fit(LINES["title"])
    with pytest.raises(ValueError, match=r"1 of 50 users of test .* them 'u100'"):
        cart_return_prediction(words, LINES[:402], LINES[402:])
    found = cart_return_prediction(
        words, LINES[:402], LINES[402:], shared_users="allow"
    )
    assert 0 < found["auc_roc"] < 1


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_users_that_are_missing_are_not_shared(make):
    users = [[None, *part["user"][1:]] for part in (TRAIN, TEST)]
    train, test = (
        make(part.to_dict("list") | {"user": user})
        for part, user in zip((TRAIN, TEST), users, strict=True)
    )
    found = cart_return_prediction(None, train, test, random_state=0)
    assert 0 < found["auc_roc"] < 1


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("kind", [int, float])
def test_returns_may_be_numbers(make, kind):
    train, test = (
        make(part.assign(returned=part["returned"].astype(kind)).to_dict("list"))
        for part in (TRAIN, TEST)
    )
    assert cart_return_prediction(
        None, train, test, random_state=0
    ) == cart_return_prediction(None, TRAIN, TEST, random_state=0)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([True, None, False], "row 1 .* is a missing value"),
        ([1.0, np.nan, 0.0], "row 1 .* is a missing value"),
        ([0, 2, 1], "row 1 .* is 2 of type int"),
        (["no", "yes", "no"], "row 0 .* is 'no' of type str"),
    ],
)
def test_returns_that_are_no_bool(make, cells, expected):
    test = TEST[:3].to_dict("list") | {"returned": cells}
    expected = expected.replace(".*", "of column 'returned' of test")
    with pytest.raises(ValueError, match=expected):
        cart_return_prediction(None, TRAIN, make(test))


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"train": [1]}, TypeError, "train must be a data frame of lines.* got list"),
        ({"test": TEST.drop(columns="user")}, ValueError, "test has no column 'user'"),
        ({"features": ["weight"]}, ValueError, "train has no column 'weight'; its"),
        ({"products": "sku"}, ValueError, "train has no column 'sku'"),
        ({"features": ["title"]}, ValueError, "'title' must be a column of numbers"),
        ({"train": TRAIN.assign(returned=False)}, ValueError, "All 400 lines of train"),
        ({"test": TEST.assign(returned=True)}, ValueError, "All 200 lines of test"),
        ({"transformer": None, "features": []}, ValueError, "nothing to learn from"),
        ({"shared_users": "ok"}, ValueError, "The 'shared_users' parameter"),
        ({"n_components": 0}, ValueError, "The 'n_components' parameter"),
    ],
)
def test_bad_input(change, error, match):
    good = {
        "transformer": TfidfVectorizer().fit(LINES["title"]),
        "train": TRAIN,
        "test": TEST,
    }
    with pytest.raises(error, match=match):
        cart_return_prediction(**{**good, **change})


def test_a_transformer_that_gives_other_rows():
    class One(Table):
        def transform(self, X):
            return np.zeros((1, 2))

    with pytest.raises(
        ValueError, match=r"a row for each of the 30 products.*\(1, 2\)"
    ):
        cart_return_prediction(One(), TRAIN, TEST)
