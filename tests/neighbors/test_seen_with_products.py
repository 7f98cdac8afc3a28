"""What is seen together is found, whatever the titles say."""

import numpy as np
import pytest
from small import SESSIONS, TITLES, small, small_product, spectral

from sklearn_prodemb.neighbors import SeenWithProducts, SimilarProducts

CAMPING = ["carpa azul", "bolsa de dormir", "linterna frontal"]
OFFICE = ["carpa roja", "teclado inalambrico", "mouse inalambrico"]
LISTS = [CAMPING, CAMPING[1:], OFFICE, OFFICE[:2]]


@pytest.mark.parametrize("make", [spectral, small_product])
def test_mates_come_before_what_is_alike(make):
    embedder = make().fit(LISTS)
    catalogue = CAMPING + OFFICE
    index = SeenWithProducts(embedder).fit(catalogue)
    assert [*index.blocks_] == ["contexts", "products"]
    found = index.find(["bolsa de dormir"], 2)["title"].tolist()
    assert sorted(found) == ["carpa azul", "linterna frontal"]
    alike = SimilarProducts(embedder).fit(catalogue)
    assert alike.find(["carpa azul"], 1)["title"].tolist() == ["carpa roja"]
    assert "carpa roja" not in index.find(["carpa azul"], 2)["title"].tolist()


def test_known_words_of_a_new_title_are_enough():
    embedder = spectral().fit(LISTS)
    index = SeenWithProducts(embedder).fit(CAMPING + OFFICE)
    assert not embedder.transform(["linterna"])[:, index.blocks_["products"]].any()
    found = index.find(["linterna"], 3)["title"].tolist()
    assert {*found} <= {*CAMPING}


def test_embedders_that_do_not_know_what_is_seen_together():
    text_cnn = small(max_epochs=1).fit(SESSIONS)
    with pytest.raises(ValueError, match="TextCNNEmbedder have no columns for what"):
        SeenWithProducts(text_cnn).fit(TITLES)
    catalogue = small_product(max_epochs=0).fit([[title] for title in TITLES])
    assert np.any(catalogue.transform(TITLES))
    with pytest.raises(ValueError, match="fitted on sessions of one product each"):
        SeenWithProducts(catalogue).fit(TITLES)
