"""Features of batches of pictures, and what a backbone may not give."""

import numpy as np
import pytest
from small_pictures import ARRAYS, Counting, mean_colours

from sklearn_prodemb.multimodal._pictures.backbone import CallableBackbone
from sklearn_prodemb.multimodal._pictures.extraction import extract_features

pytest.importorskip("PIL", reason="needs pillow")


def extracted(function, batch_size=4, n_features=None, cells=ARRAYS):
    present = np.array([cell is not None for cell in cells])
    return list(
        extract_features(
            CallableBackbone(function),
            cells,
            present,
            place=lambda row: f"Row {row}",
            batch_size=batch_size,
            n_features=n_features,
        )
    )


@pytest.mark.parametrize("batch_size", [1, 3, 7, 1000])
def test_batches(batch_size):
    counting = Counting()
    cells = [*ARRAYS[:5], None, *ARRAYS[5:10]]
    batches = extracted(counting, batch_size, cells=cells)
    assert max(counting.calls) <= batch_size
    assert sum(counting.calls) == 10
    found = [row for rows, _ in batches for row in rows]
    assert found == [*range(5), *range(6, 11)]
    found = np.concatenate([features for _, features in batches])
    assert found.dtype == np.float32
    expected = ARRAYS[:10].mean(axis=(1, 2)).astype(np.float32)
    assert found.tobytes() == expected.tobytes()


def test_axes_of_one_element_are_taken_away():
    ((_, found),) = extracted(lambda p: mean_colours(p)[:, None, :, None], 100)
    np.testing.assert_array_equal(found, ARRAYS.mean(axis=(1, 2)).astype(np.float32))


def changing(pictures):
    changing.n_calls += 1
    return np.ones((len(pictures), changing.n_calls))


def with_value(value):
    def function(pictures):
        found = mean_colours(pictures)
        found[1, 2] = value
        return found

    return function


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (changing, "gives 2 features for Row 4, but gave 1 before"),
        (with_value(np.nan), "not finite for Row 1"),
        (with_value(-np.inf), "not finite for Row 1"),
        (with_value(1e300), "not finite for Row 1"),
        (lambda p: np.ones((len(p), 3, 4)), r"vector a picture.*\(4, 3, 4\).*pooling"),
        (lambda p: np.ones((len(p), 0)), r"vector a picture.*\(4, 0\)"),
        (lambda p: np.ones((len(p) - 1, 3)), r"row .* each of 4 pictures.*\(3, 3\)"),
        (lambda p: np.ones(3), r"row of features for each of 4 pictures.*\(3,\)"),
        (lambda p: None, r"row of features.*shape \(\)"),
        (lambda p: [[1], [1, 2]], "what it gives is none"),
        (lambda p: np.full((len(p), 2), "a"), "must give numbers.*<U1"),
        (lambda p: np.ones((len(p), 2), complex), "must give numbers.*complex"),
    ],
)
def test_what_a_backbone_may_not_give(function, message):
    changing.n_calls = 0
    with pytest.raises(ValueError, match=message):
        extracted(function)


def test_the_number_of_features_of_fit():
    with pytest.raises(ValueError, match="gives 3 features for Row 0, but gave 5"):
        extracted(mean_colours, n_features=5)
