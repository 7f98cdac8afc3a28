"""Sessions as a folder of columns that are mapped into memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._utils.folders import read_folder, write_folder
from .._utils.packing import pack_texts, pack_values, unpack_texts, unpack_values
from .._utils.validation import is_missing
from ..exceptions import InvalidFileError
from .by_id import SessionsById
from .events import SessionEvents

if TYPE_CHECKING:
    from .sessions import Sessions

# Another number for files that this version could not read.
_KIND = "Sessions-1"
# Codes are checked so many at a time: a column may be larger than memory.
_BLOCK = 1_000_000

_Files = dict[str, Callable[[Path], None]]


def save_sessions(sessions: Sessions, folder: Path) -> None:
    """Write sessions.

    Parameters
    ----------
    sessions : Sessions
        The sessions.
    folder : Path
        The folder.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    files = {
        **_texts("titles", sessions.titles.tolist()),
        **_labels("categories", sessions.categories),
        **_arrays("", sessions, "title_codes", "category_codes", "offsets"),
    }
    if sessions.by_id is not None:
        by_id = sessions.by_id
        files |= _values("by_id.ids", by_id.ids.tolist())
        files |= _texts("by_id.titles", by_id.titles.tolist())
        files |= _values("by_id.categories", by_id.categories.tolist())
        files |= _arrays("by_id.", by_id, "codes", "title_codes", "offsets")
    if sessions.events is not None:
        events = sessions.events
        files |= _labels("events.kinds", events.kinds)
        files |= _users("events.user_ids", events.user_ids.tolist())
        files |= _arrays("events.", events, "codes", "offsets", "kind_codes")
        files |= _arrays("events.", events, "quantities", "places", "users")
    write_folder(folder, _KIND, files)


def load_sessions(folder: Path) -> tuple[Any, ...]:
    """Read sessions.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    titles, categories, title_codes, category_codes, offsets, by_id, events
        What `Sessions` holds.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    InvalidFileError
        If a file is damaged, missing or foreign, or columns do not fit each other.
    """
    read = _Reader(folder)
    titles = read.texts("titles")
    read.require(len(set(titles)) == len(titles), "titles", "has a title twice")
    categories = read.labels("categories")
    title_codes = read.array("title_codes", np.int32)
    offsets = read.offsets("offsets", len(title_codes))
    read.check_order("title_codes", title_codes, len(titles))
    category_codes = read.array("category_codes", np.int32, len(title_codes))
    read.check_range("category_codes", category_codes, len(categories))
    n_sessions = len(offsets) - 1
    by_id = None
    if "by_id.codes.npy" in read.files:
        by_id = _load_by_id(read, n_sessions, titles)
    events = None
    if by_id is not None and "events.codes.npy" in read.files:
        events = _load_events(read, n_sessions, by_id.ids)
    for name in read.files.keys() - read.used:
        read.require(False, name, "belongs to no column")
    return titles, categories, title_codes, category_codes, offsets, by_id, events


def _load_by_id(read: _Reader, n_sessions: int, distinct: list[str]) -> SessionsById:
    ids = read.values("by_id.ids")
    read.require(_are_distinct(ids), "by_id.ids", "has an id twice, or none")
    titles, categories = read.texts("by_id.titles"), read.values("by_id.categories")
    for name, column in (("by_id.titles", titles), ("by_id.categories", categories)):
        read.require(len(column) == len(ids), name, "has not one value an id")
    codes = read.array("by_id.codes", np.int32)
    read.check_order("by_id.codes", codes, len(ids))
    offsets = read.offsets("by_id.offsets", len(codes), n_sessions)
    if "by_id.title_codes.npy" in read.files:
        title_codes = read.array("by_id.title_codes", np.int32, len(codes))
        # A title may be that of no row, if its id had another one before.
        is_right = title_codes.min() >= 0 and title_codes.max() < len(distinct)
        what = f"has codes out of the range of {len(distinct)}"
        read.require(is_right, "by_id.title_codes", what)
    else:
        # A folder of an earlier version knows the first title of each id alone.
        numbers = {title: number for number, title in enumerate(distinct)}
        first = [numbers.get(title, -1) for title in titles]
        read.require(min(first) >= 0, "by_id.titles", "has titles of no session")
        title_codes = np.array(first, np.int32)[codes]
    return SessionsById._from_columns(
        ids, titles, categories, codes, title_codes, offsets
    )


def _load_events(read: _Reader, n_sessions: int, ids: np.ndarray) -> SessionEvents:
    codes = read.array("events.codes", np.int32)
    n = len(codes)
    read.check_order("events.codes", codes, len(ids))
    kinds, user_ids = read.labels("events.kinds"), read.users("events.user_ids")
    kind_codes = read.array("events.kind_codes", np.int32, n)
    read.check_range("events.kind_codes", kind_codes, len(kinds))
    quantities = read.array("events.quantities", np.float64, n)
    is_finite = not any(np.isinf(block).any() for block in _blocks(quantities))
    read.require(is_finite, "events.quantities", "has infinite quantities")
    places = read.array("events.places", np.int64, n)
    read.check_range("events.places", places, n, lowest=0)
    users = read.array("events.users", np.int64, n_sessions)
    read.check_order("events.users", users[users >= 0], len(user_ids))
    read.check_range("events.users", users, len(user_ids))
    return SessionEvents._from_columns(
        ids=ids,
        codes=codes,
        offsets=read.offsets("events.offsets", n, n_sessions),
        kinds=kinds,
        kind_codes=kind_codes,
        quantities=quantities,
        places=places,
        user_ids=user_ids,
        users=users,
    )


# Writing ----------------------------------------------------------------------


def _arrays(prefix: str, record: Any, *names: str) -> _Files:
    return {
        f"{prefix}{name}.npy": partial(_write_array, getattr(record, name))
        for name in names
    }


def _write_array(array: np.ndarray, path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def _write_bytes(data: bytes, path: Path) -> None:
    path.write_bytes(data)


def _texts(name: str, texts: list[str]) -> _Files:
    data, offsets = pack_texts(texts)
    return {
        f"{name}.utf8": partial(_write_bytes, data),
        f"{name}.offsets.npy": partial(_write_array, offsets),
    }


def _values(name: str, values: Sequence[Any]) -> _Files:
    data, offsets, kinds = pack_values(values)
    return {
        f"{name}.utf8": partial(_write_bytes, data),
        f"{name}.offsets.npy": partial(_write_array, offsets),
        f"{name}.types.npy": partial(_write_array, kinds),
    }


def _labels(name: str, labels: np.ndarray) -> _Files:
    if labels.dtype == object:
        return _values(name, labels.tolist())
    return {f"{name}.npy": partial(_write_array, labels)}


def _users(name: str, users: list[Any]) -> _Files:
    # Users of several columns are tuples, all of one length.
    columns = zip(*users, strict=True) if users and type(users[0]) is tuple else [users]
    files: _Files = {}
    for number, column in enumerate(columns):
        files |= _values(f"{name}.{number}", column)
    return files


# Reading ----------------------------------------------------------------------


class _Reader:
    """The files of a folder as columns, each checked on its own.

    Each method raises an InvalidFileError that names the file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = read_folder(folder, _KIND)
        self.used: set[str] = set()

    def require(self, is_right: bool, name: str, what: str) -> None:
        if not is_right:
            raise InvalidFileError(f"{name} in {self.folder} is damaged: it {what}.")

    def array(
        self, name: str, dtype: Any, n: int | None = None, *, mapped: bool = True
    ) -> np.ndarray:
        array = self._load(
            f"{name}.npy",
            lambda path: np.load(
                path, mmap_mode="r" if mapped else None, allow_pickle=False
            ),
        )
        is_right = isinstance(array, np.ndarray) and array.dtype == np.dtype(dtype)
        self.require(is_right, name, f"holds no {np.dtype(dtype)}")
        shape = (len(array) if n is None and array.ndim else n,)
        self.require(array.shape == shape, name, f"has the shape {array.shape}")
        return array

    def _load(self, name: str, load: Callable[[Path], Any]) -> Any:
        self.require(name in self.files, name, "is missing")
        self.used.add(name)
        try:
            return load(self.files[name])
        except Exception as error:
            raise InvalidFileError(
                f"{name} in {self.folder} cannot be read: {error}."
            ) from error

    def offsets(self, name: str, end: int, n_sessions: int | None = None) -> np.ndarray:
        offsets = self.array(name, np.int64, n_sessions and n_sessions + 1)
        # A session has one row at least.
        is_right = len(offsets) > 1 and offsets[0] == 0 and offsets[-1] == end
        is_right = is_right and bool(np.all(offsets[1:] > offsets[:-1]))
        self.require(is_right, name, f"does not ascend from 0 to {end}")
        return offsets

    def texts(self, name: str) -> list[str]:
        offsets = self.array(f"{name}.offsets", np.int64, mapped=False)
        return self._load(
            f"{name}.utf8", lambda path: unpack_texts(path.read_bytes(), offsets)
        )

    def values(self, name: str) -> list[Any]:
        offsets = self.array(f"{name}.offsets", np.int64, mapped=False)
        kinds = self.array(f"{name}.types", np.uint8, mapped=False)
        return self._load(
            f"{name}.utf8",
            lambda path: unpack_values(path.read_bytes(), offsets, kinds),
        )

    def labels(self, name: str) -> np.ndarray:
        """Give distinct labels, sorted."""
        if f"{name}.npy" in self.files:
            labels = self._load(
                f"{name}.npy", lambda path: np.load(path, allow_pickle=False)
            )
            is_right = isinstance(labels, np.ndarray) and labels.dtype.kind in "biuf"
            self.require(is_right, name, "holds no numbers")
        else:
            values = self.values(name)
            labels = np.empty(len(values), object)
            labels[:] = values
        self.require(labels.ndim == 1, name, f"has the shape {labels.shape}")
        values = labels.tolist()
        self.require(_are_distinct(values), name, "has a label twice, or none")
        texts = sum(isinstance(value, str) for value in values)
        is_one_kind = texts in (0, len(values))
        self.require(is_one_kind, name, "is neither all str nor all numbers")
        is_sorted = all(a < b for a, b in pairwise(values))
        self.require(is_sorted, name, "is not sorted")
        return labels

    def users(self, name: str) -> np.ndarray:
        columns = [self.values(f"{name}.0")]
        while f"{name}.{len(columns)}.utf8" in self.files:
            columns.append(self.values(f"{name}.{len(columns)}"))
        is_even = len(set(map(len, columns))) == 1
        self.require(is_even, name, "has columns of several lengths")
        users = columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
        is_known = not any(is_missing(v) for column in columns for v in column)
        is_known = is_known and _are_distinct(users)
        self.require(is_known, name, "has a user twice, or none")
        array = np.empty(len(users), object)
        array[:] = users
        return array

    def check_order(self, name: str, codes: np.ndarray, n: int) -> None:
        """Require all numbers below n, first seen in their order."""
        highest = -1
        for block in _blocks(codes):
            seen = np.maximum.accumulate(np.append(highest, block))
            is_right = block.min() >= 0 and np.diff(seen).max() <= 1
            self.require(is_right, name, "has codes in no order of appearance")
            highest = int(seen[-1])
        self.require(highest == n - 1, name, f"has no {n} codes")

    def check_range(
        self, name: str, codes: np.ndarray, n: int, *, lowest: int = -1
    ) -> None:
        """Require all numbers below n, and besides only those from `lowest`."""
        seen = np.zeros(n, bool)
        for block in _blocks(codes):
            is_right = block.min() >= lowest and block.max() < n
            self.require(is_right, name, f"has codes out of the range of {n}")
            seen[block[block >= 0]] = True
        self.require(bool(seen.all()), name, f"has not all of {n} codes")


def _are_distinct(values: Sequence[Any]) -> bool:
    return len(set(values)) == len(values) and not any(map(is_missing, values))


def _blocks(column: np.ndarray) -> list[np.ndarray]:
    return [column[i : i + _BLOCK] for i in range(0, len(column), _BLOCK)]
