"""What is alike, by words and contexts, or by all columns if there are no blocks."""

import numpy as np
import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize
from small import SESSIONS, TITLES, small, small_product, spectral

from sklearn_prodemb.neighbors import SimilarProducts


def test_what_is_seen_with_a_title_does_not_count():
    sessions = [["carpa azul", "mate de madera"], ["carpa roja", "silla", "mesa"]]
    embedder = spectral().fit(sessions)
    index = SimilarProducts(embedder).fit(["carpa roja", "mate de madera", "silla"])
    blocks = embedder.encoder_.blocks
    assert index.blocks_ == {name: blocks[name] for name in ("words", "contexts")}
    assert index.find(["carpa azul"], 1)["title"].tolist() == ["carpa roja"]


@pytest.mark.parametrize(
    "embedder",
    [
        small(max_epochs=1).fit(SESSIONS),
        small_product(max_epochs=0).fit([[title] for title in TITLES]),
        make_pipeline(TfidfVectorizer(), TruncatedSVD(5, random_state=0)).fit(TITLES),
    ],
    ids=["text CNN", "catalogue", "pipeline"],
)
def test_all_columns_count_without_blocks_of_mates(embedder):
    index = SimilarProducts(embedder, n_neighbors=3).fit(TITLES)
    assert {*index.blocks_} in (set(), {"words", "contexts", "products"})
    units = normalize(embedder.transform(TITLES))
    cosines = units @ units.T
    distances, _ = index.kneighbors(TITLES)
    expected = np.sort(1 - cosines, axis=1)[:, :3]
    np.testing.assert_allclose(distances, expected, atol=1e-5)
