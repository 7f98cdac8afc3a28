"""Vectors of offers before any training, and of which parts they are made."""

import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb.encoders import OfferEncoder
from sklearn_prodemb.exceptions import InvalidFileError
from sklearn_prodemb.matching._embedding.hashed_texts import hash_texts
from sklearn_prodemb.matching._embedding.inputs import Inputs
from sklearn_prodemb.matching._offers import read_offers

FRAME = pd.DataFrame(
    {
        "title": ["canon ixus 185", "canon ixus black", "", "nikon", "?"],
        "image_hash": ["ff00", "ff01", "ffff", None, None],
    }
)


def test_cosines_are_about_those_of_tf_idf():
    offers = read_offers(FRAME["title"])
    encoder = OfferEncoder.untrained(offers, 4096, seed=0)
    vectors = encoder.encode(offers)
    rows = hash_texts(offers.joined, encoder.rarity)
    np.testing.assert_allclose(
        vectors @ vectors.T, (rows @ rows.T).toarray(), atol=0.06
    )


def test_parts_have_equal_shares(monkeypatch):
    offers = read_offers(FRAME)
    encoder = OfferEncoder.untrained(offers, 16, seed=0)
    assert encoder.n_features == 32
    vectors = encoder.encode(offers)
    assert vectors.shape == (5, 32)
    assert vectors.dtype == np.float32
    text, image = (np.linalg.norm(part, axis=1) for part in np.hsplit(vectors, 2))
    half = 0.5**0.5
    np.testing.assert_allclose(text, [half, half, 0, 1, 0], atol=1e-6)
    np.testing.assert_allclose(image, [half, half, 1, 0, 0], atol=1e-6)
    monkeypatch.setattr("sklearn_prodemb.matching._embedding.encoder._CHUNK", 2)
    np.testing.assert_allclose(encoder.encode(offers), vectors, atol=1e-6)


def test_plain_formula():
    offers = read_offers(FRAME)
    encoder = OfferEncoder.untrained(offers, 8, seed=1).weighted({"image_hash": 0.25})
    text = hash_texts(offers.joined[:1], encoder.rarity).toarray()[0]
    bits = np.array([1] * 8 + [-1] * 8, np.float32) / 4
    parts = [
        text @ encoder.text_vectors,
        bits @ encoder.projections["image_hash"],
    ]
    text, image = (part / np.linalg.norm(part) for part in parts)
    expected = np.concatenate([text, 0.25**0.5 * image]) / 1.25**0.5
    np.testing.assert_allclose(encoder.encode(offers)[0], expected, atol=1e-6)


@pytest.mark.parametrize("seed", [0, 1])
def test_seeds(seed):
    offers = read_offers(["a b"])
    same = OfferEncoder.untrained(offers, 8, seed=0).encode(offers)
    assert (OfferEncoder.untrained(offers, 8, seed).encode(offers) == same).all() == (
        seed == 0
    )


def test_the_cosine_is_the_weighted_mean_of_those_of_parts():
    offers = read_offers(FRAME[:2])
    encoder = OfferEncoder.untrained(offers, 8, seed=1).weighted({"image_hash": 3.0})
    a, b = encoder.encode(offers)
    text, image = (
        part[0] @ part[1] for part in encoder.parts(Inputs.of(offers, encoder.rarity))
    )
    assert a @ b == pytest.approx((text + 3 * image) / 4)


def test_svd_keeps_the_products_of_texts():
    offers = read_offers(FRAME)
    encoder = OfferEncoder.by_svd(offers, 256, seed=0)
    assert encoder.text_vectors.shape[1] <= 5
    rows = Inputs.of(offers, encoder.rarity).texts
    parts = encoder.parts(Inputs.of(offers, encoder.rarity))
    np.testing.assert_allclose(
        parts[0] @ parts[0].T, (rows @ rows.T).toarray(), atol=1e-5
    )


def test_weights_are_those_of_the_columns():
    encoder = OfferEncoder.untrained(read_offers(FRAME), 8, seed=0)
    encoder._check_together()
    encoder.check_columns({"title": "text", "image_hash": "hash"})
    with pytest.raises(InvalidFileError, match="weights"):
        encoder.weighted({})._check_together()
    with pytest.raises(InvalidFileError, match="other hashes or vectors"):
        encoder.check_columns({"title": "text"})
