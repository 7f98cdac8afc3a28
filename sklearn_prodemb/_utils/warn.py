"""Warnings that point at the user's line."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import joblib
import sklearn

# Code that stands between the user's line and a warning.
_INNER = tuple(
    f"{Path(file).parent.as_posix()}/"
    for file in (Path(__file__).parent, joblib.__file__, sklearn.__file__)
)


def warn(warning: Warning) -> None:
    """Issue a warning at the innermost line outside this package and scikit-learn.

    Parameters
    ----------
    warning : Warning
        The warning, its message included.
    """
    frame, level = sys._getframe(), 1
    while frame.f_back is not None and _is_inner(frame.f_code.co_filename):
        frame, level = frame.f_back, level + 1
    warnings.warn(warning, stacklevel=level)


def _is_inner(file: str) -> bool:
    return Path(file).as_posix().startswith(_INNER)
