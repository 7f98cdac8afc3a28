"""Str, numbers and None as bytes, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .ragged import offsets_of

# A str may hold half of a surrogate pair, which strict UTF-8 refuses.
_ENCODING = ("utf-8", "surrogatepass")


def pack_texts(texts: Sequence[str]) -> tuple[bytes, np.ndarray]:
    """Put texts one after the other.

    Parameters
    ----------
    texts : sequence of str, of length n
        The texts.

    Returns
    -------
    data : bytes
        The texts in UTF-8.
    offsets : ndarray of int64, shape (n + 1,)
        Text i has the bytes from `offsets[i]` up to `offsets[i + 1]`.
    """
    parts = [text.encode(*_ENCODING) for text in texts]
    return b"".join(parts), offsets_of(
        np.fromiter(map(len, parts), np.int64, len(parts))
    )


def unpack_texts(data: bytes, offsets: np.ndarray) -> list[str]:
    """Give the texts that `pack_texts` packed.

    Parameters
    ----------
    data, offsets
        As `pack_texts` gives them.

    Returns
    -------
    texts : list of str
        The texts.

    Raises
    ------
    ValueError
        If `pack_texts` cannot have given these.
    """
    if (
        offsets.dtype != np.int64
        or offsets.ndim != 1
        or len(offsets) == 0
        or offsets[0] != 0
        or offsets[-1] != len(data)
        or np.any(offsets[1:] < offsets[:-1])
    ):
        raise ValueError("its offsets do not ascend from 0 to its length")
    return [data[a:b].decode(*_ENCODING) for a, b in pairwise(offsets.tolist())]


# How each type is written, and read: hexadecimal numbers are exact and of any length.
_TYPES: list[tuple[type, Callable[[Any], str], Callable[[str], Any]]] = [
    (type(None), lambda value: "", lambda text: None),
    (str, lambda value: value, lambda text: text),
    (int, lambda value: format(value, "x"), lambda text: int(text, 16)),
    (float, float.hex, float.fromhex),
    (bool, lambda value: "1" if value else "", bool),
]


def pack_values(values: Sequence[Any]) -> tuple[bytes, np.ndarray, np.ndarray]:
    """Put values of several types one after the other.

    Parameters
    ----------
    values : sequence of str, int, float, bool or None, of length n
        The values, of Python's own types or types derived from str.

    Returns
    -------
    data, offsets
        As `pack_texts` gives them, of the values written as text.
    kinds : ndarray of uint8, shape (n,)
        The type of each value.
    """
    kinds = [_kind_of(value) for value in values]
    texts = [_TYPES[k][1](value) for k, value in zip(kinds, values, strict=True)]
    return *pack_texts(texts), np.array(kinds, np.uint8)


def _kind_of(value: Any) -> int:
    if isinstance(value, str):
        return 1
    return next(k for k, (kind, _, _) in enumerate(_TYPES) if type(value) is kind)


def unpack_values(data: bytes, offsets: np.ndarray, kinds: np.ndarray) -> list[Any]:
    """Give the values that `pack_values` packed.

    Parameters
    ----------
    data, offsets, kinds
        As `pack_values` gives them.

    Returns
    -------
    values : list of str, int, float, bool or None
        The values.

    Raises
    ------
    ValueError
        If `pack_values` cannot have given these.
    """
    texts = unpack_texts(data, offsets)
    if kinds.dtype != np.uint8 or kinds.shape != (len(texts),):
        raise ValueError("it has not one type a value")
    if len(kinds) and kinds.max() >= len(_TYPES):
        raise ValueError("it has values of an unknown type")
    try:
        return [_TYPES[k][2](t) for k, t in zip(kinds.tolist(), texts, strict=True)]
    except OverflowError as error:
        raise ValueError(str(error)) from error
