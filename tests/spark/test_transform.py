"""Vectors of a Spark frame are those of the embedder, to the bit."""

import datetime
from decimal import Decimal

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from small import ID_SESSIONS, SESSIONS, TITLES, small

from sklearn_prodemb import ProductEmbedder, SpectralEmbedder
from sklearn_prodemb.baselines import MetaProd2Vec
from sklearn_prodemb.spark import _transform, transform

EMBEDDERS = {
    "spectral": lambda: SpectralEmbedder(n_components=8, random_state=0),
    "product": lambda: ProductEmbedder(n_components=8, max_epochs=2, random_state=0),
    "text CNN": lambda: small(random_state=0),
}
# Seen, new, misspelt, empty, and more than once.
MANY = [*TITLES, "mesa nueva", "zapatila 3", "", *TITLES[:5]]


def titles_in(spark, titles, name="title"):
    rows = [(number, title) for number, title in enumerate(titles)]
    return spark.createDataFrame(rows, f"number: int, {name}: string").repartition(2)


def vectors_of(frame, column="embedding"):
    rows = frame.orderBy("number").collect()
    return np.array([row[column] for row in rows], np.float32)


@pytest.mark.parametrize("name", EMBEDDERS)
def test_vectors_are_those_of_the_embedder(spark, tmp_path, name):
    embedder = EMBEDDERS[name]().fit(SESSIONS)
    wanted = embedder.transform(MANY)
    frame = titles_in(spark, MANY)
    found = transform(frame, embedder)
    assert found.dtypes == [*frame.dtypes, ("embedding", "array<float>")]
    np.testing.assert_array_equal(vectors_of(found), wanted, strict=True)
    path = tmp_path / "embedder.joblib"
    joblib.dump(embedder, path)
    found = vectors_of(transform(frame, path))
    np.testing.assert_array_equal(found, wanted, strict=True)


@pytest.fixture(scope="module")
def embedder():
    return SpectralEmbedder(n_components=4, random_state=0).fit(SESSIONS)


def test_vectors_do_not_depend_on_the_size_of_batches(spark, embedder, monkeypatch):
    frame = titles_in(spark, MANY, name="what")
    found = transform(frame, embedder, "what", output="vector")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 3)
    try:
        vectors = vectors_of(found, "vector")
    finally:
        spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")
    np.testing.assert_array_equal(vectors, embedder.transform(MANY), strict=True)


def test_large_batches_are_cut(embedder, monkeypatch):
    pa = pytest.importorskip("pyarrow")
    monkeypatch.setattr(_transform, "_TITLES_PER_CHUNK", 7)
    batch = pa.record_batch({"title": TITLES})
    source = _transform._File("")
    monkeypatch.setattr(source, "open", lambda: embedder)
    with _transform_environment(monkeypatch):
        batches = list(_transform._Transform(source, 0, ["title", "vector"])([batch]))
    assert [len(part) for part in batches] == [7] * 8 + [len(TITLES) - 56]
    table = pa.Table.from_batches(batches)
    vectors = np.array(table["vector"].to_pylist(), np.float32)
    np.testing.assert_array_equal(vectors, embedder.transform(TITLES), strict=True)


def _transform_environment(monkeypatch):
    """Leave the threads of this process alone."""
    context = monkeypatch.context()
    monkeypatch.setattr(_transform, "_take_one_thread", lambda: None)
    return context


def test_other_columns_pass_through(spark, embedder):
    schema = (
        "number: int, title: string, price: decimal(9, 2), day: date, at: timestamp, "
        "tags: array<string>, by: map<string, double>, raw: binary, "
        "place: struct<x: smallint, y: boolean>, `a.b`: tinyint"
    )
    now = datetime.datetime(2026, 3, 1, 10, 30, 0, 5)
    row = (0, TITLES[0], Decimal("9.90"), now.date(), now, ["a", None], {"x": 1.5})
    row = (*row, bytearray(b"raw"), (3, True), None)
    frame = spark.createDataFrame([row, (1, TITLES[1], *[None] * 8)], schema)
    found = transform(frame, embedder)
    assert found.schema.fields[:-1] == frame.schema.fields
    assert found.drop("embedding").sort("number").collect() == frame.collect()


def test_no_rows(spark, embedder):
    assert transform(titles_in(spark, []), embedder).collect() == []


def test_null_titles_are_named(spark, embedder):
    from pyspark.errors import PythonException

    frame = titles_in(spark, ["mesa", None, None]).coalesce(1)
    with pytest.raises(PythonException, match=r"2 of 3 titles .*null \(column 'title'"):
        transform(frame, embedder).collect()


def test_a_file_that_was_replaced_is_opened_anew(spark, embedder, tmp_path):
    path = tmp_path / "embedder.joblib"
    frame = titles_in(spark, MANY)
    for model in (embedder, EMBEDDERS["spectral"]().fit(SESSIONS)):
        joblib.dump(model, path)
        found = vectors_of(transform(frame, path))
        np.testing.assert_array_equal(found, model.transform(MANY), strict=True)


def test_an_embedder_that_is_too_large_is_sent_as_a_file(spark, embedder, monkeypatch):
    monkeypatch.setattr(_transform, "_LARGEST_BROADCAST", 1000)
    with pytest.raises(ValueError, match=r"joblib.dump.*embedder=path"):
        transform(titles_in(spark, MANY), embedder)


def test_sessions_are_not_sent(spark):
    embedder = SpectralEmbedder(n_components=4, random_state=0, sessions=SESSIONS)
    embedder.fit()
    found = vectors_of(transform(titles_in(spark, MANY), embedder))
    np.testing.assert_array_equal(found, embedder.transform(MANY), strict=True)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"title": "what"},
            ValueError,
            "title='what' is no column .*'number', 'title'",
        ),
        ({"title": "number"}, TypeError, "type string, but column 'number' is int"),
        ({"output": "number"}, ValueError, "has a column 'number' already"),
        ({"embedder": 5}, TypeError, "fitted embedder of titles .* got 5 of type int"),
        ({"embedder": "no such file"}, FileNotFoundError, "no such file"),
        ({"embedder": SpectralEmbedder()}, NotFittedError, "not fitted"),
    ],
)
def test_wrong_arguments(spark, embedder, arguments, error, message):
    with pytest.raises(error, match=message):
        transform(titles_in(spark, MANY), **{"embedder": embedder, **arguments})


def test_what_gives_no_vectors_of_titles(spark):
    class Lengths(BaseEstimator):
        def transform(self, titles):
            return np.array([[len(title)] for title in titles], float)

    frame = titles_in(spark, MANY)
    with pytest.raises(TypeError, match="float32 vectors of titles, but Lengths"):
        transform(frame, Lengths())
    of_ids = MetaProd2Vec(embedding_dim=2, max_epochs=1, random_state=0).fit(
        ID_SESSIONS
    )
    with pytest.raises((TypeError, ValueError)):
        transform(frame, of_ids)


def test_two_columns_of_a_name(spark, embedder):
    frame = titles_in(spark, MANY).toDF("title", "title")
    with pytest.raises(ValueError, match="2 columns 'title': rename"):
        transform(frame, embedder)


def test_what_is_no_frame(embedder):
    with pytest.raises(TypeError, match="must be a Spark frame, got list"):
        transform(TITLES, embedder)


def test_spark_connect_takes_a_file(embedder):
    kind = type("DataFrame", (), {"__module__": "pyspark.sql.connect.dataframe"})
    with pytest.raises(TypeError, match=r"Spark Connect .*joblib.dump"):
        _transform._broadcast(kind(), embedder)
