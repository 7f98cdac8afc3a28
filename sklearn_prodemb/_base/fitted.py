"""A fitted estimator that comes from a file, checked before it is used."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._public import NAMES
from .._utils.description import (
    Description,
    Field,
    OneOf,
    Sizes,
    Wrong,
    check_contents,
    check_form,
)
from .._utils.validation import describe
from ..exceptions import InvalidFileError

# What scikit-learn's `set_output` notes.
_OUTPUT = "_sklearn_output_config"
_CONTAINERS = OneOf(("default", "pandas", "polars"))
# Parameters that belong to the process that trains, and are not written; and objects of
# other packages.
_NOT_IN_FILES = ("sessions", "memory", "checkpoint", "estimator")
ESTIMATORS = {row.path for row in NAMES if row.stored and row.package != "encoders"}
# Of the only bit generator that a RandomState in a file can have.
_LARGEST_POSITION = 624


class Estimators(Field):
    """A list of fitted estimators of this package: (name, estimator, columns)."""

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is no such list."""
        if type(value) is not list or not value:
            raise Wrong(f"must be a list of estimators, but is {describe(value)}")
        for row in value:
            if type(row) is not tuple or len(row) != 3 or type(row[0]) is not str:
                raise Wrong(f"must hold (name, estimator, columns), not {row!r:.60}")
            columns = row[2] if type(row[2]) is list else [row[2]]
            if not columns or not all(type(column) is str for column in columns):
                raise Wrong(f"must hold names of columns, but holds {row[2]!r:.60}")
            kind = type(row[1])
            if f"{kind.__module__}.{kind.__qualname__}" not in ESTIMATORS:
                raise Wrong(f"must hold estimators of this package, not {row[1]!r:.60}")
        if len({name for name, _, _ in value}) < len(value):
            raise Wrong("has two estimators of one name")

    def check_contents(self, value: Any) -> None:
        """Raise an InvalidFileError if an estimator holds what it must not."""
        for _, estimator, _ in value:
            check_fitted(estimator)


def check_fitted(estimator: Any) -> None:
    """Check the parameters and fitted attributes of an estimator.

    Parameters
    ----------
    estimator : estimator
        As a file has it; its class describes its fitted attributes in `_fitted`.

    Raises
    ------
    InvalidFileError
        If it is not fitted, has an attribute that is not known or a value that it
        cannot have; the error names the attribute.
    """
    name, state = type(estimator).__name__, dict(vars(estimator))
    output: Description = {"transform": _CONTAINERS}
    if _OUTPUT in state:
        config = state.pop(_OUTPUT)
        check_form(output, config if type(config) is dict else {}, f"{name}.{_OUTPUT}")
    params = {key: state.pop(key, None) for key in estimator._get_param_names()}
    if not estimator._fitted.keys() & state.keys():
        raise InvalidFileError(f"it holds a {name} that is not fitted")
    check_form(estimator._fitted, state, name)
    estimator._validate_params()
    for key in _NOT_IN_FILES:
        if params.get(key) is not None:
            raise InvalidFileError(f"{name}.{key} must be None in a file")
    _check_random_state(params.get("random_state"), name)
    check_contents(estimator._fitted, state, name)
    estimator._check_together()


def _check_random_state(random_state: Any, name: str) -> None:
    # NumPy takes any position, and then reads numbers from there.
    if isinstance(random_state, np.random.RandomState):
        position = random_state.get_state(legacy=False)["state"]["pos"]
        if not 0 <= position <= _LARGEST_POSITION:
            raise InvalidFileError(f"{name}.random_state has no position {position}")
