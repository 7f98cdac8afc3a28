"""fastText as a classifier: the library's own numbers."""

import fasttext
import numpy as np
import pytest
from small import LABELS, TITLES, small_fasttext

from sklearn_prodemb import normalize_titles


@pytest.mark.parametrize("loss", ["softmax", "hs", "ova"])
def test_the_library_itself_gives_the_same(loss, tmp_path):
    params = {"lr": 0.5, "epoch": 20, "dim": 8, "bucket": 300, "loss": loss}
    params |= {"minn": 2, "maxn": 3, "word_ngrams": 2, "min_count": 2}
    classifier = small_fasttext(**params, random_state=3).fit(TITLES, LABELS)

    lines = normalize_titles(TITLES)
    rows = zip(LABELS, lines, strict=True)
    text = "".join(f"__label__{int(label)} {line}\n" for label, line in rows)
    (tmp_path / "titles").write_text(text)
    seed = int(np.random.RandomState(3).randint(2**31 - 1))
    model = fasttext.train_supervised(
        str(tmp_path / "titles"), **params, seed=seed, thread=1, verbose=0
    )
    model.save_model(str(tmp_path / "model"))
    assert (tmp_path / "model").read_bytes() == classifier.model_.data.tobytes()
    for line, probabilities in zip(
        lines, classifier.predict_proba(TITLES), strict=True
    ):
        labels, values = model.predict(line, k=-1)
        columns = [int(label[-1]) for label in labels]
        np.testing.assert_allclose(probabilities[columns], values / values.sum())


def test_chunks_of_predict_proba(monkeypatch):
    classifier = small_fasttext().fit(TITLES, LABELS)
    whole = classifier.predict_proba(TITLES)
    monkeypatch.setattr(
        "sklearn_prodemb.baselines._fasttext_classifier._TITLES_PER_CHUNK", 7
    )
    np.testing.assert_array_equal(classifier.predict_proba(TITLES), whole)


def test_several_threads_learn():
    classifier = small_fasttext(n_jobs=2).fit(TITLES, LABELS)
    assert classifier.score(TITLES, LABELS) > 0.9


def test_numbers_of_numpy():
    numbers = {"lr": np.float32(1), "dim": np.int64(10), "maxn": np.int8(3)}
    ours = small_fasttext(**numbers).fit(TITLES, LABELS).model_.data
    assert ours.tobytes() == small_fasttext().fit(TITLES, LABELS).model_.data.tobytes()


@pytest.mark.parametrize("name", ["bucket", "maxn", "minn", "word_ngrams", "dim"])
def test_numbers_that_the_library_cannot_take(name):
    match = rf"'{name}' parameter of .* in the range \[\d, 2147483647\]"
    with pytest.raises(ValueError, match=match):
        small_fasttext(**{name: 2**31}).fit(TITLES, LABELS)


def test_min_count_that_leaves_no_word():
    n = len(TITLES)
    with pytest.raises(ValueError, match=f"min_count={n + 1} leaves no word of {n}"):
        small_fasttext(min_count=n + 1).fit(TITLES, LABELS)
    probabilities = small_fasttext(min_count=n).fit(TITLES, LABELS).predict_proba(["a"])
    assert np.isfinite(probabilities).all()
