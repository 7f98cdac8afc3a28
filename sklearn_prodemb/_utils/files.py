"""Files that are either whole or not there."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes the place of `path` once it is complete.

    Parameters
    ----------
    path : Path
        The file; its folder exists.

    Yields
    ------
    file : binary file
        Where to write. It has a name of its own, as others may be writing to the same
        path; if an error is raised, it is deleted and `path` is untouched.
    """
    own = f".{os.getpid()}-{threading.get_ident()}.partial"
    partial = path.with_name(path.name + own)
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
