"""Files of fastText that would end the process, or give no numbers."""

import struct

import numpy as np
import pytest
from small import LABELS, TITLES, small_fasttext

from sklearn_prodemb._utils.description import Wrong
from sklearn_prodemb.baselines._fasttext.model_file import check_model, count_labels

# Where numbers are in the file, each an int of 32 bits.
PLACES = {
    "magic number": 0,
    "version": 4,
    "dim": 8,
    "word_ngrams": 28,
    "loss": 32,
    "kind of model": 36,
    "bucket": 40,
    "minn": 44,
    "maxn": 48,
    "entries": 64,
    "words": 68,
    "labels": 72,
}


@pytest.fixture(scope="module")
def data():
    return small_fasttext().fit(TITLES, LABELS).model_.data


@pytest.mark.parametrize(
    "params",
    [{}, {"loss": "hs"}, {"loss": "ova"}, {"minn": 0, "maxn": 0, "word_ngrams": 1}],
)
def test_what_fasttext_writes_is_accepted(params):
    data = small_fasttext(**params).fit(TITLES, LABELS).model_.data
    check_model(data)
    assert count_labels(data) == 2


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("value", [-1, 0, 100, 2**31 - 1])
def test_a_number_that_cannot_be_is_refused(data, name, value):
    if (name in ("minn", "maxn", "word_ngrams") and value > 0) or name == "minn":
        value = -1
    changed = data.copy()
    changed[PLACES[name] : PLACES[name] + 4] = list(struct.pack("<i", value))
    if name == "maxn" and value == 0:
        check_model(changed)  # no n-grams of characters
        return
    with pytest.raises(Wrong, match="must be a model of fastText, but is damaged: its"):
        check_model(changed)


@pytest.mark.parametrize("share", [0, 0.001, 0.01, 0.1, 0.5, 0.99])
def test_a_file_that_is_cut_is_refused(data, share):
    with pytest.raises(Wrong, match="is damaged"):
        check_model(data[: int(len(data) * share)])
    with pytest.raises(Wrong, match="length"):
        check_model(np.append(data, data[:4]))


def test_labels_are_the_numbers_of_classes(data):
    text = data.tobytes()
    with pytest.raises(Wrong, match="its labels cannot be"):
        check_model(np.frombuffer(text.replace(b"__label__1", b"__label__2"), np.uint8))


def test_the_end_of_a_title_is_a_word(data):
    changed = data.tobytes().replace(b"</s>", b"</t>")
    with pytest.raises(Wrong, match="its dictionary cannot be"):
        check_model(np.frombuffer(changed, np.uint8))


def test_numbers_are_finite(data):
    changed = data.copy()
    changed[-4:] = list(struct.pack("<f", np.nan))
    with pytest.raises(Wrong, match="must hold numbers within"):
        check_model(changed)


def test_no_file_has_no_labels():
    assert count_labels(np.zeros(0, np.uint8)) == 0
