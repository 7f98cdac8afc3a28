"""MetaProd2Vec: what metadata adds."""

import numpy as np
import pandas as pd
import pytest

import sklearn_prodemb
from sklearn_prodemb import Sessions
from sklearn_prodemb.baselines import MetaProd2Vec, Prod2Vec
from sklearn_prodemb.baselines._skip_gram import training

ROWS = pd.DataFrame(
    [
        (1, "a", "¡Mate!", "Bazar"),
        (1, "b", "Bombilla", None),
        (1, "c", "...", "Bazar"),
        (2, "a", "Mate imperial", "Otros"),
        (2, "d", "mate", "Cocina"),
        (3, "e", "Termo", "Bazar"),
        (4, "f", "Pava", "Pavas"),
        (5, "g", "MATE", "Bazar"),
    ],
    columns=["session", "id", "title", "category"],
)
COLUMNS = {"session": "session", "title": "title", "product": "id"}


@pytest.fixture(scope="module")
def fitted():
    sessions = Sessions.from_frame(ROWS, **COLUMNS, category="category")
    params = {"normalizer": "es", "random_state": 0, "embedding_dim": 4}
    return MetaProd2Vec(**params).fit(sessions)


def test_tokens(monkeypatch):
    given = []

    def train(tokens, sessions, config, **_):
        given.append((tokens, sessions))
        return np.zeros((tokens.max() + 1, config.embedding_dim), np.float32), []

    monkeypatch.setattr(training, "train_skip_gram", train)
    sessions = Sessions.from_frame(ROWS, **COLUMNS, category="category")
    model = MetaProd2Vec().fit(sessions)
    ((tokens, sessions),) = given
    # "¡Mate!" and "mate" are one title; nothing is left of "...".
    assert model.encoder_.titles.tolist() == ["mate", "bombilla"]
    assert model.encoder_.categories.tolist() == ["Bazar", "Cocina"]
    assert tokens.tolist() == [[0, 4, 6], [1, 5, -1], [2, -1, 6], [3, 4, 7]]
    assert sessions.to_lists() == [[0, 1, 2], [0, 3]]


def test_a_known_id_is_its_own_vector(fitted):
    assert fitted.encoder_.ids[:4].tolist() == ["a", "b", "c", "d"]
    expected = fitted.encoder_.vectors[:4]
    np.testing.assert_array_equal(fitted.transform(list("abcd")), expected)
    rows = [(i, "Bombilla", "Cocina") for i in "abcd"]
    np.testing.assert_array_equal(fitted.transform(rows), expected)


def test_an_id_alone_in_its_session_has_the_vector_of_its_metadata(fitted):
    # "f" has neither title nor category in common with a session of two.
    assert fitted.encoder_.ids[4:].tolist() == ["e", "g"]
    e, g = fitted.transform(["e", "g"])
    np.testing.assert_array_equal(e, fitted.encoder_.category_vectors[0])
    both = fitted.encoder_.title_vectors[0], fitted.encoder_.category_vectors[0]
    np.testing.assert_allclose(g, np.mean(both, axis=0), rtol=1e-6)
    with pytest.raises(ValueError, match=r"1 of 2 product ids .* 'f' \(position 1\)"):
        fitted.transform(["e", "f"])


def test_an_unseen_id_has_the_mean_of_its_metadata(fitted):
    titles, categories = fitted.encoder_.title_vectors, fitted.encoder_.category_vectors
    cases = [
        (("x", "¡El MATE!", "Bazar"), (titles[0] + categories[0]) / 2),
        (("x", "Bombilla", None), titles[1]),
        ((None, "nunca visto", "Cocina"), categories[1]),
        (("x", np.nan, "Cocina"), categories[1]),
        (("x", "mate", "nunca visto"), titles[0]),
    ]
    rows = [row for row, _ in cases]
    expected = np.stack([vector for _, vector in cases])
    for X in (rows, pd.DataFrame(rows), np.array(rows, object)):
        np.testing.assert_allclose(fitted.transform(X), expected, rtol=1e-6)
    two = fitted.transform([row[:2] for row in rows[:2]])
    np.testing.assert_array_equal(two, titles[:2])


def test_unknown(fitted):
    rows = [("a", None, None), ("x", "nada", "nada"), ("y", "", None)]
    with pytest.raises(ValueError, match=r"2 of 3 .* 'x' \(position 1\), 'y'"):
        fitted.transform(rows)
    ignoring = MetaProd2Vec(**fitted.get_params()).set_params(handle_unknown="ignore")
    ignoring.fit(Sessions.from_frame(ROWS, **COLUMNS, category="category"))
    X = ignoring.transform(rows)
    np.testing.assert_array_equal(X[0], fitted.encoder_.vectors[0])
    assert (X[1:] == 0).all()


def test_without_metadata_it_is_prod2vec():
    blank = ROWS.assign(title="?")
    sessions = Sessions.from_frame(blank, **COLUMNS)
    model = MetaProd2Vec(random_state=0).fit(sessions)
    other = Prod2Vec(random_state=0).fit(sessions)
    assert model.encoder_.title_vectors.shape == (0, 64)
    np.testing.assert_allclose(
        model.encoder_.vectors, other.encoder_.vectors, atol=1e-5
    )
    np.testing.assert_allclose(model.loss_curve_, other.loss_curve_, rtol=1e-5)


def test_metadata_weight_counts():
    sessions = Sessions.from_frame(ROWS, **COLUMNS, category="category")
    vectors = [
        MetaProd2Vec(metadata_weight=w, random_state=0)
        .fit(sessions)
        .encoder_.title_vectors
        for w in (0, 0.5, 1)
    ]
    # Nothing moves the vectors of metadata that counts for nothing.
    assert abs(vectors[0]).max() <= 0.5 / 64
    assert abs(vectors[1]).max() > 0.5 / 64
    assert (vectors[1] != vectors[2]).any()


@pytest.mark.parametrize("normalizer", [None, "basic", str.upper])
def test_normalizer(normalizer):
    sessions = Sessions.from_frame(ROWS, **COLUMNS, category="category")
    model = MetaProd2Vec(random_state=0, normalizer=normalizer).fit(sessions)
    first = {None: "¡Mate!", "basic": "mate", str.upper: "¡MATE!"}[normalizer]
    assert model.encoder_.titles[0] == first
    row = [("x", "¡Mate!", None)]
    np.testing.assert_array_equal(
        model.transform(row)[0], model.encoder_.title_vectors[0]
    )


def test_numbers_as_categories(tmp_path):
    rows = ROWS.assign(category=[7, 8, 7, 9, 9, 7, 1, 2])
    sessions = Sessions.from_frame(rows, **COLUMNS, category="category")
    model = MetaProd2Vec(random_state=0).fit(sessions)
    assert model.encoder_.categories.tolist() == [7, 8, 9]
    model.save(tmp_path / "file")
    again = sklearn_prodemb.load(tmp_path / "file")
    X = [("x", None, 8)]
    np.testing.assert_array_equal(
        again.transform(X), model.encoder_.category_vectors[1:2]
    )
