"""The text CNN as a classifier."""

from small import LABELS, TITLES, small_cnn

from sklearn_prodemb.baselines import TextCNNClassifier


def test_fitted_attributes():
    estimator = small_cnn(TextCNNClassifier, n_iter_no_change=3, learning_rate=0.3)
    estimator.fit(TITLES, LABELS)
    n_epochs = estimator.n_iter_
    assert estimator.loss_curve_.shape == estimator.validation_scores_.shape
    assert estimator.loss_curve_.shape == (n_epochs,)
    assert (
        (estimator.validation_scores_ >= 0) & (estimator.validation_scores_ <= 1)
    ).all()
    assert n_epochs < 20
    assert estimator.output_weights_.shape == (2, 32)
    assert estimator.output_biases_.shape == (2,)
    assert estimator.encoder_.token_embeddings.shape[1] == 16


def test_two_titles_are_enough():
    classifier = small_cnn(TextCNNClassifier).fit(["mesa roble", "silla"], ["a", "b"])
    assert classifier.predict_proba(["mesa"]).shape == (1, 2)
