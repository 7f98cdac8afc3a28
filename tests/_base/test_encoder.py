"""Each distinct title encoded once: against one title at a time."""

import numpy as np
import pytest

from sklearn_prodemb._base.encoder import encode_distinct


def vector(title):
    return [len(title), sum(map(ord, title)), 1]


def plain(titles):
    return np.array([vector(title) for title in titles], np.float32).reshape(-1, 3)


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
