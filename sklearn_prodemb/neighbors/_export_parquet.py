"""The vectors of a catalogue as a Parquet file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils._param_validation import StrOptions, validate_params

from .._public import ROOT, public
from .._titles.check import check_titles
from .._utils.files import replacing
from .._utils.optional import require
from .._utils.validation import read_frame
from .._version import __version__
from ._title_vectors import TitleVectors


@validate_params(
    {
        "path": [str, os.PathLike],
        "title": [str],
        "product": [str, None],
        "output": [str],
        "blocks": ["array-like", None],
        "dtype": [StrOptions({"float32", "float16"})],
    },
    prefer_skip_nested_validation=True,
)
@public
def export_parquet(
    embedder: Any,
    X: Any,
    path: str | os.PathLike[str],
    *,
    title: str = "title",
    product: str | None = None,
    output: str = "embedding",
    blocks: Sequence[str] | None = None,
    dtype: str = "float32",
) -> None:
    """Write a catalogue with the vectors of its titles to a Parquet file.

    Vectors are computed and written in batches of 8,192 titles, a row group each. So
    memory does not grow with their number. pandas, polars, DuckDB and vector databases
    read the file without this package. Writing it takes
    `pip install 'sklearn-prodemb[parquet]'`.

    Parameters
    ----------
    embedder : fitted embedder of titles
        As of `SimilarProducts`.
    X : list, ndarray, Series or data frame, of length n_products
        The titles, or a frame with a column of them and any other columns.
    path : str or path-like
        The file. It is replaced only once it is complete.
    title : str, default="title"
        The column of titles.
    product : str or None, default=None
        The column of product ids. They count if the embedder was fitted on sessions
        with ids, see `ProductEmbedder.transform`. None looks titles up alone.
    output : str, default="embedding"
        The column of vectors.
    blocks : sequence of str or None, default=None
        The blocks of a vector to write, in this order: names of
        `embedder.encoder_.blocks`, such as ["words", "contexts"]. None writes whole
        vectors.
    dtype : {"float32", "float16"}, default="float32"
        The type of numbers. float16 takes half the space and keeps three digits. Not
        all programs read it.

    Raises
    ------
    NotFittedError
        If the embedder is not fitted.
    ImportError
        If pyarrow is not installed; the error names the extra.
    TypeError
        If a title is no str, or the embedder of a wrong type.
    ValueError
        If there is no product, a column or block is missing, there is a column
        `output` already, a parameter is not valid, or Parquet has no type for a
        column.
    OSError
        If the file cannot be written; the error names it. A file that was there is
        then as it was.

    Notes
    -----
    The file has all columns of the frame, and the vectors as lists of a fixed size. Its
    schema has JSON under the key "sklearn_prodemb": "embedder" is the class of the
    embedder, "version" the version of this package, "space" the embedder's `space_`
    (null if it has none), "n_features" the number of columns of a vector, and "blocks"
    the first column and the end of each block, empty if the embedder has no blocks.
    Compare vectors of one space only.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import pandas as pd
    >>> from sklearn_prodemb import SpectralEmbedder
    >>> from sklearn_prodemb.neighbors import export_parquet
    >>> embedder = SpectralEmbedder(n_components=8, random_state=0)
    >>> embedder = embedder.fit([["Mate imperial", "Bombilla de alpaca"]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "vectors.parquet"
    ...     export_parquet(embedder, ["Mate imperial", "Mate de madera"], path)
    ...     table = pd.read_parquet(path)
    >>> table.columns.tolist(), len(table["embedding"][0])
    (['title', 'embedding'], 8)
    """
    pa = require("pyarrow", extra="parquet", what="export_parquet")
    vectors = TitleVectors.of(embedder)
    if blocks is not None:
        vectors = vectors.only(list(blocks))
    titles, ids, table = _read(pa, X, title, product, output)
    # One title tells how many columns there are.
    n_features = vectors.encode(titles[:1]).shape[1]
    kind = pa.list_(getattr(pa, dtype)(), n_features)
    about = {
        "embedder": type(vectors.embedder).__name__,
        "space": getattr(vectors.embedder, "space_", None),
        "version": __version__,
        "n_features": n_features,
        "blocks": _ends(vectors),
    }
    schema = table.schema.append(pa.field(output, kind)).with_metadata(
        {ROOT: json.dumps(about)}
    )
    with replacing(Path(path)) as file:
        _write(file, schema, table, vectors.batches(titles, ids), dtype)


def _read(
    pa: Any, X: Any, title: str, product: str | None, output: str
) -> tuple[list[str], list[Any] | None, Any]:
    """Give the titles, the ids if there are any, and all columns as an Arrow table."""
    if title == output:
        raise ValueError(f"title and output must differ, but both are {title!r}.")
    frame, ids = read_frame(X), None
    if frame is None:
        if product is not None:
            raise ValueError(
                f"product={product!r} names a column of ids, but X is no data frame."
            )
        titles = check_titles(X)
    else:
        needs = [(title, True), (output, False)]
        if product is not None:
            needs.append((product, True))
        for name, needed in needs:
            if (name in frame.columns) != needed:
                parameter = "title" if name == title else "product"
                raise ValueError(
                    f"{parameter}={name!r} is no column of X; its columns are "
                    f"{frame.columns}."
                    if needed
                    else f"X has a column {output!r} already: give the column of "
                    f"vectors another name (output=...)."
                )
        titles = check_titles(
            frame.get_column(title).to_list(), name=f"Column {title!r} of X"
        )
        if product is not None:
            ids = frame.get_column(product).to_list()
    if not titles:
        raise ValueError("X has no product, so there is nothing to write.")
    try:
        table = pa.table({title: titles}) if frame is None else frame.to_arrow()
    except (pa.ArrowException, UnicodeEncodeError) as error:
        raise ValueError(
            f"X has a column that Parquet has no type for: {error}"
        ) from error
    return titles, ids, table


def _ends(vectors: TitleVectors) -> dict[str, list[int]]:
    """Give first column and end of each block, as they are written side by side."""
    widths = {name: c.stop - c.start for name, c in vectors.blocks.items()}
    ends = np.cumsum([0, *widths.values()]).tolist()
    return {name: list(pair) for name, pair in zip(widths, pairwise(ends), strict=True)}


def _write(
    file: Any, schema: Any, table: Any, batches: Iterable[np.ndarray], dtype: str
) -> None:
    """Write the rows, a row group a batch."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    # Numbers of vectors hardly repeat.
    with ParquetWriter(file, schema, use_dictionary=table.schema.names) as writer:
        first = 0
        for batch in batches:
            numbers = pa.array(batch.astype(dtype, copy=False).ravel())
            lists = pa.FixedSizeListArray.from_arrays(numbers, batch.shape[1])
            rows = table.slice(first, len(batch))
            first += len(batch)
            columns = [*rows.columns, lists]
            writer.write_table(pa.table(columns, schema=schema))
