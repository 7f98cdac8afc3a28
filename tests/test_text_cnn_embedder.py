"""The estimator: fit, partial_fit, warm_start, transform."""

import numpy as np
import pytest
from plain import PlainTextCNN
from small import SESSIONS, TITLES, small, spectral

from sklearn_prodemb import Sessions, TextCNNEmbedder
from sklearn_prodemb._byol import training
from sklearn_prodemb._text_cnn.encoder import _TITLES_PER_CHUNK
from sklearn_prodemb.exceptions import (
    CollapseWarning,
)


def test_defaults_are_the_published_numbers():
    params = TextCNNEmbedder().get_params()
    published = {
        "max_session_length": 10,
        "alpha": 0.9,
        "vocab_size": 30_000,
        "embedding_dim": 512,
        "kernel_sizes": (2, 3, 4, 5),
        "n_filters": 128,
        "hidden_dim": 1024,
        "projection_dim": 128,
        "tau": 0.996,
        "optimizer": "sgd",
        "learning_rate": 0.45,
        "momentum": 0.9,
        "weight_decay": 1e-5,
        "max_epochs": 1,
        "batch_size": 4096,
    }
    assert published.items() <= params.items()


def test_fitted_attributes():
    embedder = small(max_epochs=2).fit(SESSIONS)
    n_tokens = embedder.encoder_.tokenizer.vocab_size
    assert n_tokens <= 100
    assert embedder.encoder_.token_embeddings.shape == (n_tokens, 16)
    assert embedder.encoder_.filters.shape == (14, 8, 16)
    assert embedder.encoder_.biases.shape == (32,)
    for name in ("token_embeddings", "filters", "biases"):
        assert type(getattr(embedder.encoder_, name)) is np.ndarray
        assert getattr(embedder.encoder_, name).dtype == np.float32
    assert embedder.encoder_.kernel_sizes == (2, 3, 4, 5)
    assert embedder.categories_.tolist() == list(range(10))
    assert embedder.n_pairs_ == SESSIONS.n_pairs == 600
    assert embedder.n_iter_ == 24
    assert set(embedder.loss_curve_) == {"loss", "byol", "category"}
    assert all(len(c) == 24 for c in embedder.loss_curve_.values())


def test_transform_is_the_text_cnn_on_the_tokens():
    embedder = small().fit(SESSIONS)
    titles = [*TITLES[:20], "", "silla", "###", "漢字 silla"]
    rows = embedder.encoder_.tokenizer.encode(titles).to_lists()
    expected = PlainTextCNN(embedder.encoder_)(rows).detach().numpy()
    np.testing.assert_allclose(embedder.transform(titles), expected, atol=1e-5)


def test_transform_in_chunks():
    embedder = small().fit(SESSIONS)
    titles = [f"mesa {i}" for i in range(_TITLES_PER_CHUNK + 50)] + TITLES * 2
    vectors = embedder.transform(titles)
    np.testing.assert_array_equal(vectors[-60:], embedder.transform(TITLES))
    np.testing.assert_array_equal(
        vectors[_TITLES_PER_CHUNK - 5 : _TITLES_PER_CHUNK + 5],
        embedder.transform(titles[_TITLES_PER_CHUNK - 5 : _TITLES_PER_CHUNK + 5]),
    )


def test_each_distinct_title_is_computed_once(monkeypatch):
    embedder = small().fit(SESSIONS)
    seen = []
    encode = embedder.encoder_.tokenizer.encode
    monkeypatch.setattr(
        embedder.encoder_.tokenizer, "encode", lambda t: seen.extend(t) or encode(t)
    )
    vectors = embedder.transform(["mesa", "silla", "mesa"] * 10)
    assert sorted(seen) == ["mesa", "silla"]
    np.testing.assert_array_equal(vectors[0], vectors[2])
    assert not np.array_equal(vectors[0], vectors[1])


def test_odd_titles_have_a_defined_vector():
    embedder = small().fit(SESSIONS)
    odd = ["", "   ", "¡¿!?", "de la", "\u200b", "\ud800", "漢字", "x" * 100_000]
    vectors = embedder.transform(odd)
    assert np.isfinite(vectors).all()
    np.testing.assert_array_equal(vectors[:6], np.tile(vectors[0], (6, 1)))
    np.testing.assert_array_equal(vectors[0], np.maximum(embedder.encoder_.biases, 0))


def test_max_epochs_zero_is_the_untrained_encoder():
    untrained = small(max_epochs=0).fit(SESSIONS)
    trained = small().fit(SESSIONS)
    assert untrained.n_iter_ == 0
    assert len(untrained.loss_curve_["loss"]) == 0
    assert untrained.transform(TITLES).shape == (60, 32)
    assert untrained.encoder_.tokenizer.model == trained.encoder_.tokenizer.model
    assert not np.array_equal(untrained.encoder_.filters, trained.encoder_.filters)


@pytest.mark.parametrize("alpha", [0, 0.5, 1])
def test_any_alpha(alpha):
    embedder = small(alpha=alpha).fit(SESSIONS)
    curve = embedder.loss_curve_
    total = alpha * curve["byol"] + (1 - alpha) * curve["category"]
    np.testing.assert_allclose(curve["loss"], total, rtol=1e-5)
    assert (curve["byol"].any(), curve["category"].any()) == (alpha > 0, alpha < 1)


def test_sessions_without_categories():
    sessions = [[t for t, _ in session] for session in SESSIONS.to_lists()]
    embedder = small().fit(sessions)
    assert not embedder.loss_curve_["category"].any()
    assert len(embedder.categories_) == 0
    with pytest.raises(ValueError, match="alpha=0 learns from categories alone"):
        small(alpha=0).fit(sessions)


def test_some_categories_missing():
    sessions = [
        [(t, c if i % 2 else None) for i, (t, c) in enumerate(session)]
        for session in SESSIONS.to_lists()
    ]
    full, half = small(alpha=0).fit(SESSIONS), small(alpha=0).fit(sessions)
    # A missing target adds nothing: 2 of 5 products of each session have one.
    share = half.loss_curve_["category"][0] / full.loss_curve_["category"][0]
    assert share == pytest.approx(2 / 5, abs=0.05)


def test_the_smallest_sessions_that_can_be_learned_from():
    embedder = TextCNNEmbedder(random_state=0).fit([["mesa", "silla"]])
    assert embedder.n_pairs_ == embedder.n_iter_ == 1
    assert np.isfinite(embedder.transform(["mesa"])).all()


def test_no_pair_to_learn_from():
    with pytest.raises(ValueError, match="None of the 2 sessions holds two distinct"):
        small().fit([["mesa"], ["silla", "silla"]])


def test_sessions_are_cut_to_their_first_products():
    long = Sessions.from_lists([TITLES, TITLES[:30]])
    for make in (small, spectral):
        assert make(max_session_length=None).fit(long).n_pairs_ == long.n_pairs
        assert make(max_session_length=10).fit(long).n_pairs_ == 2 * 45
    cut = Sessions.from_lists([TITLES[:4], TITLES[:4]])
    assert cut.n_pairs == small(max_session_length=4).fit(long).n_pairs_


def test_a_failed_fit_leaves_the_estimator_as_it_was():
    embedder = small().fit(SESSIONS)
    before = dict(vars(embedder))
    vectors = embedder.transform(TITLES)
    embedder.set_params(learning_rate=1e30, warmup=0)
    with pytest.raises(ValueError, match="not finite"):
        embedder.fit(SESSIONS)
    embedder.set_params(learning_rate=1e-3, warmup=0.01)
    after = vars(embedder)
    assert after.keys() == before.keys()
    assert all(
        after[name] is before[name] or after[name] == before[name] for name in before
    )
    np.testing.assert_array_equal(embedder.transform(TITLES), vectors)


def _lower(title):
    return title.lower()


class _Prefix:
    def __init__(self, prefix):
        self.prefix = prefix

    def __call__(self, title):
        return self.prefix + title


def test_a_callable_normalizer_is_cached_by_what_it_does(tmp_path, monkeypatch):
    trainings = []
    train = training.train

    def spy(*args, **kwargs):
        trainings.append(args)
        return train(*args, **kwargs)

    monkeypatch.setattr(training, "train", spy)

    def fit(normalizer):
        before = len(trainings)
        embedder = small(memory=str(tmp_path), normalizer=normalizer).fit(SESSIONS)
        assert embedder.encoder_.tokenizer.normalizer is normalizer
        return len(trainings) - before

    prefix = "a"
    assert fit(_lower) == 1
    assert fit(lambda title: title.lower()) == 0
    assert fit(lambda title: prefix + title) == 1
    assert fit(_Prefix("a")) == fit(_Prefix("a")) == 0
    prefix = "b"
    assert fit(lambda title: prefix + title) == 1
    assert fit(_Prefix("b")) == 0


@pytest.mark.parametrize("X", [SESSIONS, SESSIONS.to_lists()])
@pytest.mark.parametrize("sessions", [None, SESSIONS])
def test_fit_transform_of_sessions_is_refused_before_training(X, sessions):
    embedder = small(sessions=sessions)
    with pytest.raises(TypeError, match=r"call fit\(sessions\), then transform"):
        embedder.fit_transform(X)
    assert not hasattr(embedder, "encoder_")


def test_vectors_that_are_not_finite_are_refused():
    embedder = small(
        optimizer="sgd", learning_rate=1e25, warmup=0, batch_size=10**6, alpha=0
    )
    with pytest.raises(ValueError, match=r"not finite after 1 steps\. Lower"):
        embedder.fit(SESSIONS)
    assert not hasattr(embedder, "encoder_")


def test_collapse_is_noticed():
    embedder = small(
        alpha=1, max_epochs=20, weight_decay=0.1, optimizer="sgd", learning_rate=0.45
    )
    with pytest.warns(CollapseWarning, match="use alpha <= 0.9") as record:
        embedder.fit(SESSIONS)
    assert record[0].filename == __file__


@pytest.mark.parametrize(
    "changed",
    [
        {"n_filters": 4},
        {"embedding_dim": 8},
        {"kernel_sizes": (5, 4, 3, 2)},
    ],
)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_an_encoder_cannot_change_its_shape(changed, method):
    embedder = small(warm_start=True).fit(SESSIONS).set_params(**changed)
    with pytest.raises(ValueError, match="cannot be trained further with another"):
        getattr(embedder, method)(SESSIONS)


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"alpha": 1.5}, "'alpha' parameter"),
        ({"normalizer": "klingon"}, "'normalizer' parameter"),
        ({"kernel_sizes": ()}, "kernel_sizes must not be empty"),
        ({"kernel_sizes": (2, 0)}, "kernel_sizes must be positive ints"),
        ({"device": "abacus"}, "device='abacus' cannot be used"),
        ({"max_session_length": 1}, "'max_session_length' parameter"),
        ({"vocab_size": 3}, "Try a larger vocab_size"),
    ],
)
def test_bad_parameters(params, match):
    with pytest.raises(ValueError, match=match):
        small(**params).fit(SESSIONS)


def test_normalizer_is_kept_from_fit():
    embedder = small(normalizer=str.upper).fit(SESSIONS)
    expected = embedder.transform(TITLES)
    embedder.set_params(normalizer="es")
    np.testing.assert_array_equal(embedder.transform(TITLES), expected)


def test_text_without_spaces_is_cut_by_sentencepiece():
    cups, headphones = ["不锈钢保温杯", "儿童保温杯"], ["无线蓝牙耳机", "运动蓝牙耳机"]
    params = {"n_filters": 32, "max_epochs": 0, "vocab_size": 200, "random_state": 0}
    embedder = TextCNNEmbedder(normalizer="basic", **params).fit([cups, headphones])
    assert embedder.transform(["办公室保温杯", "迷你蓝牙耳机"]).any(axis=1).all()
