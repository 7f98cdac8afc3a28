"""What all estimators share: strings in, and a state of plain data."""

from __future__ import annotations

import copy
import os
from typing import Any, ClassVar, Self

from sklearn.callback import CallbackSupportMixin
from sklearn.utils.validation import check_is_fitted

from .._counts.session_counts import SessionCounts
from .._sessions.sessions import Sessions
from .._utils.description import Description
from .._utils.plain_state import without_memory_maps
from .._utils.warn import warn
from .._version import __version__
from .left_behind import LeftBehind


class StringInputMixin:
    """Tags of an estimator of one string a row; goes left of `BaseEstimator`."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        return tags


class FrameInputMixin:
    """Tags of an estimator of a frame with holes; goes left of `BaseEstimator`."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        # A frame, and no array.
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.allow_nan = True
        return tags


class SavableMixin:
    """Pickle and save a fitted estimator without its sessions; copy it with them.

    A class describes its fitted attributes, each of them, in `_fitted`.
    """

    _fitted: ClassVar[Description]

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
        OSError
            If the file cannot be written; the error names it.
        InvalidFileError
            If the estimator holds what `load` would refuse: a callable `normalizer`
            or `backbone`, or a classifier of another package. `joblib.dump` writes
            these.
        """
        from .persistence import save

        check_is_fitted(self)
        save(self, path)

    def _check_together(self) -> None:
        """Raise an InvalidFileError if fitted attributes do not fit each other.

        Each is as described. By default nothing else is asked of them.
        """

    def _for_file(self) -> Self:
        """Give a copy without what belongs to the process that trains."""
        stripped = copy.copy(self)
        if isinstance(stripped, CallbackSupportMixin):
            stripped.set_callbacks()
        for name in {"memory", "checkpoint", "sessions"} & {*vars(stripped)}:
            setattr(stripped, name, None)
        # A path of another machine is still a str.
        for name, value in stripped.get_params(deep=False).items():  # type: ignore[attr-defined]
            if isinstance(value, os.PathLike):
                setattr(stripped, name, os.fspath(value))
        return stripped

    def _state(self) -> dict[str, Any]:
        state = without_memory_maps(super().__getstate__())
        return {**state, "_sklearn_prodemb_version": __version__}

    def __getstate__(self) -> dict[str, Any]:
        state = self._state()
        sessions = state.get("sessions")
        fitted = self.__sklearn_is_fitted__()  # type: ignore[attr-defined]
        if fitted and isinstance(sessions, (Sessions, SessionCounts)):
            state["sessions"] = LeftBehind(sessions)
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
        if isinstance(state.get("sessions"), str):
            state["sessions"] = None  # they were left behind
        super().__setstate__(state)  # type: ignore[misc]

    # Unlike a file, a copy in this process can keep the sessions.
    def __copy__(self) -> Self:
        return self._copied(self._state())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self._copied(copy.deepcopy(self._state(), memo))

    def _copied(self, state: dict[str, Any]) -> Self:
        new = type(self).__new__(type(self))
        new.__setstate__(state)
        return new
