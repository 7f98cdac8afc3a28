"""Each distinct title encoded once, in chunks: against one title at a time."""

import numpy as np
import pytest

from sklearn_prodemb._base.encoder import encode_distinct, encode_in_chunks


def vector(title):
    return [len(title), sum(map(ord, title)), 1]


def plain(titles):
    return np.array([vector(title) for title in titles], np.float32).reshape(-1, 3)


class FakeEncoder:
    """Writes down the titles of each call."""

    n_features = 3

    def __init__(self):
        self.calls = []

    def encode(self, titles, out=None):
        self.calls.append(titles)
        out[:] = plain(titles)
        return out


@pytest.mark.parametrize(
    "titles", [[], ["mesa"], ["b", "a", "c"], ["b", "a", "b", "", "a", "b", ""]]
)
def test_each_distinct_title_once(titles):
    calls = []

    def encode(distinct):
        calls.append(distinct)
        return plain(distinct)

    vectors = encode_distinct(titles, encode)
    np.testing.assert_array_equal(vectors, plain(titles))
    assert vectors.dtype == np.float32
    assert calls == [list(dict.fromkeys(titles))]


@pytest.mark.parametrize(
    ("n_titles", "sizes"), [(0, []), (1, [1]), (4, [4]), (5, [4, 1]), (8, [4, 4])]
)
def test_in_chunks(n_titles, sizes):
    encoder = FakeEncoder()
    titles = [f"mesa {i}" for i in range(n_titles)]
    vectors = encode_in_chunks(encoder, titles, 4)
    np.testing.assert_array_equal(vectors, plain(titles))
    assert vectors.dtype == np.float32
    assert [len(chunk) for chunk in encoder.calls] == sizes
    assert [title for chunk in encoder.calls for title in chunk] == titles
