"""The file that fastText writes, checked: the library takes every number on trust."""

from __future__ import annotations

import struct

import numpy as np

from ..._utils.description import Array, Wrong

LABEL = "__label__"
_END = b"</s>"
# Magic number and version; twelve parameters and a threshold; the sizes of the
# dictionary: all entries, words, labels; tokens, and what was pruned.
_HEADER = struct.Struct("<2i12id3i2q")
_MAGIC_AND_VERSION = (793712314, 12)
_SUPERVISED, _LOSSES = 3, (1, 2, 3, 4)
_NOT_PRUNED = -1
_COUNT_AND_TYPE = struct.Struct("<qb")
# fastText takes sums of counts from here on for "none yet".
_MOST_COUNTS = 10**15
_MATRIX = struct.Struct("<?2q")


def count_labels(data: np.ndarray) -> int:
    """Give the number of labels of a model, 0 if there is no such number."""
    if len(data) < _HEADER.size:
        return 0
    return _HEADER.unpack(data[: _HEADER.size].tobytes())[-3]


def check_model(data: np.ndarray) -> None:
    """Check that a model can be loaded by fastText and gives finite scores.

    Parameters
    ----------
    data : ndarray of uint8, shape (n_bytes,)
        The file of a supervised model that is not quantised, with the labels
        `__label__0`, `__label__1` and so on.

    Raises
    ------
    Wrong
        If it is another file, or damaged.
    """
    try:
        _check_model(data)
    except (struct.error, ValueError, OverflowError) as error:
        raise Wrong(f"must be a model of fastText, but is damaged: {error}") from None


def _check_model(data: np.ndarray) -> None:
    header = _HEADER.unpack(data[: _HEADER.size].tobytes())
    dim, _, _, _, _, word_ngrams, loss, model, bucket, minn, maxn, _ = header[2:14]
    n_entries, n_words, n_labels, _, n_pruned = header[15:]
    _require(header[:2] == _MAGIC_AND_VERSION, "version")
    _require(dim > 0 and model == _SUPERVISED and loss in _LOSSES, "parameters")
    _require(bucket >= 0 and minn >= 0 and maxn >= 0 and word_ngrams > 0, "n-grams")
    # N-grams are told apart by the remainder of a division by their number.
    _require(bucket > 0 or (maxn == 0 and word_ngrams == 1), "n-grams")
    _require(n_words >= 0 and n_labels > 0, "dictionary")
    _require(n_entries == n_words + n_labels and n_pruned == _NOT_PRUNED, "dictionary")
    place = _check_entries(data, n_words, n_labels)
    for n_rows in (n_words + bucket, n_labels):
        begin = place + _MATRIX.size
        shape = _MATRIX.unpack(data[place:begin].tobytes())
        _require(shape == (False, n_rows, dim), "size of a matrix")
        place = begin + 4 * n_rows * dim
        _require(place <= len(data), "size of a matrix")
        matrix = np.frombuffer(data[begin:place].tobytes(), "<f4").astype(np.float32)
        Array("float32", ("n",)).check_contents(matrix)
    _require(place == len(data), "length")


def _check_entries(data: np.ndarray, n_words: int, n_labels: int) -> int:
    """Check words and labels; give the place behind them."""
    entries: tuple[set[bytes], set[bytes]] = (set(), set())
    n_counted, place = 0, _HEADER.size
    text = data.tobytes()
    for entry in range(n_words + n_labels):
        end = text.index(b"\0", place)
        count, kind = _COUNT_AND_TYPE.unpack_from(text, end + 1)
        _require(count >= 0 and kind == (entry >= n_words), "dictionary")
        entries[kind].add(text[place:end])
        n_counted += count
        place = end + 1 + _COUNT_AND_TYPE.size
    expected = {f"{LABEL}{number}".encode() for number in range(n_labels)}
    _require(entries[1] == expected and n_counted < _MOST_COUNTS, "labels")
    # Without it, an empty title has no score.
    _require(_END in entries[0], "dictionary")
    return place


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"its {what} cannot be")
