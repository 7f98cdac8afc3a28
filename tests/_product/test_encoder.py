"""Titles in, vectors out, misspelt ones too."""

import pickle

import numpy as np
from small import SESSIONS

from sklearn_prodemb import ProductEmbedder, Sessions
from sklearn_prodemb.datasets import misspell_titles

# "esa" for "mesa" would be a stop word of Spanish.
EMBEDDER = ProductEmbedder(normalizer="basic", n_components=16, random_state=0)
ENCODER = EMBEDDER.fit(SESSIONS).encoder_
KNOWN = SESSIONS.titles.tolist()


def test_misspelt_titles_get_the_vectors_of_the_titles():
    typos = misspell_titles(KNOWN, random_state=0)
    assert set(KNOWN).isdisjoint(typos)
    np.testing.assert_array_equal(ENCODER.encode(typos), ENCODER.encode(KNOWN))
    assert ENCODER.correct(typos) == KNOWN


def test_known_and_misspelt_titles_in_one_call():
    titles = [KNOWN[0], "zzz", "", misspell_titles([KNOWN[1]], random_state=0)[0]]
    one_by_one = np.concatenate([ENCODER.encode([title]) for title in titles])
    np.testing.assert_array_equal(ENCODER.encode(titles), one_by_one)
    out = np.full((4, 16), np.nan, np.float32)
    assert ENCODER.encode(titles, out=out) is out
    np.testing.assert_array_equal(out, one_by_one)
    assert not one_by_one[1:3].any()
    assert ENCODER.encode([]).shape == (0, 16)


def test_a_title_of_the_log_is_never_changed():
    # The vocabulary holds the most frequent words only; "messa" is not among them.
    sessions = Sessions.from_lists(
        [["mesa pino", "mesa roble", "messa cedro"], ["mesa pino", "mesa cedro"]]
    )
    embedder = ProductEmbedder(vocab_size=2, n_components=8, random_state=0)
    encoder = embedder.fit(sessions).encoder_
    assert "messa" not in encoder.tokenizer.words
    assert encoder.correct(["Messa Cedro", "messa rojas"]) == [
        "messa cedro",
        "mesa rojas",
    ]


def test_the_state_is_what_the_constructor_takes():
    assert set(ENCODER.__getstate__()) == {"closed_form", "word_counts"}
    typos = misspell_titles(KNOWN, random_state=0)
    again = pickle.loads(pickle.dumps(ENCODER))
    np.testing.assert_array_equal(again.encode(typos), ENCODER.encode(typos))


def test_another_normalizer():
    none = ENCODER.with_normalizer(None)
    assert none.tokenizer.normalizer is None
    assert none.word_counts is ENCODER.word_counts
    assert none.correct(["MESA"]) == ["MESA"]
