"""What is read from a folder of counts is checked."""

import numpy as np
import pytest
from small_logs import count, make_log, pairs_of

from sklearn_prodemb import SessionCounts
from sklearn_prodemb._counts.folder import Part, describe_file
from sklearn_prodemb._counts.stored import StoredCounts
from sklearn_prodemb.exceptions import InvalidFileError

duckdb = pytest.importorskip("duckdb")


@pytest.fixture
def counts(tmp_path):
    return count(make_log(), tmp_path / "counts")


@pytest.mark.parametrize(
    "name", ["manifest.json", "titles.parquet", "pairs-0-0.parquet"]
)
def test_damaged_files(counts, name):
    path = counts.path / name
    whole = path.read_bytes()
    places = np.random.default_rng(0).integers(0, len(whole), 40)
    damaged = [whole[: len(whole) // 2], b"", whole + b" "]
    damaged += [whole[:i] + bytes([whole[i] ^ 64]) + whole[i + 1 :] for i in places]
    for data in damaged:
        path.write_bytes(data)
        with pytest.raises(InvalidFileError, match=name):
            pairs_of(SessionCounts.load(counts.path))
    path.unlink()
    with pytest.raises((InvalidFileError, FileNotFoundError), match=name):
        pairs_of(SessionCounts.load(counts.path))


def stored(counts, name, query):
    """Files whose bytes are as the manifest says, but hold something else."""
    path = counts.path / name
    found = duckdb.sql(query)
    found.write_parquet(str(path))
    file = describe_file(path, len(found.fetchall()))
    manifest = counts._manifest
    if name.startswith("titles"):
        return StoredCounts(counts.path, manifest.changed(titles=file))
    part = Part(0, manifest.n_products, file)
    return StoredCounts(counts.path, manifest.changed(parts=[part]))


@pytest.mark.parametrize(
    "row",
    [
        "-1, 1, 1",
        "1000, 1, 1",
        "0, -1, 1",
        "0, 1000, 1",
        "0, 1, 0",
        "0, 1, -1",
        "0, 1, 'nan'",
        "0, 1, 'inf'",
    ],
)
def test_pairs_that_cannot_be(counts, row):
    query = 'SELECT a::INTEGER "left", b::INTEGER "right", c::FLOAT AS weight'
    query += f" FROM (VALUES ({row})) t(a, b, c)"
    found = stored(counts, "pairs.parquet", query)
    with pytest.raises(InvalidFileError, match="does not hold the pairs of titles 0"):
        found.read_part(found._manifest.parts[0])


def test_pairs_in_disorder_or_of_another_type(counts):
    rows = "FROM (VALUES (2, 0), (1, 0)) t(a, b)"
    for kind in ("INTEGER", "BIGINT"):
        query = f'SELECT a::{kind} AS "left", b::{kind} AS "right", 1::FLOAT AS weight'
        found = stored(counts, "pairs.parquet", f"{query} {rows}")
        with pytest.raises(InvalidFileError, match="does not hold the pairs"):
            found.read_part(found._manifest.parts[0])


@pytest.mark.parametrize(
    ("category", "expected"),
    [("'x'", True), ("3", False), ("NULL::VARCHAR", None), ("NULL::INTEGER", None)],
)
def test_whether_categories_are_str(counts, category, expected):
    query = f"SELECT 'a' AS title, {category} AS category, 1::DOUBLE AS n_sessions"
    assert stored(counts, "titles-2.parquet", query).has_texts() is expected


@pytest.mark.parametrize(
    "values",
    [
        "NULL::VARCHAR, NULL, 1::DOUBLE",
        "range, NULL, 1::DOUBLE",
        "'a', NULL, 1::FLOAT",
        "'a', NULL, -1::DOUBLE",
        "'a', NULL, 'nan'::DOUBLE",
    ],
)
def test_titles_that_cannot_be(counts, values):
    n = counts.n_products
    query = f"SELECT * FROM (SELECT {values} FROM range({n})) t"
    query += "(title, category, n_sessions)"
    found = stored(counts, "titles-2.parquet", query)
    with pytest.raises(InvalidFileError, match="does not hold the titles"):
        _ = found.titles
    assert np.isfinite(counts.sessions_of_titles()).all()
