"""The text CNN as a regressor: it learns the standardised target."""

import numpy as np
from small import PRICES, TITLES, small_cnn

from sklearn_prodemb.baselines import TextCNNRegressor


def test_standardised_targets():
    estimators = [
        small_cnn(TextCNNRegressor).fit(TITLES, PRICES * scale) for scale in (1, 1e6)
    ]
    for name in ("loss_curve_", "validation_scores_"):
        curves = [getattr(e, name) for e in estimators]
        np.testing.assert_allclose(*curves, rtol=1e-3)
    # The mean alone has an error of 1.
    assert estimators[0].loss_curve_[-1] < 0.5


def test_predictions_are_in_the_unit_of_the_target():
    plain = small_cnn(TextCNNRegressor).fit(TITLES, PRICES)
    other = small_cnn(TextCNNRegressor).fit(TITLES, 1e3 * PRICES - 50)
    expected = 1e3 * plain.predict(TITLES) - 50
    np.testing.assert_allclose(other.predict(TITLES), expected, rtol=1e-3, atol=1)


def test_the_last_layer_is_that_of_the_best_epoch():
    regressor = small_cnn(TextCNNRegressor, n_iter_no_change=3, learning_rate=0.1)
    regressor.fit(TITLES, PRICES)
    scores = regressor.validation_scores_
    n_best = int(scores.argmax()) + 1
    assert n_best < regressor.n_iter_ == len(scores) < 20
    # The same training, ended there.
    shorter = small_cnn(TextCNNRegressor, max_epochs=n_best, learning_rate=0.1)
    shorter.fit(TITLES, PRICES)
    np.testing.assert_array_equal(regressor.predict(TITLES), shorter.predict(TITLES))


def test_fitted_attributes():
    regressor = small_cnn(TextCNNRegressor, max_epochs=3).fit(TITLES, PRICES)
    assert regressor.output_weights_.shape == (1, 32)
    assert regressor.output_biases_.shape == (1,)
    assert regressor.output_weights_.dtype == regressor.output_biases_.dtype == float
    assert regressor.loss_curve_.shape == regressor.validation_scores_.shape == (3,)
    assert (regressor.loss_curve_ > 0).all()
    assert (regressor.validation_scores_ < 0).all()
