"""Scores on products that are held out."""

from dataclasses import replace

import numpy as np
import pytest
from small_network import CONFIG, ENCODER, PRODUCTS, small_data, small_module

from sklearn_prodemb._product_training.validation import Validation

DATA = small_data()
HELD = np.array([3, 20, 41])
rng = np.random.default_rng(0)
# Not of this log: what is predicted is known as a number for each sub-word.
COEFFICIENTS = rng.standard_normal(ENCODER.coefficients.shape).astype(np.float32)


def make_validation(data=DATA, held=HELD, seed=0):
    return Validation(data, held, COEFFICIENTS, CONFIG, seed)


def view_of(data=DATA, dropout=(0, 0)):
    return data.views.draw(HELD, np.random.default_rng((0, 2)), *dropout)


def plain_score(predicted):
    targets = DATA.targets[HELD]
    cosines = [
        p @ t / (np.linalg.norm(p) * np.linalg.norm(t))
        for p, t in zip(predicted, targets, strict=True)
    ]
    return np.mean(cosines)


def test_the_start_is_the_ridge():
    predicted = DATA.views.tf_idf(view_of()) @ COEFFICIENTS
    assert make_validation().score(None) == pytest.approx(
        plain_score(predicted), rel=1e-5
    )


def test_a_network_is_half_of_what_is_predicted():
    network = small_module(DATA)
    predicted = DATA.views.tf_idf(view_of()) @ COEFFICIENTS
    predicted = (predicted + network(view_of())[0].detach().numpy()) / 2
    score = make_validation().score(network)
    assert score == pytest.approx(plain_score(predicted), rel=1e-5)
    assert make_validation().score(network) == score


def test_a_prediction_of_nothing_counts_nothing():
    nothing = Validation(DATA, HELD, 0 * COEFFICIENTS, CONFIG, 0)
    assert nothing.score(None) == 0


def test_a_word_that_one_product_has_is_left_out():
    words = [word for title in PRODUCTS.words for word in set(title)]
    for row, product in enumerate(HELD):
        columns = set(view_of().sub_words[row].tolist())
        for word in PRODUCTS.words[product]:
            if words.count(word) == 1:
                assert ENCODER.tokenizer.words.index(word) not in columns


def test_without_mates_a_product_is_found_by_another_view():
    data = replace(DATA, with_mates=False)
    dropout = (CONFIG.word_dropout, CONFIG.ngram_dropout)
    predicted = DATA.views.tf_idf(view_of(data, dropout)) @ COEFFICIENTS
    score = make_validation(data).score(None)
    assert score == pytest.approx(plain_score(predicted), rel=1e-5)
