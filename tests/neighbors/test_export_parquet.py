"""Files that pandas, polars, DuckDB and pyarrow read, whole or not there."""

import json
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from full_disk import full_disk
from pyarrow import parquet
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import InvalidParameterError
from small import ID_SESSIONS, SESSIONS, TITLES, small, small_product, spectral

from sklearn_prodemb import SpectralEmbedder, __version__
from sklearn_prodemb.neighbors import _title_vectors, export_parquet

FRAME = pd.DataFrame(
    {
        "title": TITLES,
        "id": range(60),
        "price": [None if i % 7 == 0 else i / 2 for i in range(60)],
        "kind": pd.Categorical([title.split()[0] for title in TITLES]),
        "since": pd.date_range("2026-01-01", periods=60),
    },
    index=range(100, 160),
)


@pytest.fixture(scope="module")
def embedder():
    return spectral().fit(SESSIONS)


@pytest.fixture
def path(tmp_path, monkeypatch):
    # Several row groups.
    monkeypatch.setattr(_title_vectors, "_TITLES_PER_BATCH", 25)
    return tmp_path / "vectors.parquet"


def read_pandas(path, column="embedding"):
    return np.stack(pd.read_parquet(path)[column])


def read_polars(path, column="embedding"):
    return pl.read_parquet(path)[column].to_numpy()


def read_duckdb(path, column="embedding"):
    duckdb = pytest.importorskip("duckdb")
    rows = duckdb.sql(f"SELECT {column} FROM '{path}'").fetchall()
    return np.array([row[0] for row in rows], np.float32)


def read_pyarrow(path, column="embedding"):
    lists = parquet.read_table(path)[column].combine_chunks()
    return lists.flatten().to_numpy().reshape(len(lists), -1)


READERS = [read_pandas, read_polars, read_duckdb, read_pyarrow]
readers = pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)


def test_ids_of_an_embedder_with_ids_count(path):
    embedder = small_product(max_epochs=0).fit(ID_SESSIONS)
    frame = pd.DataFrame({"title": [f"{t} zz" for t in TITLES], "sku": TITLES})
    for product in ("sku", None):
        export_parquet(embedder, frame, path, product=product)
        columns = ["title"] if product is None else ["title", product]
        expected = embedder.transform(frame[columns])
        np.testing.assert_array_equal(read_pyarrow(path), expected)
    with pytest.raises(ValueError, match="product='id' is no column of X"):
        export_parquet(embedder, frame, path, product="id")
    with pytest.raises(ValueError, match="but X is no data frame"):
        export_parquet(embedder, TITLES, path, product="sku")


@readers
def test_vectors_are_read_back_to_the_bit(read, embedder, path):
    export_parquet(embedder, FRAME, path)
    expected = embedder.transform(TITLES)
    np.testing.assert_array_equal(read(path), expected, strict=True)


def test_other_columns_and_the_schema(embedder, path):
    for frame in (FRAME, pl.from_pandas(FRAME), pl.from_pandas(FRAME).lazy()):
        export_parquet(embedder, frame, path)
        table = pd.read_parquet(path)
        assert table.columns.tolist() == [*FRAME.columns, "embedding"]
        expected = FRAME.reset_index(drop=True)
        for name in ("title", "id", "price", "since"):
            assert table[name].tolist() == expected[name].tolist() or name == "price"
        np.testing.assert_array_equal(table["price"], expected["price"])
        assert table["kind"].astype(str).tolist() == expected["kind"].tolist()
    file = parquet.ParquetFile(path)
    assert file.schema_arrow.field("embedding").type == pa.list_(pa.float32(), 16)
    assert [file.metadata.row_group(i).num_rows for i in range(3)] == [25, 25, 10]
    about = json.loads(file.schema_arrow.metadata[b"sklearn_prodemb"])
    assert about == {
        "embedder": "SpectralEmbedder",
        "space": embedder.space_,
        "version": __version__,
        "n_features": 16,
        "blocks": {"words": [0, 8], "contexts": [8, 12], "products": [12, 16]},
    }


@readers
def test_half_precision_and_some_blocks(read, embedder, path):
    export_parquet(
        embedder,
        FRAME.rename(columns={"title": "name"}),
        path,
        title="name",
        output="vector",
        blocks=["products", "words"],
        dtype="float16",
    )
    whole = embedder.transform(TITLES)
    expected = np.hstack([whole[:, 12:], whole[:, :8]]).astype(np.float16)
    np.testing.assert_array_equal(read(path, "vector").astype(np.float16), expected)
    metadata = parquet.read_schema(path).metadata
    about = json.loads(metadata[b"sklearn_prodemb"])
    assert about["blocks"] == {"products": [0, 4], "words": [4, 12]}
    assert about["n_features"] == 12


def test_titles_alone_and_an_embedder_without_blocks(path):
    text_cnn = small(max_epochs=1).fit(SESSIONS)
    # Titles without ids may occur twice.
    export_parquet(text_cnn, [*TITLES, TITLES[0]], str(path))
    table = pd.read_parquet(path)
    assert table.columns.tolist() == ["title", "embedding"]
    expected = text_cnn.transform([*TITLES, TITLES[0]])
    np.testing.assert_allclose(read_pandas(path), expected, atol=1e-6)
    metadata = parquet.read_schema(path).metadata
    about = json.loads(metadata[b"sklearn_prodemb"])
    assert (about["blocks"], about["space"]) == ({}, None)


def test_no_more_than_a_batch_of_vectors_is_there(embedder, path, monkeypatch):
    n_titles = []

    class Counting(SpectralEmbedder):
        def transform(self, X):
            n_titles.append(len(X))
            return super().transform(X)

    counting = Counting(n_components=16, random_state=0).fit(SESSIONS)
    export_parquet(counting, FRAME, path)
    assert n_titles == [1, 25, 25, 10]


def test_a_file_is_whole_or_as_it_was(embedder, path, tmp_path, monkeypatch):
    path.write_bytes(b"before")
    with full_disk(1_000), pytest.raises(OSError, match=r"vectors\.parquet"):
        export_parquet(embedder, FRAME, path)
    calls = []

    def broken(self, titles):
        calls.append(titles)
        if len(calls) > 2:
            raise KeyboardInterrupt
        return [[0.0]] * len(titles)

    monkeypatch.setattr(SpectralEmbedder, "transform", broken)
    with pytest.raises(KeyboardInterrupt):
        export_parquet(embedder, FRAME, path)
    assert path.read_bytes() == b"before"
    assert [*tmp_path.iterdir()] == [path]


def test_what_is_refused(embedder, tmp_path):
    path = tmp_path / "vectors.parquet"

    def refused(error, match, embedder=embedder, X=FRAME, path=path, **params):
        with pytest.raises(error, match=match):
            export_parquet(embedder, X, path, **params)
        assert not [*tmp_path.iterdir()]

    refused(NotFittedError, "must be fitted", embedder=SpectralEmbedder())
    refused(TypeError, "must be a fitted embedder", embedder=None)
    refused(ValueError, "title='name' is no column", title="name")
    refused(ValueError, "a column 'price' already", output="price")
    refused(ValueError, "must differ", output="title", X=TITLES)
    refused(ValueError, "distinct names of blocks", blocks=["price"])
    refused(ValueError, "has no product", X=[])
    refused(TypeError, "position 1 of 2 is a missing value", X=["mesa", None])
    missing = FRAME.assign(title=[None, *TITLES[1:]])
    refused(TypeError, "Column 'title' of X must hold titles", X=missing)
    mixed = FRAME.assign(mixed=[{1}, "a"] * 30)
    refused(ValueError, "no type for: .*mixed", X=mixed)
    refused(ValueError, "no type for", X=["\ud800"])
    refused(InvalidParameterError, "'dtype' parameter", dtype="int8")
    refused(OSError, "no folder", path=tmp_path / "none" / "file")
    with pytest.raises(IsADirectoryError):
        export_parquet(embedder, FRAME, tmp_path)


def test_without_pyarrow_the_error_names_the_extra(embedder, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"sklearn-prodemb\[parquet\]"):
        export_parquet(embedder, TITLES, tmp_path / "file")
