"""The library behind functions of plain data: its files, and nothing left behind."""

import pickle
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

import fasttext
import numpy as np
import pytest
from full_disk import full_disk
from small import LABELS, TITLES, small_fasttext

from sklearn_prodemb.baselines import FastTextClassifier
from sklearn_prodemb.baselines._fasttext.model import FastTextModel, as_lines


@pytest.fixture(scope="module")
def data():
    return small_fasttext(dim=7).fit(TITLES, LABELS).model_.data


def scores(model, titles=TITLES):
    out = np.zeros((len(titles), 2))
    model.predict(titles, out)
    return out


def test_the_model_is_a_file_of_fasttext(data, tmp_path):
    path = tmp_path / "model.bin"
    data.tofile(path)
    loaded = fasttext.load_model(str(path))
    assert loaded.get_dimension() == 7
    for title, row in zip(TITLES, scores(FastTextModel(data)), strict=True):
        labels, values = loaded.predict(title, k=-1)
        assert dict(zip(labels, values, strict=True)) == {
            "__label__0": row[0],
            "__label__1": row[1],
        }


@pytest.mark.parametrize("n_bytes", [1_000, 10_000, 20_000])
def test_a_full_disk(n_bytes):
    classifier = small_fasttext().fit(TITLES, LABELS)
    before = dict(vars(classifier))
    assert len(classifier.model_.data) > 20_000
    match = r"titles\.txt|written whole: .*model\.bin"
    with pytest.raises(OSError, match=match), full_disk(n_bytes):
        classifier.fit(TITLES, LABELS)
    assert vars(classifier) == before


def test_a_full_disk_while_loading(data):
    with pytest.raises(OSError, match=r"model\.bin"), full_disk(1_000):
        scores(FastTextModel(data))


def test_a_class_without_a_score_is_left_as_it_was(data):
    out = np.full((2, 3), 7.0)
    FastTextModel(data).predict(TITLES[:2], out)
    np.testing.assert_array_equal(out[:, :2], scores(FastTextModel(data), TITLES[:2]))
    assert (out[:, 2] == 7).all()


def test_pickle(data):
    model = FastTextModel(data)
    expected = scores(model)
    # Neither what was loaded nor the lock travels.
    for given in (model, FastTextModel(data)):
        again = pickle.loads(pickle.dumps(given))
        assert again.data.tobytes() == data.tobytes()
        np.testing.assert_array_equal(scores(again), expected)
    assert len(pickle.dumps(model)) < data.nbytes + 1000


def test_several_threads_load_it_once(data, monkeypatch):
    loaded = []
    load = FastTextModel._load

    def counting(model):
        loaded.append(model)
        return load(model)

    monkeypatch.setattr(FastTextModel, "_load", counting)
    model, together = FastTextModel(data), threading.Barrier(8, timeout=10)

    def ask(_):
        together.wait()
        return scores(model)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert loaded == [model]
    expected = scores(FastTextModel(data))
    for out in found:
        np.testing.assert_array_equal(out, expected)


def test_a_line_is_a_line():
    titles = ["a\nb", "__label__1 mesa", "fin</s>al", "año 2"]
    lines = as_lines(titles)
    assert [line.split() for line in lines] == [
        ["a", "b"],
        ["1", "mesa"],
        ["fin", "al"],
        ["año", "2"],
    ]
    assert not any("\n" in line for line in lines)


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


def test_without_the_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "fasttext", None)
    with pytest.raises(ImportError, match=r"pip install 'sklearn-prodemb\[fasttext\]'"):
        FastTextClassifier().fit(TITLES, LABELS)
