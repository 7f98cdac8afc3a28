"""Training: what a batch is, what is learned, and what is not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_offers import random_offers

from sklearn_prodemb.encoders import OfferEncoder
from sklearn_prodemb.matching._embedding.config import (
    GRADIENTS,
    LOSSES,
    EmbeddingConfig,
)
from sklearn_prodemb.matching._embedding.inputs import Inputs
from sklearn_prodemb.matching._embedding.training import OfferModule, _Products, train
from sklearn_prodemb.matching._offers import read_offers

TITLES, GROUPS = random_offers(20, seed=0)
FRAME = pd.DataFrame({"title": TITLES, "image_hash": [f"{g:04x}" for g in GROUPS]})
CONFIG = EmbeddingConfig("cosine_margin", "own", 16, 30, 8, 1e-2)


@pytest.fixture
def offers():
    return read_offers(FRAME)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("gradient", GRADIENTS)
def test_the_loss_falls(offers, loss, gradient):
    encoder = OfferEncoder.untrained(offers, 16, seed=0)
    config = replace(CONFIG, loss=loss, gradient=gradient)
    trained, losses = train(
        encoder, Inputs.of(offers, encoder.rarity), GROUPS, config, seed=0
    )
    assert losses[-5:].mean() < losses[:5].mean()
    assert losses.shape == (30,)
    # Both parts were trained, and what it started from was not touched.
    assert (trained.text_vectors != encoder.text_vectors).any()
    assert (
        trained.projections["image_hash"] != encoder.projections["image_hash"]
    ).all()
    again, _ = train(encoder, Inputs.of(offers, encoder.rarity), GROUPS, config, seed=0)
    np.testing.assert_array_equal(again.text_vectors, trained.text_vectors)


def test_the_module_is_the_encoder(offers):
    encoder = OfferEncoder.untrained(offers, 16, seed=0)
    inputs = Inputs.of(offers, encoder.rarity)
    parts = OfferModule(encoder)(inputs.texts, list(inputs.others.values()))
    vectors = np.concatenate(list(parts.detach().numpy()), axis=1) / 2**0.5
    np.testing.assert_allclose(encoder.encode(offers), vectors, atol=1e-6)


def test_products_of_one_offer_are_compared_with():
    codes = np.array([3, 0, 3, -1, 7, 0, 3])
    vectors = np.eye(7, dtype=np.float32) + 1
    products = _Products(codes, vectors)
    assert products.n == 3
    assert products.several.tolist() == [0, 1]
    rng, seen = np.random.default_rng(0), set()
    for _ in range(50):
        rows, of_row = products.draw(4, rng)
        truth = np.unique(codes[codes >= 0], return_inverse=True)[1]
        assert (
            truth[np.searchsorted(np.flatnonzero(codes >= 0), rows)] == of_row
        ).all()
        assert len(set(rows.tolist())) == len(rows)
        n_offers = np.bincount(of_row, minlength=3)
        assert (n_offers <= [2, 2, 1]).all()
        seen |= set(rows.tolist())
    assert seen == {0, 1, 2, 4, 5, 6}


@pytest.mark.parametrize("codes", [[0, 0, 1], [0, 1, 2], [-1, -1, -1], [0, 0, -1]])
def test_nothing_to_tell_apart(codes):
    offers = read_offers(["a b", "a c", "d"])
    encoder = OfferEncoder.untrained(offers, 4, seed=0)
    trained, losses = train(
        encoder, Inputs.of(offers, encoder.rarity), np.array(codes), CONFIG, seed=0
    )
    assert len(losses) == 0
    np.testing.assert_array_equal(trained.text_vectors, encoder.text_vectors)


def test_a_loss_that_is_not_finite(offers):
    encoder = OfferEncoder.untrained(offers, 16, seed=0)
    config = replace(CONFIG, loss="info_nce", temperature=0.0)
    with pytest.raises(ValueError, match=r"not finite in step 1.*learning_rate"):
        train(encoder, Inputs.of(offers, encoder.rarity), GROUPS, config, seed=0)
