"""What all estimators share: strings in, and a state of plain data."""

from __future__ import annotations

import copy
import os
from typing import Any, Self

from sklearn.utils.validation import check_is_fitted

from .._utils.plain_state import without_memory_maps
from .._utils.warn import warn
from .._version import __version__


class StringInputMixin:
    """Tags of an estimator of one string a row; goes left of `BaseEstimator`."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        return tags


class SavableMixin:
    """Pickle, copy and save an estimator without its sessions."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted estimator to a file without code, for `load` to read.

        The file holds what was learned and the parameters, but neither sessions,
        callbacks, `memory` nor `checkpoint`.

        Parameters
        ----------
        path : str or path-like
            The file; it is replaced only once it is complete.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        InvalidFileError
            If a parameter holds what `load` would refuse: a callable `normalizer`.
        """
        from .persistence import save

        check_is_fitted(self)
        save(self, path)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())  # type: ignore[call-overload]
        fitted = self.__sklearn_is_fitted__()  # type: ignore[attr-defined]
        if fitted and "sessions" in state:
            state["sessions"] = None
        state = without_memory_maps(state)
        state["_sklearn_prodemb_version"] = __version__
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        version = state.pop("_sklearn_prodemb_version", None)
        if version != __version__:
            warn(
                UserWarning(
                    f"This estimator was saved by sklearn-prodemb {version} and is "
                    f"loaded by {__version__}: check its results, or fit it again."
                )
            )
        super().__setstate__(state)  # type: ignore[misc]

    def __copy__(self) -> Self:
        return self._copied(self.__getstate__())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self._copied(copy.deepcopy(self.__getstate__(), memo))

    def _copied(self, state: dict[str, Any]) -> Self:
        # Unlike a file, a copy in this process can keep the sessions.
        new = type(self).__new__(type(self))
        kept = {k: v for k, v in vars(self).items() if k == "sessions"}
        new.__setstate__(state | kept)
        return new
