"""Groups as users give them."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb._utils.groups import read_groups


@pytest.mark.parametrize(
    "groups",
    [
        ["b", "a", None, "b", -1],
        pd.Series(["b", "a", None, "b", -1], dtype=object),
        np.array(["b", "a", np.nan, "b", -1], dtype=object),
    ],
)
def test_groups_are_numbered_as_they_appear(groups):
    codes, labels = read_groups(groups, "groups", 5)
    assert codes.tolist() == [0, 1, -1, 0, -1]
    assert labels == ["b", "a"]


def test_numbers():
    codes, labels = read_groups(np.array([7, -1, 3, 7]), "groups")
    assert codes.tolist() == [0, -1, 1, 0]
    assert labels == [7, 3]


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"groups must hold one .* 3 rows"):
        read_groups([1, 2], "groups", 3)
    with pytest.raises(TypeError, match=r"groups .* row 1 is"):
        read_groups([1, [2]], "groups")
    with pytest.raises(TypeError, match=r"groups .* row 1 is array"):
        read_groups([1, np.array([1, 2])], "groups")
    for flag in (True, np.True_):
        with pytest.raises(TypeError, match=r"groups .* row 1 is True"):
            read_groups([1, flag], "groups")


@pytest.mark.parametrize("unknown", [-1, -1.0, np.int8(-1), Decimal(-1), pd.NA])
def test_unknown_groups_of_any_type(unknown):
    assert read_groups([4, unknown], "groups")[0].tolist() == [0, -1]
