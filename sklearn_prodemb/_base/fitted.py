"""A fitted estimator that comes from a file, checked before it is used."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._utils.description import (
    Description,
    OneOf,
    check_contents,
    check_form,
)
from ..exceptions import InvalidFileError

# What scikit-learn's `set_output` notes.
_OUTPUT = "_sklearn_output_config"
_CONTAINERS = OneOf(("default", "pandas", "polars"))
# Parameters that belong to the process that trains, and are not written; and objects of
# other packages.
_NOT_IN_FILES = ("sessions", "memory", "checkpoint", "estimator")
# Of the only bit generator that a RandomState in a file can have.
_LARGEST_POSITION = 624


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
