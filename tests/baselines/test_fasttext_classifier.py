"""fastText as a classifier: its own numbers, and nothing left behind."""

import sys
import tempfile
from pathlib import Path

import fasttext
import numpy as np
import pytest
from small import LABELS, TITLES, small_fasttext

from sklearn_prodemb import normalize_titles
from sklearn_prodemb.baselines import FastTextClassifier


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


def test_every_row_of_the_embeddings_is_drawn():
    # Some builds of the library draw a tenth of them and leave the rest as the memory
    # was, so that equal seeds give different models.
    classifier = small_fasttext(lr=1e-9, epoch=1, dim=50, maxn=3, minn=2, bucket=500)
    model = classifier.fit(TITLES, LABELS).model_._load()
    matrix = model.get_input_matrix()
    assert (np.abs(matrix) <= 1 / 50).all()
    assert matrix.shape[0] > 500
    assert (matrix.std(axis=1) > 0.005).all()


def test_nothing_is_printed_or_left_behind(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    classifier = small_fasttext().fit(TITLES, LABELS)
    classifier.predict(TITLES)
    with pytest.raises(ValueError, match=r"fastText could not train: .* lower lr"):
        classifier.set_params(lr=1e9).fit(TITLES, LABELS)
    assert not list(tmp_path.iterdir())
    assert capfd.readouterr() == ("", "")


def test_words_that_mean_something_to_fasttext():
    strange = ["__label__1", "</s>", "a\nb", "__la__label__bel__0", "\ud800", "a\0b\r"]
    titles = [f"{word} {last}" for word in strange for last in ("mesa", "luz")]
    y = ["x", "y"] * len(strange)
    classifier = small_fasttext(normalizer=None).fit(titles, y)
    assert classifier.classes_.tolist() == ["x", "y"]
    assert classifier.score(titles, y) == 1
    assert set(classifier.model_._load().labels) == {"__label__0", "__label__1"}
    # A line that ended early would lose the words that tell the class.
    mesa = classifier.predict_proba(["mesa"])
    assert (classifier.predict_proba(["</s> mesa"]) == mesa).all()
    assert (classifier.predict_proba(["\n mesa"]) == mesa).all()


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


def test_min_count_that_leaves_no_word():
    n = len(TITLES)
    with pytest.raises(ValueError, match=f"min_count={n + 1} leaves no word of {n}"):
        small_fasttext(min_count=n + 1).fit(TITLES, LABELS)
    probabilities = small_fasttext(min_count=n).fit(TITLES, LABELS).predict_proba(["a"])
    assert np.isfinite(probabilities).all()


def test_the_model_is_a_file_of_fasttext(tmp_path):
    path = Path(tmp_path / "model.bin")
    small_fasttext(dim=7).fit(TITLES, LABELS).model_.data.tofile(path)
    assert fasttext.load_model(str(path)).get_dimension() == 7


def test_without_the_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "fasttext", None)
    with pytest.raises(ImportError, match=r"pip install 'sklearn-prodemb\[fasttext\]'"):
        FastTextClassifier().fit(TITLES, LABELS)
