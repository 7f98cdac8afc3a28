"""The fastText library, which reads and writes files, as functions of plain data."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ..._public import public
from ..._titles.normalize import REPLACEMENTS
from ..._utils.description import Array
from ..._utils.files import naming
from ..._utils.optional import require
from ..._utils.plain_state import PlainStateMixin
from .model_file import LABEL as _LABEL
from .model_file import check_model, count_labels

_SPACES = REPLACEMENTS | {ord("\n"): " "}


def import_fasttext() -> Any:
    """Import the library, or say how to install it."""
    return require("fasttext", extra="fasttext", what="FastTextClassifier")


def as_lines(titles: list[str]) -> list[str]:
    """Make spaces of what means something to fastText and nothing in a title."""
    return [
        title.translate(_SPACES).replace(_LABEL, " ").replace("</s>", " ")
        for title in titles
    ]


def train(
    lines: list[str],
    codes: np.ndarray,
    *,
    params: dict[str, Any],
    n_threads: int,
    seed: int,
) -> np.ndarray:
    """Train a supervised model.

    Parameters
    ----------
    lines : list of str, of length n_titles
        As `as_lines` gives them.
    codes : ndarray of int64, shape (n_titles,)
        The number of each title's class, which becomes its label.
    params : dict of str to int, float or str
        Parameters of `fasttext.train_supervised`.
    n_threads : int
        Threads that train.
    seed : int
        Seed of the embeddings.

    Returns
    -------
    data : ndarray of uint8, shape (n_bytes,)
        The model as the library writes it to a file.

    Raises
    ------
    OSError
        If the folder for temporary files is full.
    ValueError
        If training does not converge.
    """
    with TemporaryDirectory() as folder:
        titles, model = Path(folder) / "titles.txt", Path(folder) / "model.bin"
        with naming(titles), titles.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(
                f"{_LABEL}{code} {line}\n"
                for code, line in zip(codes.tolist(), lines, strict=True)
            )
        try:
            trained = import_fasttext().train_supervised(
                str(titles), **params, thread=n_threads, seed=seed, verbose=0
            )
        except RuntimeError as error:
            raise ValueError(
                f"fastText could not train: {error} Try a lower lr (now "
                f"{params['lr']}), and the build of fastText that the extra [fasttext] "
                f"installs."
            ) from error
        trained.save_model(str(model))
        data = np.fromfile(model, np.uint8)
        # The library does not say if the disk was full. The output layer comes last.
        last = trained.get_output_matrix().tobytes()
        if data[-len(last) :].tobytes() != last:
            raise OSError(errno.ENOSPC, "The model was not written whole", str(model))
        return data


@public
class FastTextModel(PlainStateMixin):
    """A trained fastText model, loaded when it is first used.

    It is safe to use from several threads.

    Parameters
    ----------
    data : ndarray of uint8, shape (n_bytes,)
        The model as fastText writes it to a file.
    """

    _state = {"data": Array("uint8", ("n_bytes",), check=check_model)}

    def __init__(self, data: np.ndarray) -> None:
        self.data = data
        self._lock = threading.Lock()
        self._loaded: Any = None

    @property
    def n_labels(self) -> int:
        """Number of classes."""
        return count_labels(self.data)

    def predict(self, lines: list[str], out: np.ndarray) -> None:
        """Write the score of class j of line i to `out[i, j]`, if there is one.

        Parameters
        ----------
        lines : list of str, of length n_titles
            The normalised titles.
        out : ndarray of float64, shape (n_titles, n_classes)
            Where to write.
        """
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
        columns = {f"{_LABEL}{j}": j for j in range(out.shape[1])}
        names, values = self._loaded.predict(lines, k=-1)
        for row, labels, scores in zip(out, names, values, strict=True):
            row[[columns[label] for label in labels]] = scores

    def _load(self) -> Any:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "model.bin"
            with naming(path):
                self.data.tofile(path)
            return import_fasttext().load_model(str(path))
