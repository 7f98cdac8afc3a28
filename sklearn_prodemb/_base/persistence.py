"""Save and load without pickle: files of skops, and only our own types trusted."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

# Before other modules: among their objects SciPy, which reads docstrings when it is
# imported, was measured to take 0.1 s longer, all of it in getting and giving back
# memory.
import sklearn.base  # noqa: F401

from .._public import NAMES, public
from .._utils.files import replacing
from ..exceptions import InvalidFileError
from .archive import check_archive
from .archive_objects import build_objects
from .fitted import ESTIMATORS, check_fitted

TRUSTED_TYPES = tuple(row.path for row in NAMES if row.stored)


def save(estimator: Any, path: str | os.PathLike[str]) -> None:
    """Write a fitted estimator to a file that `load` reads.

    Parameters
    ----------
    estimator : estimator
        A fitted estimator of this package.
    path : str or path-like
        The file. It is replaced only once it is complete.

    Raises
    ------
    InvalidFileError
        If the estimator holds a type that `load` would refuse.
    """
    # It imports all of scikit-learn, which `load` does without.
    import skops.io

    try:
        data = skops.io.dumps(estimator._for_file())
    except Exception as error:
        raise InvalidFileError(
            f"The estimator holds what only joblib.dump can write: {error}."
        ) from error
    # What `load` would refuse is not written.
    read(data, "The estimator")
    with replacing(Path(path)) as file:
        file.write(data)


@public
def load(path: str | os.PathLike[str]) -> Any:
    """Load an estimator that was saved with its method `save`.

    Nothing in the file is run: only this package's own types and plain data are built,
    and what they hold is checked before it is used.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    estimator : estimator
        The fitted estimator. Its output is the same bytes as before.

    Raises
    ------
    OSError
        If there is no such file, it is a folder, or it cannot be read.
    InvalidFileError
        If the file is damaged, is no file of this package, or holds a type that is
        not trusted or a value that its estimator cannot have; the error names them.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import sklearn_prodemb
    >>> from sklearn_prodemb import ProductEmbedder
    >>> embedder = ProductEmbedder(random_state=0)
    >>> embedder = embedder.fit([["Mate imperial", "Bombilla de alpaca"]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "embedder.skops"
    ...     embedder.save(path)
    ...     loaded = sklearn_prodemb.load(path)
    >>> bool((loaded.transform(["Mate"]) == embedder.transform(["Mate"])).all())
    True
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(
            errno.EISDIR, "This is a folder: name the file that `save` wrote", str(path)
        )
    data = path.read_bytes()
    if not data:
        raise InvalidFileError(f"{path} is empty, so it is damaged.")
    return read(data, str(path))


def read(data: bytes, what: str) -> Any:
    """Build a fitted estimator of this package from what skops wrote.

    Parameters
    ----------
    data : bytes
        What skops wrote.
    what : str
        What error messages call it.

    Returns
    -------
    estimator : estimator
        The estimator, with all that it holds checked.

    Raises
    ------
    InvalidFileError
        As `load`.
    """
    schema = check_archive(data, what, TRUSTED_TYPES, ESTIMATORS)
    try:
        estimator = build_objects(data, schema)
        check_fitted(estimator)
    except Exception as error:
        raise InvalidFileError(
            f"{what} is damaged, or was saved by another version: {error}."
        ) from error
    return estimator
