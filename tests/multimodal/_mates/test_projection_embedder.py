"""What is learned from features and sessions, through two embedders."""

import numpy as np
import pytest
from small_pictures import (
    ATTRIBUTES,
    IS_RED,
    PRODUCTS,
    SESSIONS,
    mean_colours,
    sessions_of,
)

from sklearn_prodemb.encoders import SessionProjection
from sklearn_prodemb.multimodal import AttributeEmbedder, ImageEmbedder

EMBEDDERS = [
    (AttributeEmbedder(n_components=6, random_state=0), ATTRIBUTES),
    (ImageEmbedder(mean_colours, n_components=6, random_state=0), PRODUCTS),
]


@pytest.mark.parametrize(("embedder", "frame"), EMBEDDERS)
def test_new_products_are_near_what_they_will_be_seen_with(embedder, frame):
    # The sessions have half of the products.
    sessions = sessions_of([[n % 10 * 2, (n + 3) % 10 * 2] for n in range(30)])
    known = [*range(0, 20, 2), *range(1, 20, 2)]
    both = sessions_of(
        [[n % 5 * 2, (n + 1) % 5 * 2] for n in range(30)]
        + [[n % 5 * 2 + 1, (n + 1) % 5 * 2 + 1] for n in range(30)]
    )
    assert embedder.fit(frame, sessions=sessions).n_linked_ == 10
    vectors = embedder.fit(frame.iloc[known], sessions=both).transform(frame[20:])
    cosines = vectors @ vectors.T
    same = np.equal.outer(IS_RED[20:], IS_RED[20:])
    assert cosines[same].mean() > cosines[~same].mean() + 0.2


@pytest.mark.parametrize(("embedder", "frame"), EMBEDDERS)
def test_the_two_parts_have_their_lengths(embedder, frame):
    embedder.fit(frame, sessions=SESSIONS)
    assert isinstance(embedder.encoder_, SessionProjection)
    vectors = embedder.transform(frame)
    assert vectors.shape == (40, 6)
    is_picture = isinstance(embedder, ImageEmbedder)
    lengths = (0.25, 0.55) if is_picture else (0.3, 0.65)
    for part, length in zip((vectors[:, :3], vectors[:, 3:]), lengths, strict=True):
        np.testing.assert_allclose(np.linalg.norm(part, axis=1), length, atol=1e-5)


def test_an_odd_number_of_components():
    embedder = AttributeEmbedder(n_components=7, random_state=0)
    assert embedder.fit_transform(ATTRIBUTES, sessions=SESSIONS).shape == (40, 7)
