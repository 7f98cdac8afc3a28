"""Scores on products that are held out."""

import numpy as np
import pytest
from small_network import CONFIG, ENCODER, PRODUCTS, small_data, small_module

from sklearn_prodemb._product_training import validation
from sklearn_prodemb._product_training.validation import Validation

DATA = small_data()
TRAINING, HELD_SESSIONS, HELD = DATA.hold_out(0.2, np.random.default_rng(0))


def make_validation(seed=0):
    return Validation(HELD_SESSIONS, HELD, ENCODER.coefficients, CONFIG, seed)


def plain_score(predicted):
    """One pair after the other, all sessions in one batch."""
    sessions = [
        DATA.products[row] for row in map(np.array, HELD_SESSIONS.sessions.to_lists())
    ]
    products = sorted(set(np.concatenate(sessions)))
    counts = np.array([sum(p in s for s in sessions) for p in products])
    targets = DATA.targets[products]
    targets = targets / np.linalg.norm(targets, axis=1, keepdims=True)
    likelihoods = []
    for session in sessions:
        for i in session[HELD[session]]:
            logits = 10 * targets @ predicted[i] + np.log(counts)
            logits[products.index(i)] = -np.inf
            logits -= np.log(np.exp(logits).sum())
            likelihoods += [logits[products.index(j)] for j in session if j != i]
    return np.mean(likelihoods)


def test_the_start_is_scored_by_the_formula(monkeypatch):
    # Without words that one title alone has, which are left out.
    words = [word for title in PRODUCTS.words for word in set(title)]
    rare = {word for word in words if words.count(word) == 1}
    common = {word for word in words if words.count(word) > 2}
    titles = [[w for w in title if w not in rare] for title in PRODUCTS.words]
    monkeypatch.setattr(np.random, "default_rng", lambda seed: Always(seed))
    predicted = ENCODER.sub_words.tf_idf(titles) @ ENCODER.coefficients
    # The n-grams of a word that is left out stay.
    for row, title in enumerate(PRODUCTS.words):
        n_words = ENCODER.tokenizer.vocab_size
        columns = ENCODER.sub_words.rows_of(title).values
        lost = {ENCODER.tokenizer.words.index(w) for w in title if w in rare}
        columns = np.array([c for c in columns if c not in lost])
        weights = ENCODER.sub_words.weights[columns]
        weights = weights / np.sqrt(np.sum(weights**2))
        predicted[row] = weights @ ENCODER.coefficients[columns]
        assert (columns < n_words).sum() <= len(title)
    assert common
    score = make_validation().score(None)
    assert score == pytest.approx(plain_score(predicted), rel=1e-4)


class Always:
    """A generator that leaves a word out only if it must."""

    def __init__(self, seed):
        self._rng = np.random.Generator(np.random.PCG64(0))

    def random(self, n):
        return np.full(n, 1 - 1e-9)

    def permutation(self, n):
        return np.arange(n)

    def choice(self, *args, **kwargs):
        return self._rng.choice(*args, **kwargs)


def test_the_same_network_has_the_same_score():
    network = small_module(DATA)
    scores = {make_validation(seed).score(network) for seed in (0, 0)}
    assert len(scores) == 1
    assert scores != {make_validation().score(None)}
    ours = make_validation()
    assert ours.score(None) == ours.score(None)


def test_many_sessions_are_scored_in_batches(monkeypatch):
    monkeypatch.setattr(validation, "_MAX_SESSIONS", 20)
    monkeypatch.setattr(validation, "_SESSIONS_PER_BATCH", 7)
    score = make_validation().score(None)
    # Fewer products to choose among.
    monkeypatch.undo()
    assert -5 < make_validation().score(None) < score < 0
