"""Titles encoded in chunks: against one title at a time."""

import numpy as np
import pytest

from sklearn_prodemb._titles.in_chunks import encode_in_chunks


def vector(title):
    return [len(title), sum(map(ord, title)), 1]


@pytest.mark.parametrize(
    ("n_titles", "sizes"), [(0, []), (1, [1]), (4, [4]), (5, [4, 1]), (8, [4, 4])]
)
def test_in_chunks(n_titles, sizes):
    titles = [f"mesa {i}" for i in range(n_titles)]
    chunks = []

    def encode(chunk, out):
        chunks.append(chunk)
        out[:] = [vector(title) for title in chunk]

    vectors = encode_in_chunks(titles, encode, 3, titles_per_chunk=4)
    expected = np.reshape([vector(title) for title in titles], (-1, 3))
    np.testing.assert_array_equal(vectors, expected)
    assert vectors.dtype == np.float32
    assert [len(chunk) for chunk in chunks] == sizes
    assert [title for chunk in chunks for title in chunk] == titles


@pytest.mark.parametrize("n_titles", [0, 1, 4, 9])
def test_the_keys_of_ids_go_along(n_titles):
    titles = [f"mesa {i}" for i in range(n_titles)]
    keys = np.arange(n_titles, dtype=np.uint64) + np.uint64(7)

    def encode(chunk, out, id_keys):
        assert len(chunk) == len(id_keys)
        out[:, 0] = id_keys
        out[:, 1] = [int(title.split()[1]) for title in chunk]

    vectors = encode_in_chunks(titles, encode, 2, id_keys=keys, titles_per_chunk=4)
    assert vectors[:, 0].tolist() == keys.tolist()
    assert vectors[:, 1].tolist() == list(range(n_titles))
