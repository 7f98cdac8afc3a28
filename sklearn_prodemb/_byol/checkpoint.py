"""Training state on disk, for a killed training to go on from where it stood."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from .._utils.files import replacing
from ..exceptions import InvalidFileError


class Checkpoint:
    """One file with the state of one training.

    Parameters
    ----------
    path : str or path-like
        The file.
    key : str
        Says which training it is; a file with another key is refused.
    interval : float, default=60
        Seconds between two writes.
    """

    def __init__(
        self, path: str | os.PathLike[str], key: str, interval: float = 60
    ) -> None:
        self.path = Path(path)
        self.key = key
        self.interval = interval
        self._written = time.monotonic()

    def read(self) -> dict[str, Any] | None:
        """Give the state on disk, or None if there is no file.

        Raises
        ------
        InvalidFileError
            If the file is no checkpoint, or one of another training.
        """
        if not self.path.exists():
            return None
        try:
            state = torch.load(self.path, map_location="cpu", weights_only=True)
            key = state["key"]
        except Exception as error:
            raise InvalidFileError(
                f"{self.path} is no checkpoint of this package, or it is damaged "
                f"({error}): delete it, or set checkpoint to another path."
            ) from error
        if key != self.key:
            raise InvalidFileError(
                f"The checkpoint {self.path} belongs to a training with other "
                f"sessions or parameters: delete it to start afresh, or set checkpoint "
                f"to another path."
            )
        return state

    def write_if_due(self, state: Callable[[], dict[str, Any]]) -> None:
        """Write the state where `interval` seconds have passed since the last time."""
        if time.monotonic() - self._written < self.interval:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(self.path) as file:
            torch.save({"key": self.key, **state()}, file)
        self._written = time.monotonic()

    def remove(self) -> None:
        """Delete the file: the training has come to its end."""
        self.path.unlink(missing_ok=True)
