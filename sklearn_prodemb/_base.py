"""What every estimator of the package shares: titles in, and a state of plain data."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ._version import __version__


class TitlesMixin:
    """Tags of an estimator of titles, `save`, and a state without memory maps.

    It goes left of `BaseEstimator`. The estimator has `__sklearn_is_fitted__`, and
    drops in `__getstate__` what it can work out anew from its fitted attributes.
    """

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted estimator to a file without code, for `load` to read.

        The file holds the fitted attributes and the parameters, but neither sessions,
        callbacks, `memory` nor `checkpoint`.

        Parameters
        ----------
        path : str or path-like
            The file; it is replaced only once it is complete.

        Raises
        ------
        NotFittedError
            Where the estimator is not fitted.
        InvalidFileError
            Where a parameter holds what `load` would refuse: a callable `normalizer`.
        """
        from ._persistence import save

        check_is_fitted(self)
        save(self, path)

    def __getstate__(self) -> dict[str, Any]:
        before: Any = super().__getstate__()
        state = _without_memory_maps(dict(before))
        state["_sklearn_prodemb_version"] = __version__
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        _warn_of_other_version(state.pop("_sklearn_prodemb_version", None))
        super().__setstate__(state)  # type: ignore[misc]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        return tags


def _without_memory_maps(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_memory_maps(item) for key, item in value.items()}
    return value.view(np.ndarray) if isinstance(value, np.memmap) else value


def _warn_of_other_version(version: str | None) -> None:
    if version != __version__:
        warnings.warn(
            f"This estimator was saved by sklearn-prodemb {version} and is loaded by "
            f"{__version__}: check its results, or fit it again.",
            UserWarning,
            stacklevel=4,
        )
