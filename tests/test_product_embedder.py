"""The embedder to begin with."""

import numpy as np
from small import SESSIONS, TITLES, spectral

from sklearn_prodemb import ProductEmbedder, Sessions, SpectralEmbedder
from sklearn_prodemb.datasets import misspell_titles


def test_vectors_are_those_of_the_closed_form():
    embedder = ProductEmbedder(n_components=16, random_state=0).fit(SESSIONS)
    expected = spectral().fit(SESSIONS).transform(TITLES)
    np.testing.assert_array_equal(embedder.transform(TITLES), expected)
    assert embedder.get_feature_names_out()[0] == "productembedder0"


def test_defaults():
    vectors = ProductEmbedder(random_state=0).fit(SESSIONS).transform(TITLES)
    assert vectors.shape == (60, 512)
    assert vectors.dtype == np.float32


def test_words_are_counted_in_distinct_titles():
    sessions = Sessions.from_lists(
        [["Mesa mesa pino", "silla"], ["MESA MESA PINO", "mesa"], ["silla", "mesa"]]
    )
    encoder = ProductEmbedder(n_components=8, random_state=0).fit(sessions).encoder_
    counts = dict(zip(encoder.tokenizer.words, encoder.word_counts, strict=True))
    assert counts == {"mesa": 2, "pino": 1, "silla": 1}


def test_misspelt_titles():
    params = {"normalizer": "basic", "n_components": 16, "random_state": 0}
    embedder = ProductEmbedder(**params).fit(SESSIONS)
    titles = SESSIONS.titles.tolist()
    typos = misspell_titles(titles, random_state=0)
    vectors = embedder.transform(titles)
    np.testing.assert_array_equal(embedder.transform(typos), vectors)
    closed_form = SpectralEmbedder(**params).fit(SESSIONS).transform(typos)
    assert not np.allclose(closed_form, vectors, atol=0.1)
