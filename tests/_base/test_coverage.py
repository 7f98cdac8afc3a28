"""What fitted embedders know of titles."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from small import SESSIONS, TITLES, small_product, spectral

from sklearn_prodemb import Sessions, normalize_titles
from sklearn_prodemb._titles import coverage
from sklearn_prodemb._titles.spelling import Spelling

MIXED = [
    *TITLES[:5],
    "zapatilla mesa",  # new
    "Zapatillla mesa, con teclado 7",  # a stop word, and a word that is misspelt
    TITLES[0].replace("carpa", "carrpa"),  # seen, once it is read
    "zzz qqq mesa",
    "zzz",
    "xx yy",
    "???",
    "",
]


@pytest.fixture(scope="module", params=[0, 1], ids=["ridge", "network"])
def product(request):
    return small_product(max_epochs=request.param).fit(SESSIONS)


def plain_words(embedder, titles):
    """Words that count, and which of them are known, one by one."""
    tokenizer = embedder.encoder_.tokenizer
    known = set(tokenizer.words)
    for text in normalize_titles(titles, normalizer=tokenizer.normalizer):
        words = text.split()
        yield words, [word for word in words if word in known]


def test_words_are_counted_one_by_one(product, monkeypatch):
    monkeypatch.setattr(coverage, "TITLES_PER_CHUNK", 4)
    for embedder in (product, spectral().fit(SESSIONS)):
        found = embedder.coverage(MIXED)
        words, known = zip(*plain_words(embedder, MIXED), strict=True)
        assert found.titles == MIXED
        assert found.n_words.tolist() == [len(w) for w in words]
        assert found.n_known.tolist() == [len(w) for w in known]
        rest = found.n_words - found.n_known - found.n_misspelt
        assert sum(found.unknown_words.values()) == rest.sum()
        assert sum(found.misspelt_words.values()) == found.n_misspelt.sum()


def test_misspelt_words(product):
    found = product.coverage(MIXED)
    assert found.misspelt_words == {
        ("carrpa", "carpa"): 1,
        ("zapatillla", "zapatilla"): 1,
    }
    assert found.n_misspelt.tolist() == [0] * 6 + [1, 1] + [0] * 5
    assert found.unknown_words["zzz"] == 2
    # As `correct` reads them.
    read = product.encoder_.correct(MIXED)
    for row in np.flatnonzero(found.n_misspelt):
        assert read[row] != normalize_titles(MIXED[row : row + 1])[0]


def test_titles_that_were_seen(product):
    found = product.coverage(MIXED)
    assert found.is_seen.tolist() == [True] * 5 + [False] * 2 + [True] + [False] * 5
    plain = spectral().fit(SESSIONS).coverage(MIXED)
    # Nothing is read as another word, and nothing predicted.
    assert plain.is_seen.tolist() == [True] * 5 + [False] * 8
    np.testing.assert_array_equal(plain.confidence, plain.is_seen)
    assert not plain.is_predicted.any()
    assert not plain.n_misspelt.any()
    assert plain.unknown_words["carrpa"] == 1


def test_confidence_is_the_length_of_the_products_block(product):
    found = product.coverage(MIXED)
    encoder = product.encoder_
    block = product.transform(MIXED)[:, encoder.blocks["products"]]
    shares = np.linalg.norm(block, axis=1) / encoder.closed_form.lengths[2]
    np.testing.assert_allclose(found.confidence, np.minimum(shares, 1), atol=2e-3)
    assert (found.confidence[found.is_seen] == 1).all()
    assert found.confidence.dtype == np.float32
    # Titles of known words or parts of words, and no other, are predicted.
    assert found.is_predicted[[5, 6, 8]].all()
    assert not found.is_predicted[10:].any()


def test_a_catalogue_sees_no_titles_with_others():
    catalogue = small_product(max_epochs=0).fit(
        Sessions.from_lists([[title] for title in TITLES])
    )
    found = catalogue.coverage(MIXED)
    assert not found.is_seen.any()
    assert found.is_predicted[:9].all()
    assert (found.confidence <= 1).all()
    assert found.summary()["mean_confidence"] > 0


def test_a_title_that_was_seen_is_not_read_anew(monkeypatch):
    # Its rare words are not in the vocabulary.
    embedder = small_product(max_epochs=0, vocab_size=5).fit(SESSIONS)
    monkeypatch.setattr(Spelling, "correct", None)
    found = embedder.coverage(SESSIONS.titles)
    assert found.is_seen.all()
    assert found.summary()["unknown_words"] > 0.1
    assert not found.misspelt_words


def test_a_title_that_repeats_counts_again(product):
    once, twice = product.coverage(MIXED), product.coverage(MIXED * 2)
    assert twice.n_titles == 2 * once.n_titles
    assert {w: 2 * n for w, n in once.unknown_words.items()} == twice.unknown_words
    assert twice.summary()["seen_titles"] == once.summary()["seen_titles"]


def test_what_it_takes(product):
    assert product.coverage([]).n_titles == 0
    assert FrozenEstimator(product).coverage(np.array(["mesa"])).n_words == [1]
    with pytest.raises(ValueError, match="str"):
        product.coverage("mesa")
    with pytest.raises(TypeError, match="position 1"):
        product.coverage(["mesa", None])
    with pytest.raises(NotFittedError):
        spectral().coverage(["mesa"])
