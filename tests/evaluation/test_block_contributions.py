"""What the blocks of a vector add to the decision of a linear model."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import (
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    SGDRegressor,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC
from small import LABELS, PRICES, SESSIONS, TITLES, small, small_product, spectral

from sklearn_prodemb.evaluation import block_contributions

THREE = np.array(["xyz"[i % 3] for i in range(len(TITLES))])
NEW = ["zapatilla nueva 7", "mesa mesa", "zzz", ""]
BLOCKS = ["words", "contexts", "products", "intercept"]


@pytest.fixture(scope="module")
def embedder():
    return small_product(max_epochs=0).fit(SESSIONS)


def assert_adds_up(contributions, decision):
    assert list(contributions) == BLOCKS
    total = sum(contributions.values())
    np.testing.assert_allclose(total, decision, atol=1e-4 * np.abs(decision).max())
    for name in BLOCKS[:-1]:
        assert contributions[name].shape == decision.shape
        assert contributions[name].dtype == np.float64


@pytest.mark.parametrize("head", [LogisticRegression(), LinearSVC(), RidgeClassifier()])
@pytest.mark.parametrize("y", [LABELS, THREE], ids=["two", "three"])
def test_of_classifiers(embedder, head, y):
    model = make_pipeline(FrozenEstimator(embedder), head).fit(TITLES, y)
    found = block_contributions(model, [*TITLES, *NEW])
    assert_adds_up(found, model.decision_function([*TITLES, *NEW]))
    # The plain way: other blocks of a vector are zero.
    vectors = embedder.transform([*TITLES, *NEW])
    for name, columns in embedder.encoder_.blocks.items():
        alone = np.zeros_like(vectors)
        alone[:, columns] = vectors[:, columns]
        plain = model[-1].decision_function(alone) - model[-1].intercept_
        np.testing.assert_allclose(found[name], plain, atol=1e-5)
    # A title without a known word has the intercept alone.
    assert not any(found[name][-1].any() for name in BLOCKS[:-1])


@pytest.mark.parametrize("head", [Ridge(), SGDRegressor(), Ridge(fit_intercept=False)])
def test_of_regressors(embedder, head):
    model = make_pipeline(FrozenEstimator(embedder), head).fit(TITLES, PRICES)
    assert_adds_up(block_contributions(model, TITLES), model.predict(TITLES))


@pytest.mark.parametrize("n_targets", [1, 2])
def test_of_several_targets(embedder, n_targets):
    y = np.stack([PRICES, -PRICES], axis=1)[:, :n_targets]
    model = make_pipeline(FrozenEstimator(embedder), Ridge()).fit(TITLES, y)
    assert_adds_up(block_contributions(model, TITLES), model.predict(TITLES))


def test_of_two_that_are_fitted_already(embedder):
    head = LogisticRegression().fit(embedder.transform(TITLES), LABELS)
    model = make_pipeline(embedder, head)
    decision = head.decision_function(embedder.transform(NEW))
    assert_adds_up(block_contributions(model, NEW), decision)


@pytest.mark.parametrize(
    "scaler",
    [
        StandardScaler(),
        StandardScaler(with_mean=False),
        MaxAbsScaler(),
        MinMaxScaler(),
        RobustScaler(),
        Normalizer(),
        "passthrough",
        None,
    ],
)
def test_scalers_may_lie_between(embedder, scaler):
    steps = [("emb", FrozenEstimator(embedder)), ("scale", scaler), ("lr", LinearSVC())]
    model = Pipeline(steps).fit(TITLES, LABELS)
    decision = model.decision_function(TITLES)
    assert_adds_up(block_contributions(model, TITLES), decision)


def test_frames_between_steps(embedder):
    model = make_pipeline(FrozenEstimator(embedder), StandardScaler(), Ridge())
    embedder.set_output(transform="pandas")
    try:
        model[1:-1].set_output(transform="pandas")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model.fit(TITLES, PRICES)
            found = block_contributions(model, TITLES)
            assert_adds_up(found, model.predict(TITLES))
    finally:
        embedder.set_output(transform="default")


@pytest.mark.parametrize("sparse", [False, True])
def test_of_columns_beside_titles(embedder, sparse):
    frame = pd.DataFrame({"title": TITLES, "price": PRICES, "length": PRICES % 3})
    others = ("text", TfidfVectorizer(), "title")
    columns = ColumnTransformer(
        [
            ("numbers", StandardScaler(), ["price", "length"]),
            *([others] if sparse else []),
            ("title", FrozenEstimator(embedder), "title"),
            ("nothing", "drop", ["price"]),
            ("as it is", "passthrough", ["length"]),
        ],
        sparse_threshold=1.0 if sparse else 0.0,
    )
    model = make_pipeline(columns, LogisticRegression()).fit(frame, LABELS)
    found = block_contributions(model, frame)
    names = ["numbers", *(["text"] if sparse else [])]
    names += ["title__words", "title__contexts", "title__products", "as it is"]
    assert list(found) == [*names, "intercept"]
    total = sum(found.values())
    np.testing.assert_allclose(total, model.decision_function(frame), atol=1e-5)
    weights = model[-1].coef_[0, :2]
    numbers = columns.fit(frame).named_transformers_["numbers"]
    expected = numbers.transform(frame[["price", "length"]]) @ weights
    np.testing.assert_allclose(found["numbers"], expected, atol=1e-6)


def test_blocks_without_columns():
    # A catalogue has no words of its own, and no contexts without categories.
    embedder = small_product(max_epochs=0).fit([[title] for title in TITLES])
    model = make_pipeline(FrozenEstimator(embedder), Ridge()).fit(TITLES, PRICES)
    found = block_contributions(model, TITLES)
    assert_adds_up(found, model.predict(TITLES))
    assert not found["words"].any()


class TwoWeights(LogisticRegression):
    """Has coefficients that are not those of its decision."""

    def decision_function(self, X):
        return softmax(super().decision_function(X))


@pytest.mark.parametrize(
    ("head", "y"),
    [
        (RandomForestClassifier(n_estimators=2), LABELS),
        (SVC(), LABELS),
        (SVC(kernel="linear"), THREE),
        (GaussianNB(), LABELS),
        (PoissonRegressor(), PRICES),
        (TwoWeights(), LABELS),
    ],
)
def test_heads_that_are_not_linear(embedder, head, y):
    model = make_pipeline(FrozenEstimator(embedder), head).fit(TITLES, y)
    with pytest.raises(TypeError, match=rf"must be a linear.*{type(head).__name__}"):
        block_contributions(model, TITLES)


def test_a_linear_kernel_of_two_classes_is_linear(embedder):
    model = make_pipeline(FrozenEstimator(embedder), SVC(kernel="linear"))
    model.fit(TITLES, LABELS)
    decision = model.decision_function(TITLES)
    assert_adds_up(block_contributions(model, TITLES), decision)


def test_steps_that_mix_columns(embedder):
    model = make_pipeline(FrozenEstimator(embedder), PCA(4), LogisticRegression())
    model.fit(TITLES, LABELS)
    with pytest.raises(TypeError, match=r"'pca', PCA, lies.*StandardScaler"):
        block_contributions(model, TITLES)


@pytest.mark.parametrize("first", [TfidfVectorizer(), small(max_epochs=0)])
def test_embedders_without_blocks(first):
    if not isinstance(first, TfidfVectorizer):
        first = FrozenEstimator(first.fit(SESSIONS))
    model = make_pipeline(first, LogisticRegression()).fit(TITLES, LABELS)
    with pytest.raises(TypeError, match="must be an embedder whose vectors have block"):
        block_contributions(model, TITLES)


def test_what_is_no_fitted_pipeline(embedder):
    head = LogisticRegression()
    for model in (head, embedder, Pipeline([("emb", embedder)])):
        with pytest.raises(TypeError, match="model must be a fitted Pipeline"):
            block_contributions(model, TITLES)
    for model in (make_pipeline(embedder, head), make_pipeline(spectral(), head)):
        with pytest.raises(NotFittedError):
            block_contributions(model, TITLES)
