"""The embedder to begin with."""

import numpy as np
from small import SESSIONS, TITLES, spectral

from sklearn_prodemb import ProductEmbedder


def test_vectors_are_those_of_the_closed_form():
    embedder = ProductEmbedder(n_components=16, random_state=0).fit(SESSIONS)
    expected = spectral().fit(SESSIONS).transform(TITLES)
    np.testing.assert_array_equal(embedder.transform(TITLES), expected)
    assert embedder.get_feature_names_out()[0] == "productembedder0"


def test_defaults():
    vectors = ProductEmbedder(random_state=0).fit(SESSIONS).transform(TITLES)
    assert vectors.shape == (60, 512)
    assert vectors.dtype == np.float32
