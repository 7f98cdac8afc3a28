"""The embedder to begin with."""

import pickle

import numpy as np
import pytest
import torch
from joblib import Parallel, delayed, parallel_config
from sklearn.base import clone
from small import SESSIONS, TITLES, small_product, spectral
from threadpoolctl import threadpool_limits

from sklearn_prodemb import ProductEmbedder, Sessions, SpectralEmbedder, load
from sklearn_prodemb.datasets import make_sessions, misspell_titles

LISTS = SESSIONS.to_lists()
# What SESSIONS hold, a session a product.
CATALOGUE = [
    [row] for row in {title: (title, c) for s in LISTS for title, c in s}.values()
]


def test_what_the_log_holds_has_the_vectors_of_the_closed_form():
    embedder = small_product().fit(SESSIONS)
    titles = SESSIONS.titles.tolist()
    expected = spectral().fit(SESSIONS).transform(titles)
    np.testing.assert_array_equal(embedder.transform(titles), expected)
    assert embedder.get_feature_names_out()[0].startswith("productembedder_words0_")


def test_defaults():
    embedder = ProductEmbedder(random_state=0).fit(SESSIONS)
    vectors = embedder.transform(TITLES)
    assert vectors.shape == (60, 512)
    assert vectors.dtype == np.float32
    assert embedder.n_iter_ == 10
    assert embedder.best_iter_ == 10
    assert embedder.validation_scores_.shape == (0,)
    assert embedder.n_pairs_ == 600
    assert embedder.categories_.tolist() == list(range(10))
    losses = embedder.loss_curve_
    assert list(losses) == ["loss", "byol", "category", "regression"]
    assert all(curve.shape == (10,) and (curve > 0).all() for curve in losses.values())
    weights = {"byol": 0.9, "category": 0.1, "regression": 8}
    total = sum(weight * losses[name] for name, weight in weights.items())
    np.testing.assert_allclose(losses["loss"], total, rtol=1e-5)


def test_new_titles_are_predicted_by_what_is_trained():
    new = ["mesa zzz", "termo carpa 99"]
    untrained, trained = (
        small_product(max_epochs=n).fit(SESSIONS).transform(new) for n in (0, 10)
    )
    np.testing.assert_array_equal(untrained[:, :12], trained[:, :12])
    for vectors in (untrained, trained):
        assert (np.linalg.norm(vectors[:, 12:], axis=1) > 0.01).all()
    assert not np.allclose(untrained, trained, atol=1e-3)


def test_misspelt_titles():
    embedder = small_product(normalizer="basic").fit(SESSIONS)
    titles = SESSIONS.titles.tolist()
    typos = misspell_titles(titles, random_state=0)
    vectors = embedder.transform(titles)
    np.testing.assert_array_equal(embedder.transform(typos), vectors)
    closed_form = spectral(normalizer="basic").fit(SESSIONS).transform(typos)
    assert not np.allclose(closed_form, vectors, atol=0.1)


def test_a_word_more_hardly_changes_a_known_title():
    titles = SESSIONS.titles.tolist()
    before = small_product().fit(SESSIONS).transform(titles)
    after = small_product().fit(SESSIONS).transform([f"oferta {t}" for t in titles])
    cosines = (before * after).sum(axis=1)
    cosines /= np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    assert np.median(cosines) > 0.9


def test_early_stopping_holds_products_out():
    embedder = small_product(early_stopping=True, validation_fraction=0.3).fit(SESSIONS)
    scores = embedder.validation_scores_
    assert scores.shape == (11,)
    assert embedder.best_iter_ == scores.argmax()
    assert (embedder.encoder_.network is None) == (scores.argmax() == 0)
    # What is held out of the training is in the closed form all the same.
    titles = SESSIONS.titles.tolist()
    expected = spectral().fit(SESSIONS).transform(titles)
    np.testing.assert_array_equal(embedder.transform(titles), expected)


@pytest.mark.parametrize(
    "sessions",
    [
        CATALOGUE,
        [[title] for ((title, _),) in CATALOGUE],
        [["mesa"], ["silla"]],
        [["mesa roja"]],
        [["Mesa roja", "mesa, ROJA"]],
        [["mate"], ["!!!", "???"], ["de", "la"]],
        [["mate", "de la"], ["silla", ""]],
        [[("mate", "a"), ("!!!", "a")], [("la", "b")], [("", "b")]],
    ],
    ids=[
        "categories",
        "titles alone",
        "two words",
        "one title",
        "one product",
        "pairs of no words",
        "pairs of a word and none",
        "categories of no words",
    ],
)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_sessions_without_pairs_are_learned_from(sessions, early_stopping):
    embedder = small_product(early_stopping=early_stopping).fit(sessions)
    titles = [row[0] if isinstance(row, tuple) else row for row in sessions[0][:1]]
    vectors = embedder.transform([*titles, "qqq", ""])
    assert vectors.shape == (len(titles) + 2, 16)
    assert np.isfinite(vectors).all()
    assert (np.linalg.norm(vectors[:-2], axis=1) > 0.1).all()
    assert not vectors[-2:].any()
    assert embedder.n_iter_ == 10
    assert (embedder.loss_curve_["byol"] > 0).all() or len(sessions) == 1


@pytest.mark.parametrize("n_epochs", [0, 2])
@pytest.mark.parametrize("known", [True, False], ids=["categories", "titles alone"])
def test_what_was_learned_of_a_catalogue_is_saved(tmp_path, n_epochs, known):
    rows = [[(title, c if known else None)] for ((title, c),) in CATALOGUE]
    embedder = small_product(max_epochs=n_epochs, memory=tmp_path / "cache").fit(rows)
    expected = embedder.transform(TITLES)
    embedder.save(tmp_path / "embedder.skops")
    for again in (
        load(tmp_path / "embedder.skops"),
        pickle.loads(pickle.dumps(embedder)),
        clone(embedder).fit(rows),
    ):
        np.testing.assert_array_equal(again.transform(TITLES), expected)


def test_a_catalogue_is_told_apart_by_its_titles():
    embedder = small_product().fit(CATALOGUE)
    titles = [title for ((title, _),) in CATALOGUE]
    vectors = embedder.transform(titles)
    assert len(np.unique(vectors.round(4), axis=0)) > 40
    # Titles of one category are near each other.
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    first = np.array([title.split()[0] for title in titles])
    same = first[:, None] == first
    cosines = unit @ unit.T
    assert cosines[same].mean() > cosines[~same].mean() + 0.3


def test_the_smallest_log():
    embedder = small_product().fit([["mesa", "silla"]])
    assert embedder.n_iter_ == 10
    assert np.isfinite(embedder.transform(["mesa", "mesas", "x"])).all()


def test_no_text_at_all():
    with pytest.raises(ValueError, match="any text left"):
        small_product().fit([["!", "?"]])


def test_partial_fit_keeps_the_closed_form():
    embedder = small_product().partial_fit(LISTS[:30])
    before = embedder.encoder_
    embedder.partial_fit(LISTS[30:])
    after = embedder.encoder_
    assert after.closed_form is before.closed_form
    assert after.coefficients is before.coefficients
    assert embedder.best_iter_ == embedder.n_iter_ == 20


def test_partial_fit_needs_products_that_it_knows():
    embedder = small_product().partial_fit(SESSIONS)
    vectors = embedder.transform(TITLES)
    with pytest.raises(ValueError, match=r"No session holds two.*fit anew"):
        embedder.partial_fit([["nuevo", "producto"]])
    np.testing.assert_array_equal(embedder.transform(TITLES), vectors)


def test_an_encoder_cannot_change_its_length():
    embedder = small_product(warm_start=True).fit(SESSIONS)
    with pytest.raises(ValueError, match="another normalizer or n_components"):
        embedder.set_params(n_components=20).fit(SESSIONS)


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"regression_weight": -1}, "'regression_weight' parameter"),
        ({"regression_weight": "8"}, "'regression_weight' parameter"),
        ({"validation_fraction": 0}, "'validation_fraction' parameter"),
        ({"validation_fraction": 1.0}, "'validation_fraction' parameter"),
        ({"early_stopping": "yes"}, "'early_stopping' parameter"),
        ({"max_epochs": -1}, "'max_epochs' parameter"),
        ({"device": "abacus"}, "device='abacus' cannot be used"),
    ],
)
def test_bad_parameters(params, match):
    with pytest.raises(ValueError, match=match):
        small_product(**params).fit(SESSIONS)


def test_it_is_not_a_kind_of_spectral_embedder():
    assert not isinstance(ProductEmbedder(), SpectralEmbedder)


def test_sessions_of_one_product_beside_others():
    sessions = Sessions.from_lists([*LISTS, [("mesa sola", None)]])
    embedder = small_product().fit(sessions)
    assert np.linalg.norm(embedder.transform(["mesa sola"])[:, 12:]) > 0


def _vectors(sessions):
    embedder = ProductEmbedder(n_components=64, max_epochs=1, random_state=0)
    titles = [*sessions.titles[:50], "mesa nueva"]
    return embedder.fit(sessions).transform(titles).tobytes()


def test_one_thread_gives_the_same_bytes_in_every_process():
    sessions = make_sessions(200, random_state=0).sessions
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            expected = _vectors(sessions)
    finally:
        torch.set_num_threads(n_threads)
    with parallel_config("loky", inner_max_num_threads=1):
        found = Parallel(2)(delayed(_vectors)(sessions) for _ in range(2))
    assert found == [expected, expected]
