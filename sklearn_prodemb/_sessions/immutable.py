"""What the columnar records of sessions share: to be a value that nothing changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NoReturn, Self

import numpy as np

from .._utils.plain_state import without_memory_maps


class _LackingError(AttributeError, TypeError):
    """What `hasattr` takes for "no", and the caller of `len` for a wrong type."""


class Lacking:
    """A special method that an object does not have, and what to use instead.

    Python finds it for `len(record)` and `record[0]`, and shows the advice. All who ask
    first, as scikit-learn does, hear that there is no such method.

    Parameters
    ----------
    advice : str
        What the error says.
    """

    def __init__(self, advice: str) -> None:
        self.advice = advice

    def __get__(self, record: Any, owner: type) -> NoReturn:
        raise _LackingError(f"{owner.__name__} {self.advice}")


class Record:
    """An immutable set of columns, equal to another by its fingerprint.

    It has no length, shape or array form on purpose, and `clone` gives the object
    itself: see `Sessions`.
    """

    __len__ = Lacking("has no length on purpose: use its attribute n_products.")
    __getitem__ = Lacking("cannot be indexed: use to_lists()[i].")
    # Without these two, Python would make do with the two above.
    __iter__ = None

    def __bool__(self) -> bool:
        return True

    __slots__ = ("__weakref__", "_fingerprint")

    _fingerprint: str | None

    def _fill(self, **columns: Any) -> None:
        for name, value in columns.items():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_fingerprint", None)

    def _hashed(self) -> tuple[Iterable[str], Iterable[np.ndarray]]:
        """Give the texts and the columns of numbers that make up the content."""
        raise NotImplementedError

    @property
    def fingerprint(self) -> str:
        """A hash of the content, equal for equal content in every process."""
        if self._fingerprint is None:
            digest = hashlib.blake2b(digest_size=16)
            texts, columns = self._hashed()
            for text in texts:
                data = text.encode("utf-8", "surrogatepass")
                digest.update(len(data).to_bytes(8, "little") + data)
            for column in columns:
                digest.update(np.ascontiguousarray(column).data)
            object.__setattr__(self, "_fingerprint", digest.hexdigest())
        assert self._fingerprint is not None
        return self._fingerprint

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(
            f"{type(self).__name__} is immutable: cannot set {name!r}."
        )

    def __delattr__(self, name: str) -> None:
        raise AttributeError(
            f"{type(self).__name__} is immutable: cannot delete {name!r}."
        )

    def __getstate__(self) -> dict[str, Any]:
        columns = {name: getattr(self, name) for name in self.__slots__}
        return without_memory_maps(columns)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._fill(**state)

    def __sklearn_clone__(self) -> Self:
        return self

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self is other or self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)
