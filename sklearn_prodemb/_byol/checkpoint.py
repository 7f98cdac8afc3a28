"""Training state on disk, for a killed training to go on from where it stood."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from .._utils.files import CHECKSUM_SIZE, check_writable, checksum, replacing
from .._utils.warn import warn
from ..exceptions import CheckpointWarning, InvalidFileError

# A file is this, the checksum of the rest, and the rest as torch writes it: torch
# itself reads damaged files without a word.
_MAGIC = b"sklearn-prodemb checkpoint 1\n"


class Checkpoint:
    """One file with the state of one training.

    Parameters
    ----------
    path : str or path-like
        The file; missing folders are made.
    key : str
        Says which training it is; a file with another key is refused.
    interval : float, default=60
        Seconds between two writes.

    Raises
    ------
    OSError
        If the file could not be written; the error names it.
    """

    def __init__(
        self, path: str | os.PathLike[str], key: str, interval: float = 60
    ) -> None:
        self.path = Path(path)
        self.key = key
        self.interval = interval
        self._written = time.monotonic()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        check_writable(self.path)

    def read(self) -> dict[str, Any] | None:
        """Give the state on disk, or None if there is no file.

        Raises
        ------
        InvalidFileError
            If the file is no checkpoint, or one of another training.
        OSError
            If the file cannot be read.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            state = _unpack(data)
            key = state["key"]
        except Exception as error:
            raise self.invalid(error) from error
        if key != self.key:
            raise InvalidFileError(
                f"The checkpoint {self.path} belongs to a training with other "
                f"sessions or parameters: delete it to start afresh, or set checkpoint "
                f"to another path."
            )
        return state

    def read_seed(self, default: int) -> int:
        """Give the seed of the training on disk, or `default` if there is no file."""
        state = self.read()
        seed = default if state is None else state.get("seed")
        if not isinstance(seed, int):
            raise self.invalid("there is no seed")
        return seed

    def invalid(self, reason: object) -> InvalidFileError:
        """Give the error that says what is wrong with the file."""
        return InvalidFileError(
            f"{self.path} is no checkpoint of this package, or it is damaged "
            f"({reason}): delete it, or set checkpoint to another path."
        )

    def write_if_due(self, state: Callable[[], dict[str, Any]]) -> None:
        """Write the state where `interval` seconds have passed since the last time.

        A file that cannot be written is a warning: what was trained is worth more.
        """
        if time.monotonic() - self._written < self.interval:
            return
        data = io.BytesIO()
        torch.save({"key": self.key, **state()}, data)
        packed = data.getbuffer()
        try:
            with replacing(self.path) as file:
                file.write(_MAGIC + checksum(packed))
                file.write(packed)
        except OSError as error:
            warn(
                CheckpointWarning(
                    f"The checkpoint cannot be written: {error}. Training goes on, and "
                    f"it is tried again every {self.interval:.0f} s; until then, a "
                    f"killed training goes on from an older state, if there is one."
                )
            )
        self._written = time.monotonic()

    def remove(self) -> None:
        """Delete the file: the training has come to its end."""
        try:
            Path(os.path.realpath(self.path)).unlink(missing_ok=True)
        except OSError as error:
            warn(CheckpointWarning(f"The checkpoint cannot be deleted: {error}."))


def _unpack(data: bytes) -> dict[str, Any]:
    """Check the checksum, and give the state."""
    start = len(_MAGIC) + CHECKSUM_SIZE
    if not data.startswith(_MAGIC):
        raise ValueError("its first line is another")
    packed = memoryview(data)[start:]
    if data[len(_MAGIC) : start] != checksum(packed):
        raise ValueError("its checksum does not match")
    state: dict[str, Any] = torch.load(
        io.BytesIO(packed), map_location="cpu", weights_only=True
    )
    return state
