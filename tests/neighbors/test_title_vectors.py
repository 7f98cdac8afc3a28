"""Which columns are kept, in batches, and what is no embedder of titles."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from small import SESSIONS, TITLES, small_cnn, small_product, spectral

from sklearn_prodemb import SpectralEmbedder
from sklearn_prodemb.baselines import TextCNNClassifier
from sklearn_prodemb.neighbors import _title_vectors
from sklearn_prodemb.neighbors._title_vectors import TitleVectors


@pytest.fixture(scope="module")
def embedder():
    return spectral().fit(SESSIONS)


def test_all_columns_or_those_of_blocks(embedder):
    whole = embedder.transform(TITLES)
    blocks = embedder.encoder_.blocks
    vectors = TitleVectors.of(embedder)
    np.testing.assert_array_equal(vectors.encode(TITLES), whole, strict=True)
    found = vectors.only(["products", "words"]).encode(TITLES)
    expected = np.hstack([whole[:, blocks["products"]], whole[:, blocks["words"]]])
    np.testing.assert_array_equal(found, expected, strict=True)
    frozen = TitleVectors.of(FrozenEstimator(embedder)).only(["contexts"])
    np.testing.assert_array_equal(frozen.encode(TITLES), whole[:, blocks["contexts"]])


def test_batches_are_bounded_and_add_up(embedder, monkeypatch):
    vectors = TitleVectors.of(embedder)
    whole = vectors.encode(TITLES)
    monkeypatch.setattr(_title_vectors, "_TITLES_PER_BATCH", 7)
    sizes = [len(batch) for batch in vectors.batches(TITLES)]
    assert max(sizes) == 7
    assert sum(sizes) == len(TITLES)
    np.testing.assert_array_equal(vectors.encode(TITLES), whole, strict=True)
    assert vectors.encode([]).shape == (0, whole.shape[1])


def test_what_is_learned_later_does_not_count():
    embedder = spectral().fit(SESSIONS)
    vectors = TitleVectors.of(embedder)
    before = vectors.encode(TITLES)
    embedder.set_params(n_components=8).fit(SESSIONS)
    np.testing.assert_array_equal(vectors.encode(TITLES), before, strict=True)


def test_frames_of_an_embedder_are_read():
    embedder = spectral().fit(SESSIONS)
    expected = embedder.transform(TITLES)
    embedder.set_output(transform="pandas")
    found = TitleVectors.of(embedder).encode(TITLES)
    np.testing.assert_array_equal(found, expected, strict=True)


def test_embedders_that_are_not_fitted_or_none():
    with pytest.raises(NotFittedError, match=r"call SpectralEmbedder\.fit\(sessions\)"):
        TitleVectors.of(SpectralEmbedder())
    with pytest.raises(NotFittedError):
        TitleVectors.of(FrozenEstimator(SpectralEmbedder()))
    classifier = small_cnn(TextCNNClassifier)
    for wrong in (SpectralEmbedder, "embedder.skops", None, classifier):
        with pytest.raises(TypeError, match="must be a fitted embedder of titles"):
            TitleVectors.of(wrong)


@pytest.mark.parametrize("names", [["words", "prices"], ["words", "words"], []])
def test_blocks_that_are_not_there(embedder, names):
    with pytest.raises(ValueError, match="the blocks 'words', 'contexts', 'products'"):
        TitleVectors.of(embedder).only(names)


def test_blocks_without_columns():
    catalogue = small_product(max_epochs=0).fit([[title] for title in TITLES])
    vectors = TitleVectors.of(catalogue)
    assert not vectors.knows_mates
    with pytest.raises(ValueError, match="fitted on sessions of one product each"):
        vectors.only(["words", "contexts"])
    assert vectors.only(["words", "products"]).encode(TITLES).shape == (60, 16)
    assert TitleVectors.of(spectral().fit(SESSIONS)).knows_mates


class Constant(BaseEstimator):
    """Gives the same for all titles."""

    def __init__(self, output=None):
        self.output = output

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return self.output

    def __sklearn_is_fitted__(self):
        return True


def test_vectors_that_are_none():
    with pytest.raises(TypeError, match="TfidfVectorizer gives sparse ones"):
        TitleVectors.of(TfidfVectorizer().fit(TITLES)).encode(TITLES)
    for output in (np.zeros((1, 2)), np.zeros(len(TITLES))):
        with pytest.raises(ValueError, match="a vector for each of"):
            TitleVectors.of(Constant(output)).encode(TITLES)
    with pytest.raises(ValueError, match="not finite"):
        TitleVectors.of(Constant([[np.nan]])).encode(["mesa"])
    with pytest.raises(ValueError, match="Constant has no blocks"):
        TitleVectors.of(Constant()).only(["words"])
