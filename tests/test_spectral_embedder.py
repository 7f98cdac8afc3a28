"""The estimator with spectral vectors, from parameters to attributes."""

import numpy as np
import pytest
from record import Record
from sklearn.callback import ProgressBar
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier
from small import LABELS, SESSIONS, TITLES, small, spectral

import sklearn_prodemb
from sklearn_prodemb import ProductEmbedder, _spectral_embedder
from sklearn_prodemb.evaluation import LossCurveDisplay


@pytest.fixture
def learned(monkeypatch):
    """Count how often anything is learned."""
    calls = []
    learn = _spectral_embedder.learn_tables

    def spy(*args):
        calls.append(args)
        return learn(*args)

    monkeypatch.setattr(_spectral_embedder, "learn_tables", spy)
    return calls


def test_spectral_is_the_default():
    assert ProductEmbedder().method == "spectral"
    vectors = ProductEmbedder(random_state=0).fit(SESSIONS).transform(TITLES)
    assert vectors.shape == (60, 512)


def test_fitted_attributes():
    embedder = spectral().fit(SESSIONS)
    n_words = embedder.tokenizer_.vocab_size
    assert embedder.word_vectors_.shape == (n_words, 8)
    assert embedder.context_vectors_.shape == (n_words, 4)
    assert embedder.product_vectors_.shape == (SESSIONS.n_products, 4)
    assert embedder.product_keys_.dtype == np.uint64
    assert (np.diff(embedder.product_keys_.astype(float)) > 0).all()
    for name in ("word_vectors_", "context_vectors_", "product_vectors_"):
        assert type(getattr(embedder, name)) is np.ndarray
        assert getattr(embedder, name).dtype == np.float32
    assert embedder.categories_.tolist() == list(range(10))
    assert embedder.n_pairs_ == SESSIONS.n_pairs == 600
    assert not hasattr(embedder, "loss_curve_")


def test_sums_of_word_vectors():
    embedder = spectral().fit(SESSIONS)
    words = embedder.tokenizer_.vocabulary.decode().split()
    title = "mesa silla mesa"
    total = sum(embedder.word_vectors_[words.index(word)] for word in title.split())
    vector = embedder.transform([title])[0, :8]
    np.testing.assert_allclose(
        vector / np.linalg.norm(vector), total / np.linalg.norm(total), atol=1e-6
    )


def test_odd_titles_have_a_defined_vector():
    embedder = spectral().fit(SESSIONS)
    odd = ["", "   ", "¡¿!?", "de la", "\u200b", "\ud800", "漢字", "x" * 100_000]
    np.testing.assert_array_equal(embedder.transform(odd), np.zeros((8, 16)))


def test_titles_that_differ_in_what_normalisation_drops_are_one_product():
    embedder = spectral().fit(SESSIONS)
    vectors = embedder.transform([TITLES[0], f"  ¡{TITLES[0].upper()}! "])
    np.testing.assert_array_equal(vectors[0], vectors[1])
    assert vectors[0, -4:].any()


def test_single_products_lend_their_words():
    sessions = [*SESSIONS.to_lists(), [("mesa plegable", None)]]
    embedder = spectral().fit(sessions)
    assert "plegable" in embedder.tokenizer_.vocabulary.decode().split()
    vector = embedder.transform(["plegable"])[0]
    assert vector[:8].any()
    assert not vector[8:].any()


def test_categories_are_not_needed():
    lists = [[title for title, _ in session] for session in SESSIONS.to_lists()]
    a, b = spectral().fit(lists), spectral().fit(SESSIONS)
    np.testing.assert_array_equal(a.transform(TITLES), b.transform(TITLES))


def test_the_smallest_sessions_that_can_be_learned_from():
    embedder = ProductEmbedder(random_state=0).fit([["mesa", "silla"]])
    vectors = embedder.transform(["mesa", "silla", "lampara"])
    assert np.isfinite(vectors).all()
    assert vectors[0].any()
    assert not vectors[2].any()


@pytest.mark.parametrize(
    ("sessions", "match"),
    [
        ([["mesa"], ["silla", "silla"]], "None of the 2 sessions holds two distinct"),
        ([["?", "de la"]], "None of the 2 titles has any text left"),
    ],
)
def test_nothing_to_learn_from(sessions, match):
    embedder = spectral().fit(SESSIONS)
    before = dict(vars(embedder))
    with pytest.raises(ValueError, match=match):
        embedder.fit(sessions)
    assert vars(embedder) == before


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"alpha": 0.9, "kernel_sizes": (2,)}, r"use alpha=0.9, kernel_sizes=\(2,\): "),
        ({"warm_start": True}, "method='spectral' does not use warm_start=True"),
        ({"method": "byol", "n_components": 8}, "'byol' does not use n_components=8"),
    ],
)
def test_parameters_that_the_method_does_not_use(params, match):
    make = small if params.get("method") == "byol" else spectral
    with pytest.warns(UserWarning, match=match) as record:
        make(**params).fit(SESSIONS)
    assert record[0].filename == __file__


def test_unknown_method():
    with pytest.raises(ValueError, match="'method' parameter of ProductEmbedder"):
        spectral(method="svd").fit(SESSIONS)


def test_partial_fit_is_not_there():
    embedder = spectral().fit(SESSIONS)
    assert not hasattr(embedder, "partial_fit")
    assert hasattr(small(), "partial_fit")
    with pytest.raises(AttributeError, match="partial_fit") as error:
        embedder.partial_fit(SESSIONS)
    assert "needs method='byol'" in str(error.value.__cause__)


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_spectral_vectors_cannot_be_trained_further(method):
    embedder = spectral().fit(SESSIONS)
    embedder.set_params(**small(warm_start=True, n_components=512).get_params())
    with pytest.raises(ValueError, match="method='spectral' cannot be trained further"):
        getattr(embedder, method)(SESSIONS)
    assert embedder.transform(TITLES).shape == (60, 16)


def test_another_method_leaves_nothing_behind():
    params = {"method": "byol", "n_components": 512}
    embedder = spectral().fit(SESSIONS).set_params(**small(**params).get_params())
    trained = small().fit(SESSIONS)
    embedder.fit(SESSIONS)
    assert vars(embedder).keys() == vars(trained).keys()
    embedder.set_params(**spectral().get_params()).fit(SESSIONS)
    assert vars(embedder).keys() == vars(spectral().fit(SESSIONS)).keys()


def test_the_fitted_method_outlives_a_changed_parameter(tmp_path):
    embedder = spectral().fit(SESSIONS).set_params(method="byol", n_components=512)
    expected = embedder.transform(TITLES)
    embedder.save(tmp_path / "embedder")
    again = sklearn_prodemb.load(tmp_path / "embedder")
    np.testing.assert_array_equal(again.transform(TITLES), expected)


def test_there_are_no_losses_to_draw():
    with pytest.raises(ValueError, match="has no losses: only method='byol' trains"):
        LossCurveDisplay.from_estimator(spectral().fit(SESSIONS))


def test_a_grid_learns_each_setting_once(tmp_path, learned):
    pipe = Pipeline(
        [
            ("emb", spectral(sessions=SESSIONS, memory=str(tmp_path))),
            ("tree", DecisionTreeClassifier(random_state=0)),
        ]
    )
    grid = {"emb__n_components": [8, 16], "tree__max_depth": [1, 2]}
    search = GridSearchCV(pipe, grid, cv=3).fit(TITLES, LABELS)
    assert len(learned) == 2
    # All that counts is part of the key.
    for params in (
        {"vocab_size": 5},
        {"max_session_length": 3},
        {"normalizer": "basic"},
        {"random_state": 1},
    ):
        embedder = spectral(memory=str(tmp_path), **params)
        before = len(learned)
        for _ in range(2):
            vectors = embedder.fit(SESSIONS).transform(TITLES)
        assert len(learned) == before + 1
        embedder.set_params(memory=None).fit(SESSIONS)
        np.testing.assert_array_equal(embedder.transform(TITLES), vectors)
    assert search.best_estimator_.predict(TITLES).shape == (60,)


def test_callbacks_see_the_parts():
    record = Record()
    embedder = spectral().set_callbacks(record).fit(SESSIONS)
    assert record.begun == ["fit", "words", "contexts", "products"]
    assert record.ended == ["words", "contexts", "products", "fit"]
    np.testing.assert_array_equal(record.fitted[-1], embedder.transform(TITLES))


def test_progress_bar(capsys):
    spectral().set_callbacks(ProgressBar()).fit(SESSIONS)
    assert "contexts" in capsys.readouterr().out


def test_verbose(capsys):
    spectral(verbose=True).fit(SESSIONS)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        f"[ProductEmbedder] {part}" for part in ("words", "contexts", "products")
    ]


def test_ctrl_c_leaves_the_estimator_as_it_was(monkeypatch):
    embedder = spectral().fit(SESSIONS)
    before = dict(vars(embedder))

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(_spectral_embedder, "learn_tables", interrupt)
    with pytest.raises(KeyboardInterrupt):
        embedder.fit(SESSIONS)
    assert vars(embedder) == before


def test_random_state():
    tables = [spectral(random_state=s).fit(SESSIONS).word_vectors_ for s in (0, 0, 1)]
    assert tables[0].tobytes() == tables[1].tobytes() != tables[2].tobytes()
