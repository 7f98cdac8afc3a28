"""Logs of Spark that cannot be counted are refused, with what is wrong."""

import datetime

import pytest

from sklearn_prodemb import SessionCounts

COLUMNS = {"user": "who", "time": "when", "title": "what", "category": "kind"}
SCHEMA = {"who": "string", "when": "int", "what": "string", "kind": "string"}
NOW = datetime.datetime(2026, 3, 1)
ROW = ("ana", 1, "Mesa", None)


def frame_of(spark, rows, **kinds):
    schema = ", ".join(f"{k}: {v}" for k, v in {**SCHEMA, **kinds}.items())
    return spark.createDataFrame(rows, schema)


@pytest.mark.parametrize(
    ("row", "kinds", "gap", "message"),
    [
        (("ana", 1, 5, None), {"what": "bigint"}, 5, "type str, but .* is bigint"),
        (("ana", 1, "Mesa", [1]), {"kind": "array<int>"}, 5, "'kind' is array<int>"),
        (
            ("ana", "1", "Mesa", None),
            {"when": "string"},
            5,
            "'when' must hold .* string",
        ),
        (("ana", True, "Mesa", None), {"when": "boolean"}, 5, "but is boolean"),
        (ROW, {}, "30min", "gap must be a number in the same unit, got '30min'"),
        (("ana", NOW, "Mesa", None), {"when": "timestamp"}, 5, "gap must be a str"),
    ],
)
def test_wrong_types(spark, tmp_path, row, kinds, gap, message):
    frame = frame_of(spark, [row], **kinds)
    with pytest.raises(TypeError, match=message):
        SessionCounts.from_events(frame, **COLUMNS, gap=gap, path=tmp_path / "counts")


@pytest.mark.parametrize(
    ("row", "kinds", "message"),
    [
        ((None, 1, "Mesa", None), {}, "no user .*'who'.*: drop .* visitor an id"),
        (
            (float("nan"), 1, "Mesa", None),
            {"who": "double"},
            "no user .*'who'.*: drop",
        ),
        (("ana", None, "Mesa", None), {}, "no time .*'when'.*: drop these rows.$"),
        (("ana", float("nan"), "Mesa", None), {"when": "float"}, "no time"),
        (("ana", float("inf"), "Mesa", None), {"when": "double"}, "no time"),
        (("ana", 1, None, None), {}, "no title .*'what'"),
    ],
)
def test_missing_values(spark, tmp_path, row, kinds, message):
    whole = (
        1.0 if "who" in kinds else "ana",
        1.0 if "when" in kinds else 1,
        "Mesa",
        None,
    )
    frame = frame_of(spark, [row, whole, row], **kinds)
    with pytest.raises(ValueError, match=f"^2 of 3 events have {message}"):
        SessionCounts.from_events(frame, **COLUMNS, gap=5, path=tmp_path / "counts")


def test_columns_that_are_not_there(spark, tmp_path):
    frame = frame_of(spark, [ROW])
    columns = {**COLUMNS, "title": "What"}
    with pytest.raises(ValueError, match="title='What' is no column of the frame"):
        SessionCounts.from_events(frame, **columns, gap=5, path=tmp_path / "counts")


def test_two_columns_of_a_name(spark, tmp_path):
    frame = frame_of(spark, [ROW]).toDF("who", "when", "what", "what")
    columns = {**COLUMNS, "category": None}
    with pytest.raises(ValueError, match="2 columns 'what': rename"):
        SessionCounts.from_events(frame, **columns, gap=5, path=tmp_path / "counts")


def test_an_empty_log(spark, tmp_path):
    frame = frame_of(spark, [])
    with pytest.raises(ValueError, match="no session: the log has no rows"):
        SessionCounts.from_events(frame, **COLUMNS, gap=5, path=tmp_path / "counts")


def test_names_that_mean_something_to_spark(spark, tmp_path):
    names = ["a.b", "`t`", "{x}", "KIND"]
    frame = frame_of(spark, [ROW, ("ana", 2, "Silla", None)]).toDF(*names)
    columns = dict(zip(COLUMNS, names, strict=True))
    counts = SessionCounts.from_events(
        frame, **columns, gap=5, path=tmp_path / "counts"
    )
    assert counts.n_pairs == 1


def test_times_that_are_as_far_apart_as_can_be(spark, tmp_path):
    rows = [("ana", -(2**63), "Mesa", None), ("ana", 2**63 - 1, "Silla", None)]
    frame = frame_of(spark, rows, when="bigint")
    counts = SessionCounts.from_events(
        frame, **COLUMNS, gap=2**62, path=tmp_path / "counts"
    )
    assert counts.n_sessions == 2


def test_a_limit_that_cannot_be_read_is_told_first(spark, tmp_path):
    frame = frame_of(spark, [])
    with pytest.raises(ValueError, match="memory_limit must be a size"):
        SessionCounts.from_events(
            frame, **COLUMNS, gap=5, memory_limit="much", path=tmp_path / "counts"
        )
