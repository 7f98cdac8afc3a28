"""Vectors of the titles of a Spark frame, computed on its executors."""

from __future__ import annotations

import os
import pickle
import sys
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from .._base.state import SavableMixin
from .._public import public
from .._utils.validation import describe, is_spark_frame

# Each worker of each executor holds a copy.
_LARGEST_BROADCAST = 256 * 2**20
# A batch of Arrow may be of any size; its vectors take 16 MB for so many.
_TITLES_PER_CHUNK = 8192
# Libraries that are loaded later read how many threads they may have.
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "LOKY_MAX_CPU_COUNT",
)


@public
def transform(
    frame: Any, embedder: Any, title: str = "title", *, output: str = "embedding"
) -> Any:
    """Add the vectors of titles to a Spark frame.

    The frame is computed when it is used, a batch of rows at a time, and a task of
    Spark takes one core. Its vectors are those that `embedder.transform` gives for the
    titles of the batch, to the bit. Executors must have this package and its
    dependencies, at the same versions.

    Parameters
    ----------
    frame : pyspark DataFrame
        The titles, and other columns.
    embedder : fitted embedder of titles, str or path-like
        An embedder is sent to each executor once. A path names a file that
        `joblib.dump` wrote without compression. The driver and all executors must see
        it. They map it into memory, so workers on one machine share it. Open only files
        that you trust: they may hold code.
    title : str, default="title"
        The column of titles.
    output : str, default="embedding"
        The new column.

    Returns
    -------
    frame : pyspark DataFrame
        All columns of `frame` and the column `output` of type array<float>, of length
        n_features_out a row. When it is computed, a title that is null raises an error
        that names the column and how many there are.

    Raises
    ------
    NotFittedError
        If the embedder is not fitted.
    TypeError
        If `frame` is no Spark frame, titles are not of type string, or `embedder` does
        not give float32 vectors of titles; also if `frame` is one of Spark Connect, and
        `embedder` not a path.
    ValueError
        If there is no column `title`, there is a column `output`, or the embedder takes
        more than 256 MB.
    OSError
        If the path cannot be read.

    See Also
    --------
    sklearn_prodemb.SessionCounts.from_events : Counts of a log in a Spark frame.

    Notes
    -----
    The values are those of `embedder.transform`. A matrix product rounds by its number
    of rows. The network of `ProductEmbedder` computes in double precision. So the
    vector of a new title differs in rare cases only, in its last digit.

    Examples
    --------
    >>> from sklearn_prodemb.spark import transform
    >>> vectors = transform(titles, embedder)  # doctest: +SKIP
    >>> vectors.write.parquet("vectors")  # doctest: +SKIP
    """
    place = _check_frame(frame, title, output)
    from pyspark.sql.types import ArrayType, FloatType, StructType

    # A copy: `add` changes the schema that the frame holds.
    schema = StructType(list(frame.schema.fields)).add(output, ArrayType(FloatType()))
    if isinstance(embedder, (str, os.PathLike)):
        source: _File | _Sent = _File(str(Path(embedder).absolute()))
        _check_embedder(source.open())
    else:
        _check_embedder(embedder)
        source = _Sent(_broadcast(frame, embedder))
    # Spark takes a dot in a name for the way to a field.
    plain = frame.toDF(*(f"c{number}" for number in range(len(frame.columns))))
    with warnings.catch_warnings():
        # Spark asks for pandas of whoever uses Arrow, but no pandas is used here.
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
        return plain.mapInArrow(_Transform(source, place, schema.names), schema)


class _File:
    """An embedder in a file that is mapped into memory, once a worker."""

    def __init__(self, path: str) -> None:
        self._path = path

    def open(self) -> Any:
        """Give the embedder; a file that was replaced is opened anew."""
        status = os.stat(self._path)
        return _load(self._path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=1)
def _load(path: str, size: int, changed: int) -> Any:
    return joblib.load(path, mmap_mode="r")


class _Sent:
    """An embedder that Spark sends, read once a worker."""

    def __init__(self, broadcast: Any) -> None:
        self._broadcast = broadcast

    def open(self) -> Any:
        """Give the embedder."""
        return self._broadcast.value


class _Transform:
    """What a task of Spark calls with its batches.

    Parameters
    ----------
    source : _File or _Sent
        The embedder.
    place : int
        The place of the column of titles.
    names : list of str
        The names of all columns, that of vectors last.
    """

    def __init__(self, source: _File | _Sent, place: int, names: list[str]) -> None:
        self._source = source
        self._place = place
        self._names = names

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Add the vectors to record batches of Arrow."""
        _take_one_thread()
        embedder = self._source.open()
        # It may have brought torch along.
        _take_one_thread()
        with threadpool_limits(1, user_api="blas"):
            for batch in batches:
                for start in range(0, batch.num_rows, _TITLES_PER_CHUNK):
                    yield self._add(batch.slice(start, _TITLES_PER_CHUNK), embedder)

    def _add(self, batch: Any, embedder: Any) -> Any:
        import pyarrow as pa

        titles = batch.column(self._place)
        if titles.null_count:
            name = self._names[self._place]
            raise ValueError(
                f"{titles.null_count} of {len(titles)} titles of a batch are null "
                f"(column {name!r}): drop these rows first, as with "
                f"frame.dropna(subset=[{name!r}])."
            )
        vectors = embedder.transform(titles.to_pylist())
        n, n_features = vectors.shape
        offsets = np.arange(0, (n + 1) * n_features, n_features, dtype=np.int32)
        lists = pa.ListArray.from_arrays(pa.array(offsets), pa.array(vectors.ravel()))
        return pa.RecordBatch.from_arrays([*batch.columns, lists], self._names)


def _take_one_thread() -> None:
    """Let this worker use one thread: Spark runs one worker a core."""
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


def _check_frame(frame: Any, title: str, output: str) -> int:
    """Give the place of the column of titles; raise an error if something is wrong."""
    if not is_spark_frame(frame):
        raise TypeError(f"frame must be a Spark frame, got {type(frame).__name__}.")
    names = frame.columns
    if title not in names:
        raise ValueError(
            f"title={title!r} is no column of the frame; its columns are {names}."
        )
    if names.count(title) > 1:
        raise ValueError(
            f"The frame has {names.count(title)} columns {title!r}: rename all but one."
        )
    if output in names:
        raise ValueError(
            f"The frame has a column {output!r} already: give another name as output."
        )
    place = names.index(title)
    kind = frame.schema.fields[place].dataType
    if kind.typeName() not in ("string", "char", "varchar"):
        raise TypeError(
            f"Titles must be of type string, but column {title!r} is "
            f"{kind.simpleString()}."
        )
    return place


def _check_embedder(embedder: Any) -> None:
    """Raise a TypeError if something does not give float32 vectors of titles."""
    if not hasattr(embedder, "transform"):
        raise TypeError(
            f"embedder must be a fitted embedder of titles or the path of one, got "
            f"{describe(embedder)}."
        )
    vectors = embedder.transform([""])
    if getattr(vectors, "dtype", None) != np.float32 or vectors.ndim != 2:
        raise TypeError(
            f"embedder must give float32 vectors of titles, but "
            f"{type(embedder).__name__} does not."
        )


def _broadcast(frame: Any, embedder: Any) -> Any:
    """Send an embedder, without what belongs to its training, to the executors."""
    advice = (
        "write it with joblib.dump(embedder, path) to a place that the driver and all "
        "executors see, and give embedder=path."
    )
    if type(frame).__module__.startswith("pyspark.sql.connect"):
        raise TypeError(f"Spark Connect cannot send an embedder: {advice}")
    if isinstance(embedder, SavableMixin):
        embedder = embedder._for_file()
    counter = _Counter()
    pickle.dump(embedder, counter, protocol=pickle.HIGHEST_PROTOCOL)
    if counter.n_bytes > _LARGEST_BROADCAST:
        raise ValueError(
            f"The embedder takes {counter.n_bytes / 2**20:,.0f} MB, and each worker "
            f"would hold a copy; the most that is sent are "
            f"{_LARGEST_BROADCAST / 2**20:,.0f} MB: {advice}"
        )
    return frame.sparkSession.sparkContext.broadcast(embedder)


class _Counter:
    """A file that counts what is written to it."""

    def __init__(self) -> None:
        self.n_bytes = 0

    def write(self, data: Any) -> int:
        """Count bytes."""
        n = memoryview(data).nbytes
        self.n_bytes += n
        return n
