"""What both text CNNs share: their parts, tokens and outputs."""

import numpy as np
import pytest
from plain import PlainTextCNN
from scipy.special import softmax
from small import LABELS, PRICES, TITLES, small_cnn

from sklearn_prodemb.baselines import TextCNNClassifier, TextCNNRegressor
from sklearn_prodemb.baselines._supervised_cnn import base


def plain_outputs(estimator, titles):
    encoder = estimator.encoder_
    lists = encoder.tokenizer.encode(titles).to_lists()
    vectors = PlainTextCNN(encoder)(lists).detach().numpy()
    return vectors @ estimator.output_weights_.T + estimator.output_biases_


def test_predictions_equal_the_plain_network():
    classifier = small_cnn(TextCNNClassifier).fit(TITLES, LABELS)
    regressor = small_cnn(TextCNNRegressor).fit(TITLES, PRICES)
    expected = softmax(plain_outputs(classifier, TITLES), axis=1)
    np.testing.assert_allclose(classifier.predict_proba(TITLES), expected, atol=1e-5)
    expected = plain_outputs(regressor, TITLES)[:, 0]
    np.testing.assert_allclose(regressor.predict(TITLES), expected, atol=1e-4)


@pytest.mark.parametrize(
    ("sizes", "fraction", "expected"),
    [
        ([50, 50], 0.1, [5, 5]),
        ([90, 10], 0.1, [9, 1]),
        ([98, 2], 0.5, [49, 1]),
        ([6, 4], 0.05, None),  # one title for two classes
        ([9, 1], 0.5, None),  # one title cannot be in both parts
        ([1, 1], 0.5, None),
        ([1, 1], 0.99, None),
    ],
)
def test_split(sizes, fraction, expected):
    codes = np.repeat([0, 1], sizes)
    training, validation = base._split(codes, fraction, 0)
    assert sorted([*training, *validation]) == list(range(len(codes)))
    assert len(training) > 0
    assert len(validation) == min(len(codes) - 1, np.ceil(fraction * len(codes)))
    if expected is not None:
        assert np.bincount(codes[validation]).tolist() == expected
    others = [base._split(codes, fraction, seed)[1] for seed in range(1, 9)]
    assert any(not np.array_equal(validation, other) for other in others)


def test_tokens_come_from_the_training_part(monkeypatch):
    seen = []
    train = base.PieceTokenizer.train

    def watched(titles, *args, **kwargs):
        seen.extend(titles)
        return train(titles, *args, **kwargs)

    monkeypatch.setattr(base.PieceTokenizer, "train", watched)
    small_cnn(TextCNNClassifier, validation_fraction=0.4).fit(TITLES, LABELS)
    assert len(seen) == len(set(seen)) == len(TITLES) - np.ceil(0.4 * len(TITLES))
    assert set(seen) < set(TITLES)


def test_chunks_of_predict(monkeypatch):
    regressor = small_cnn(TextCNNRegressor).fit(TITLES, PRICES)
    whole = regressor.predict(TITLES)
    monkeypatch.setattr(
        "sklearn_prodemb.baselines._supervised_cnn.base._TITLES_PER_CHUNK", 7
    )
    np.testing.assert_allclose(regressor.predict(TITLES), whole, rtol=1e-12)


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"kernel_sizes": (2, 0)}, "kernel_sizes must be positive ints"),
        ({"kernel_sizes": ()}, "kernel_sizes must not be empty"),
        ({"device": "nowhere"}, "device='nowhere' cannot be used"),
        ({"learning_rate": 1e30}, "The loss is not finite in epoch 1"),
        ({"vocab_size": 3}, "could not learn vocab_size=3"),
    ],
)
def test_bad_parameters(params, match):
    with pytest.raises(ValueError, match=match):
        small_cnn(TextCNNClassifier, **params).fit(TITLES, LABELS)


def test_one_title_is_too_few():
    with pytest.raises(ValueError, match=r"two titles or more.* but got 1"):
        small_cnn(TextCNNRegressor).fit(["mesa"], [1.0])


def test_numbers_are_split_too():
    numbers = np.arange(30, dtype=np.float32)
    training, validation = base._split(numbers, 0.1, 0)
    assert len(validation) == 3
    assert sorted([*training, *validation]) == list(range(30))


def test_a_training_that_fails_leaves_the_estimator_as_it_was():
    classifier = small_cnn(TextCNNClassifier, max_epochs=2).fit(TITLES, LABELS)
    before = {k: v for k, v in vars(classifier).items() if k.endswith("_")}
    classifier.set_params(learning_rate=1e30)
    with pytest.raises(ValueError, match="loss is not finite"):
        classifier.fit(TITLES, LABELS)
    after = {k: v for k, v in vars(classifier).items() if k.endswith("_")}
    assert list(after) == list(before)
    assert all(after[name] is value for name, value in before.items())
