"""Train once for each setting, whoever asks: a cache on disk around training."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import joblib
from filelock import FileLock
from sklearn.utils.validation import check_memory

from .._titles.normalize import Normalizer, normalize_titles
from .._utils.files import checksum, naming
from .._utils.warn import warn


class _NotCached(Exception):
    def __init__(self, result: Any) -> None:
        self.result = result


def _call(
    key: dict[str, Any], compute: Callable[[], tuple[Any, bool]]
) -> tuple[bytes, bytes]:
    result, complete = compute()
    # joblib stores whatever is returned; an exception is how not to be stored.
    if not complete:
        raise _NotCached(result)
    # joblib reads damaged arrays without a word, so it is given bytes.
    data = pickle.dumps(result)
    return checksum(data), data


def cached(memory: Any, key: dict[str, Any], compute: Callable[[], Any]) -> Any:
    """Give what `compute` gave the last time for this key, or call it.

    Parameters
    ----------
    memory : str, path-like or joblib.Memory
        Where results are kept, as in `sklearn.pipeline.Pipeline`.
    key : dict
        What the result depends on.
    compute : callable
        Gives (result, complete); an incomplete result is not kept.

    Returns
    -------
    result : object
        The result. If what was kept is damaged, it is computed anew, with a warning.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    # scikit-learn takes a folder's name only as a str.
    named = isinstance(memory, os.PathLike)
    memory = check_memory(os.fspath(memory) if named else memory)
    call = memory.cache(_call, ignore=["compute"])
    try:
        with _lock(memory, key):
            known, data = call(key, compute)
            if known != checksum(data):
                warn(UserWarning(f"A file of {memory} is damaged: fit anew."))
                call.call_and_shelve(key, compute).clear()
                _, data = call(key, compute)
            return pickle.loads(data)
    except _NotCached as incomplete:
        return incomplete.result


def normalizer_key(normalizer: Normalizer, titles: Any) -> str | None:
    """Give what stands for a normalizer in a key.

    What a callable is cannot be told from one process to the next; what it does to
    these titles can.
    """
    if not callable(normalizer):
        return normalizer
    return str(joblib.hash(normalize_titles(titles, normalizer=normalizer)))


@contextmanager
def _lock(memory: Any, key: dict[str, Any]) -> Iterator[None]:
    # Without it, parallel workers that come to one setting at once each train it.
    if not isinstance(memory, joblib.Memory) or memory.store_backend is None:
        yield
        return
    folder = Path(memory.store_backend.location)
    folder.mkdir(parents=True, exist_ok=True)
    with naming(folder), FileLock(folder / f"{joblib.hash(key)}.lock"):
        yield
