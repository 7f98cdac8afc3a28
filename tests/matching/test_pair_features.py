"""Features of pairs against plain loops over words."""

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from small_offers import random_offers

from sklearn_prodemb.matching import _pair_features
from sklearn_prodemb.matching._catalogue import Catalogue
from sklearn_prodemb.matching._offers import read_offers
from sklearn_prodemb.matching._pair_features import pair_feature_names


def catalogue_of(X):
    offers = read_offers(X)
    everyone = np.arange(len(offers))
    return Catalogue.of(offers).with_neighbors(5, everyone, everyone)


def test_words_against_plain_loops(monkeypatch):
    monkeypatch.setattr(_pair_features, "_CHUNK", 7)
    titles, _ = random_offers(8, seed=0)
    catalogue = catalogue_of(titles)
    features, names = catalogue.features()
    column = dict(zip(names, features.T, strict=True))
    texts = catalogue.offers.joined
    vectorizer = TfidfVectorizer(analyzer=str.split)
    dense = vectorizer.fit_transform(texts).toarray()
    top = np.log((1 + len(texts)) / 2) + 1
    rarity = {
        word: vectorizer.idf_[number] / top
        for word, number in vectorizer.vocabulary_.items()
    }
    pairs = zip(catalogue.left.tolist(), catalogue.right.tolist(), strict=True)
    for place, (a, b) in enumerate(pairs):
        of_a, of_b = set(texts[a].split()), set(texts[b].split())
        shared = of_a & of_b
        expected = {
            "words": dense[a] @ dense[b],
            "rarest shared word": max((rarity[w] for w in shared), default=0),
            "shared words": len(shared),
            "words not shared, lower": min(len(of_a - shared), len(of_b - shared)),
            "words not shared, higher": max(len(of_a - shared), len(of_b - shared)),
            "share of words, higher": len(shared) / min(len(of_a), len(of_b)),
            "shared rare words": sum(rarity[w] for w in shared),
            "shared numbers": sum(w.isdigit() for w in shared),
            "shared codes": sum(
                not w.isdigit() and any(map(str.isdigit, w)) for w in shared
            ),
            "shorter length": min(len(texts[a]), len(texts[b])),
            "same first word": float(texts[a].split()[0] == texts[b].split()[0]),
        }
        for name, value in expected.items():
            assert column[name][place] == pytest.approx(value, abs=1e-5), name


def test_ranks_against_plain_loops():
    titles, _ = random_offers(8, seed=1)
    catalogue = catalogue_of(titles)
    features, names = catalogue.features()
    column = dict(zip(names, features.T, strict=True))
    words, left, right = column["words"], catalogue.left, catalogue.right
    for place in range(len(left)):
        ranks, shares = [], []
        for offer in (left[place], right[place]):
            rivals = words[(left == offer) | (right == offer)]
            ranks.append((rivals > words[place]).sum())
            shares.append(words[place] / rivals.max() if rivals.max() else 0)
        assert column["rank by words, lower"][place] == min(ranks)
        assert column["rank by words, higher"][place] == max(ranks)
        assert column["share of best words, lower"][place] == pytest.approx(min(shares))


def test_asked_pairs_keep_their_ranks():
    titles, _ = random_offers(8, seed=2)
    catalogue = catalogue_of(titles)
    features, _ = catalogue.features()
    asked = np.array([5, 0, 11])
    some, _ = catalogue.features(asked)
    np.testing.assert_array_equal(some, features[asked])
    # A pair that is found again has the same place.
    places = catalogue.find(catalogue.left[asked], catalogue.right[asked])
    np.testing.assert_array_equal(places, asked)


def test_features_do_not_depend_on_the_order_of_offers():
    titles, _ = random_offers(6, seed=3)
    there, back = catalogue_of(titles), catalogue_of(titles[::-1])
    last = len(titles) - 1
    places = back.find(last - there.right, last - there.left)
    np.testing.assert_allclose(
        there.features()[0], back.features()[0][places], rtol=1e-5, atol=1e-6
    )


def test_numbers_and_hashes():
    frame = pd.DataFrame(
        {
            "title": ["canon a", "canon b", "canon c"],
            "price": [10.0, 5.0, None],
            "hash": ["ff", "0f", None],
        }
    )
    features, names = catalogue_of(frame).features()
    column = dict(zip(names, features.T, strict=True))
    nan = np.nan
    np.testing.assert_array_equal(column["price: difference"], [5, nan, nan])
    np.testing.assert_array_equal(column["price: relative difference"], [0.5, nan, nan])
    np.testing.assert_array_equal(column["hash: bits that differ"], [4, nan, nan])


def test_each_of_several_texts_is_compared():
    frame = pd.DataFrame({"title": ["a b", "a c"], "maker": ["x", "x"], "no": ["", ""]})
    features, names = catalogue_of(frame).features()
    assert {"words", "title: words", "maker: words", "no: words"} <= set(names)
    of_nothing = [name.startswith("no: ") for name in names]
    np.testing.assert_array_equal(np.isnan(features[0]), of_nothing)


def test_columns_alone_decide_which_features_there_are():
    frame = pd.DataFrame(
        {
            "title": ["canon a", "canon b"],
            "maker": [None, "x"],
            "price": [1.0, np.nan],
            "hash": ["ff", None],
        }
    )
    offers = read_offers(frame)
    names = pair_feature_names(offers)
    assert len(names) == len(set(names))
    for rows in ([0, 1], [0, 0], [1, 1]):
        some = catalogue_of(frame.iloc[rows])
        features, found = some.features()
        assert found == names
        assert features.shape == (1, len(names))
    hashes = features[:, names.index("hash: bits that differ")]
    assert np.isnan(hashes).all()  # both are missing, so no offer has any bit


def test_vectors():
    frame = pd.DataFrame(
        {
            "title": ["a b", "a c", "a d", "a e"],
            "image": [[3.0, 4.0], [8.0, 6.0], None, [0.0, 0.0]],
            "none": [None, None, None, [1.0]],
        }
    )
    catalogue = Catalogue.of(read_offers(frame)).with_pairs(*np.triu_indices(4, 1))
    features, names = catalogue.features()
    nan = np.nan
    found = features[:, names.index("image: cosine")]
    np.testing.assert_allclose(found, [0.96, nan, nan, nan, nan, nan], atol=1e-6)
    assert np.isnan(features[:, names.index("none: cosine")]).all()
    assert names == pair_feature_names(catalogue.offers)
