"""The estimator with spectral vectors, from parameters to attributes."""

import numpy as np
import pytest
from record import Record
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier
from small import LABELS, SESSIONS, TITLES, spectral

from sklearn_prodemb import SpectralEmbedder, _spectral_embedder
from sklearn_prodemb.evaluation import LossCurveDisplay


@pytest.fixture
def learned(monkeypatch):
    """Count how often anything is learned."""
    calls = []
    learn = _spectral_embedder.learn_encoder

    def spy(*args):
        calls.append(args)
        return learn(*args)

    monkeypatch.setattr(_spectral_embedder, "learn_encoder", spy)
    return calls


def test_defaults():
    vectors = SpectralEmbedder(random_state=0).fit(SESSIONS).transform(TITLES)
    assert vectors.shape == (60, 512)


def test_fitted_attributes():
    embedder = spectral().fit(SESSIONS)
    n_words = embedder.encoder_.tokenizer.vocab_size
    assert embedder.encoder_.word_vectors.shape == (n_words, 8)
    assert embedder.encoder_.context_vectors.shape == (n_words, 4)
    assert embedder.encoder_.product_vectors.shape == (SESSIONS.n_products, 4)
    assert embedder.encoder_.product_keys.dtype == np.uint64
    assert (np.diff(embedder.encoder_.product_keys.astype(float)) > 0).all()
    for name in ("word_vectors", "context_vectors", "product_vectors"):
        assert type(getattr(embedder.encoder_, name)) is np.ndarray
        dtype = np.float16 if name == "product_vectors" else np.float32
        assert getattr(embedder.encoder_, name).dtype == dtype
    assert embedder.categories_.tolist() == list(range(10))
    assert embedder.n_pairs_ == SESSIONS.n_pairs == 600
    assert not hasattr(embedder, "loss_curve_")


def test_sums_of_word_vectors():
    embedder = spectral().fit(SESSIONS)
    encoder = embedder.encoder_
    words = encoder.tokenizer.vocabulary.decode().split()
    title = "mesa silla mesa"
    total = sum(
        embedder.encoder_.word_vectors[words.index(word)] for word in title.split()
    )
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
    assert "plegable" in embedder.encoder_.tokenizer.vocabulary.decode().split()
    vector = embedder.transform(["plegable"])[0]
    assert vector[:8].any()
    assert not vector[8:].any()


def test_categories_are_not_needed():
    lists = [[title for title, _ in session] for session in SESSIONS.to_lists()]
    a, b = spectral().fit(lists), spectral().fit(SESSIONS)
    np.testing.assert_array_equal(a.transform(TITLES), b.transform(TITLES))


def test_the_smallest_sessions_that_can_be_learned_from():
    embedder = SpectralEmbedder(random_state=0).fit([["mesa", "silla"]])
    vectors = embedder.transform(["mesa", "silla", "lampara"])
    assert np.isfinite(vectors).all()
    assert vectors[0].any()
    assert not vectors[2].any()


@pytest.mark.parametrize(
    ("sessions", "match"),
    [
        ([["mesa"], ["silla", "silla"]], "None of the 2 sessions holds two distinct"),
        ([["?", "de la"]], "None of the 2 titles has any text left"),
        ([["!!!", "???"], ["mate"]], "No session holds two products"),
        ([["de", "la"], ["mate"]], "No session holds two products"),
        ([["", "mesa"], ["silla", "??"]], "No session holds two products"),
        ([["Mesa", "mesa"], ["la mesa", "MESA!"]], r"products.*\(normalizer='es'\)"),
    ],
)
def test_nothing_to_learn_from(sessions, match):
    embedder = spectral(normalizer="es").fit(SESSIONS)
    before = dict(vars(embedder))
    with pytest.raises(ValueError, match=match):
        embedder.fit(sessions)
    assert vars(embedder) == before


def test_there_are_no_losses_to_draw():
    with pytest.raises(TypeError, match="but SpectralEmbedder has none"):
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
        {"normalizer": "es"},
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
    parts = ["titles", "words", "contexts", "products"]
    assert record.parts == ["fit", *parts]
    assert [name for name in record.ended if name != "block"] == [*parts, "fit"]
    np.testing.assert_array_equal(record.fitted[-1], embedder.transform(TITLES))


def test_verbose(capsys):
    spectral(verbose=True).fit(SESSIONS)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        f"[SpectralEmbedder] {part}"
        for part in ("titles", "words", "contexts", "products")
    ]


def test_ctrl_c_leaves_the_estimator_as_it_was(monkeypatch):
    embedder = spectral().fit(SESSIONS)
    before = dict(vars(embedder))

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(_spectral_embedder, "learn_encoder", interrupt)
    with pytest.raises(KeyboardInterrupt):
        embedder.fit(SESSIONS)
    assert vars(embedder) == before


def test_random_state():
    tables = [
        spectral(random_state=s).fit(SESSIONS).encoder_.word_vectors for s in (0, 0, 1)
    ]
    assert tables[0].tobytes() == tables[1].tobytes() != tables[2].tobytes()
