"""How many leading columns of each block a shorter vector keeps."""

import numpy as np
import pytest

from sklearn_prodemb._spectral.learning import SpectralConfig
from sklearn_prodemb._spectral.truncation import leading_sizes


def blocks_of(*sizes):
    ends = np.cumsum([0, *sizes]).tolist()
    names = ("words", "contexts", "products")
    return {n: slice(*ends[i : i + 2]) for i, n in enumerate(names)}


@pytest.mark.parametrize("n_features", [4, 8, 9, 10, 11, 12, 512])
def test_sizes_are_those_of_a_fit(n_features):
    blocks = blocks_of(*SpectralConfig.of_length(n_features).sizes)
    for n in range(4, n_features + 1, 4):
        sizes = leading_sizes(blocks, n)
        assert tuple(sizes.values()) == SpectralConfig.of_length(n).sizes
        assert all(
            size <= columns.stop - columns.start
            for size, columns in zip(sizes.values(), blocks.values(), strict=True)
        )


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (blocks_of(0, 32, 96), (0, 16, 48)),
        (blocks_of(0, 0, 128), (0, 0, 64)),
    ],
)
def test_sizes_of_a_catalogue(blocks, expected):
    assert tuple(leading_sizes(blocks, np.int64(64)).values()) == expected


@pytest.mark.parametrize("n_components", [0, 2, 6, 36, -4, 8.0, True, "8", None])
def test_lengths_that_there_are_not(n_components):
    with pytest.raises(ValueError, match="a multiple of 4, from 4 to the 32 that"):
        leading_sizes(blocks_of(16, 8, 8), n_components)
