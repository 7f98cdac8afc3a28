"""Logs in files and lazy frames, beside the data frame in memory."""

import datetime
import os
import shutil
from pathlib import Path

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sklearn_prodemb import Sessions
from sklearn_prodemb.exceptions import InvalidFileError

duckdb = pytest.importorskip("duckdb")
CONNECTION = duckdb.connect()

ROLES = {"user": "user", "time": "time", "title": "title"}
ALL = {"category": "kind", "product": "id", "event": "what", "quantity": "many"}


def make_log(n=300, seed=0):
    rng = np.random.default_rng(seed)
    minutes = rng.integers(0, 900, n) // 5 * 5
    return pd.DataFrame(
        {
            "user": [f"u{i}" for i in rng.integers(0, 9, n)],
            "other": rng.random(n),
            "time": np.datetime64("2026-03-01T10:00:00.000001") + minutes * 60_000_000,
            "title": [f"título {i}" for i in rng.integers(0, 30, n)],
            "kind": [["a", None, "ñ"][i] for i in rng.integers(0, 3, n)],
            "id": rng.integers(0, 40, n),
            "what": [["view", "cart", None][i] for i in rng.integers(0, 3, n)],
            "many": rng.choice([-1.0, 2.0, 2.5, np.nan], n),
        }
    )


LOG = make_log()
EXPECTED = Sessions.from_events(LOG, **ROLES, **ALL)


def in_object(log, folder):
    return log.astype(dict.fromkeys(("user", "title", "kind", "what"), object))


def in_string(log, folder):
    return log.astype(dict.fromkeys(("user", "title", "kind", "what"), "string"))


def in_arrow(log, folder):
    return log.convert_dtypes(dtype_backend="pyarrow")


def in_polars(log, folder):
    return pl.from_pandas(log)


def in_lazy_polars(log, folder):
    return pl.from_pandas(log).lazy()


def in_pyarrow(log, folder):
    return pa.Table.from_pandas(log)


def in_categories(log, folder):
    return log.astype(dict.fromkeys(("user", "title", "kind", "what"), "category"))


def in_arrow_dictionary(log, folder):
    table = pa.Table.from_pandas(log)
    title = table.column("title").dictionary_encode()
    return table.set_column(table.column_names.index("title"), "title", title)


def in_duckdb(log, folder):
    try:
        nw.from_native(CONNECTION.sql("SELECT 1"))
    except ImportError:
        pytest.skip("this narwhals is too old for this DuckDB")
    return CONNECTION.from_arrow(pa.Table.from_pandas(log))


def in_parquet(log, folder):
    log.to_parquet(folder / "log [1].parquet", index=False)
    return folder / "log [1].parquet"


def in_csv(log, folder):
    log.to_csv(folder / "log.csv", index=False)
    return str(folder / "log.csv")


def in_zipped_csv(log, folder):
    log.to_csv(folder / "log.csv.gz", index=False)
    return folder / "log.csv.gz"


def in_many_files(log, folder):
    for number, start in enumerate(range(0, len(log), 70)):
        part = log[start : start + 70]
        # The order of columns is that of each file.
        part = part[part.columns[::-1]] if number % 2 else part
        part.to_parquet(folder / f"part-{number}.parquet", index=False)
    (folder / "part-folder.parquet").mkdir()
    return folder / "part-*.parquet"


def in_many_csv_files(log, folder):
    for number, start in enumerate(range(0, len(log), 70)):
        log[start : start + 70].to_csv(folder / f"part-{number}.csv", index=False)
    return str(folder / "**" / "part-?.csv")


ROUTES = [
    in_object,
    in_string,
    in_arrow,
    in_categories,
    in_polars,
    in_lazy_polars,
    in_pyarrow,
    in_arrow_dictionary,
    in_duckdb,
    in_parquet,
    in_csv,
    in_zipped_csv,
    in_many_files,
    in_many_csv_files,
]


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_gives_equal_sessions(route, tmp_path):
    source = route(LOG, tmp_path)
    sessions = Sessions.from_events(source, **ROLES, **ALL)
    assert sessions == EXPECTED
    assert sessions.fingerprint == EXPECTED.fingerprint
    visits = {"session": "user", "title": "title", **ALL, "user": ["user", "user"]}
    expected = Sessions.from_frame(LOG, **visits)
    assert Sessions.from_frame(source, **visits) == expected


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_names_the_row_of_an_error(route, tmp_path):
    log = LOG.copy()
    log.loc[[71, 140], "title"] = None
    source = route(log, tmp_path)
    match = r"row 71 of column 'title' is a missing .*2 titles are missing in all"
    with pytest.raises(TypeError, match=match):
        Sessions.from_events(source, **ROLES)
    log = LOG.copy()
    log.loc[[99, 200], "user"] = None
    shutil.rmtree(tmp_path / "part-folder.parquet", ignore_errors=True)
    source = route(log, tmp_path)
    match = r"2 of 300 events have no user \(column 'user'\), the first .* row 99"
    with pytest.raises(ValueError, match=match):
        Sessions.from_events(source, **ROLES)


@pytest.mark.parametrize("route", [in_parquet, in_duckdb, in_lazy_polars, in_csv])
def test_time_zones(route, tmp_path):
    times = LOG["time"].dt.tz_localize("America/Lima")
    log = LOG.assign(time=times)
    expected = Sessions.from_events(log, **ROLES)
    assert Sessions.from_events(route(log, tmp_path), **ROLES) == expected


def test_nanoseconds_and_large_numbers_in_parquet(tmp_path):
    now = 1_700_000_000_000_000_000
    stamps = pa.array([now + 1_001, now, now + 2_002], pa.timestamp("ns"))
    users = pa.array([2**63, 2**63 + 1, 2**63], pa.uint64())
    columns = {"time": stamps, "user": users, "title": list("abc")}
    pq.write_table(pa.table(columns), tmp_path / "log.parquet")
    lists = {
        gap: Sessions.from_events(
            tmp_path / "log.parquet", **ROLES, gap=np.timedelta64(gap, "ns")
        ).to_lists()
        for gap in (1_000, 1_001)
    }
    assert [[t for t, _ in s] for s in lists[1_000]] == [["a"], ["c"], ["b"]]
    assert [[t for t, _ in s] for s in lists[1_001]] == [["a", "c"], ["b"]]


def test_titles_of_a_csv_file_are_text(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text('visit,title,id\n1,1984,007\n1,"1,5",08\n2,NA,x\n')
    sessions = Sessions.from_frame(path, session="visit", title="title", product="id")
    assert [[t for t, _ in s] for s in sessions.to_lists()] == [["1984", "1,5"], ["NA"]]
    assert sessions.by_id.ids.tolist() == ["007", "08", "x"]


def as_csv(table, path):
    rows = [table.column_names, *zip(*table.to_pydict().values(), strict=True)]
    path.write_text("\n".join(",".join(map(str, row)) for row in rows))


@pytest.mark.parametrize(
    ("end", "write"), [("parquet", pq.write_table), ("csv", as_csv)]
)
def test_columns_that_differ_in_capitals(end, write, tmp_path):
    columns = {"title": ["a", "b"], "Title": ["c", "d"], "n": [1, 1], "TITLE_1": [2, 2]}
    path = tmp_path / f"log.{end}"
    write(pa.table(columns), path)
    sessions = Sessions.from_frame(path, session="n", title="title")
    assert sessions.titles.tolist() == ["a", "b"]
    match = (
        r"'Title' of .*log\..* apart .* are \['title', 'Title', 'n', 'TITLE_1'\]: ren"
    )
    with pytest.raises(ValueError, match=match):
        Sessions.from_frame(path, session="n", title="Title")
    # DuckDB calls "Title" by this name.
    for name in ("TITLE_1", "Title_1"):
        with pytest.raises(ValueError, match=f"{name}' (of .* apart|is no column)"):
            Sessions.from_frame(path, session="n", title=name)


def test_two_columns_of_one_name_in_csv(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("n,title, title\n1,a,b\n")
    with pytest.raises(ValueError, match=r"'title' of .* is not told apart"):
        Sessions.from_frame(path, session="n", title="title")
    # A name may end in a number.
    path.write_text("n,title_1,title\n1,a,b\n")
    sessions = Sessions.from_frame(path, session="n", title="title_1")
    assert sessions.titles.tolist() == ["a"]


def test_times_of_a_csv_file_that_are_text(tmp_path):
    path = tmp_path / "log.csv"
    times = ["2026-01-31 12:00:00", "noon"]
    pd.DataFrame({"user": 1, "time": times, "title": "a"}).to_csv(path, index=False)
    match = r"row 0 is .* of type str: .*; in a CSV file .* like 2026-01-31 12:00:00"
    with pytest.raises(TypeError, match=match):
        Sessions.from_events(path, **ROLES)
    pd.DataFrame({"user": 1, "time": times[:1], "title": "a"}).to_csv(path)
    assert Sessions.from_events(path, **ROLES).n_sessions == 1


def test_types_are_told_by_all_rows_of_all_files(tmp_path):
    n = 30_000
    for name, last in (("a", "x"), ("b", "7")):
        ids = [*range(n), last]
        pd.DataFrame({"visit": 1, "title": "t", "id": ids}).to_csv(
            tmp_path / f"{name}.csv", index=False
        )
    sessions = Sessions.from_frame(
        tmp_path / "*.csv", session="visit", title="title", product="id"
    )
    assert sessions.by_id.ids.tolist() == [*map(str, range(n)), "x"]
    pd.DataFrame({"visit": [1], "title": "t", "id": [1]}).to_parquet(
        tmp_path / "a.parquet"
    )
    pd.DataFrame({"visit": [1], "title": "t", "id": [1.5]}).to_parquet(
        tmp_path / "b.parquet"
    )
    sessions = Sessions.from_frame(
        tmp_path / "?.parquet", session="visit", title="title", product="id"
    )
    assert sessions.by_id.ids.tolist() == [1.0, 1.5]


# Errors -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "error", "match"),
    [
        ("nowhere.parquet", FileNotFoundError, "There is no such file"),
        ("*.parquet", FileNotFoundError, "No file matches"),
        (".", IsADirectoryError, r"This is a folder: name its files, .*/\*\.csv"),
        ("log.txt", ValueError, r"end in \.parquet, \.csv, \.csv\.gz, got .*log\.txt"),
        ("log.*", ValueError, "files that end in|files of one kind"),
        ("bad.parquet", InvalidFileError, r"bad\.parquet cannot be read, it may be"),
        ("empty.csv", ValueError, "user='user' is no column of .*empty.csv; its"),
        ("latin.csv", InvalidFileError, "latin.csv cannot be read"),
        ("zip.csv.gz", InvalidFileError, r"zip\.csv\.gz cannot be read"),
        ("short.csv", ValueError, r"time='time' is no column .*\['user', 'title'\]"),
    ],
)
def test_files_that_cannot_be_read(name, error, match, tmp_path):
    (tmp_path / "log.txt").write_text("user,time,title\n")
    (tmp_path / "log.csv").write_text("user,time,title\n1,1,a\n")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "latin.csv").write_bytes("user,time,title\n1,1,café\n".encode("latin1"))
    (tmp_path / "zip.csv.gz").write_bytes(b"\x1f\x8b\x08broken")
    (tmp_path / "short.csv").write_text("user,title\n1,a\n")
    path = tmp_path / name
    if name == "bad.parquet":
        LOG.to_parquet(path)
        path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(error, match=match):
        Sessions.from_events(path, **ROLES, gap=5)
    if issubclass(error, OSError):
        with pytest.raises(error) as caught:
            Sessions.from_frame(str(path), session="user", title="title")
        assert caught.value.filename == str(path)


def test_a_file_that_is_damaged_within(tmp_path):
    path = in_parquet(LOG, tmp_path)
    data = bytearray(path.read_bytes())
    data[4:300] = bytes(296)
    path.write_bytes(data)
    with pytest.raises(InvalidFileError, match=r"log \[1\]\.parquet cannot be read"):
        Sessions.from_events(path, **ROLES)


def test_files_of_two_kinds(tmp_path):
    in_parquet(LOG, tmp_path), in_csv(LOG, tmp_path)
    with pytest.raises(ValueError, match=r"files of one kind, but there are .* and "):
        Sessions.from_events(tmp_path / "log*", **ROLES)


def test_a_column_that_one_file_lacks(tmp_path):
    path = in_many_files(LOG, tmp_path)
    LOG.drop(columns="title").to_parquet(tmp_path / "part-2.parquet")
    match = r"title='title' is no column of .*part-2\.parquet; its columns are \['user'"
    with pytest.raises(ValueError, match=match):
        Sessions.from_events(path, **ROLES)


@pytest.mark.skipif(not hasattr(os, "getuid") or not os.getuid(), reason="root may")
def test_a_file_that_may_not_be_read(tmp_path):
    path = in_parquet(LOG, tmp_path)
    path.chmod(0)
    with pytest.raises(PermissionError):
        Sessions.from_events(path, **ROLES)


def test_a_bad_gap_comes_before_files():
    with pytest.raises(ValueError, match="a number and a unit"):
        Sessions.from_events("nowhere.parquet", **ROLES, gap="soon")
    with pytest.raises(TypeError, match="got a missing value"):
        Sessions.from_events("nowhere.parquet", **ROLES, gap=None)


@pytest.mark.parametrize("lacking", ["duckdb", "pyarrow"])
def test_without_the_extra(lacking, monkeypatch, tmp_path):
    path = in_csv(LOG, tmp_path)
    monkeypatch.setitem(__import__("sys").modules, lacking, None)
    with pytest.raises(ImportError, match=rf"{lacking}.*sklearn-prodemb\[duckdb\]"):
        Sessions.from_events(path, **ROLES)


def test_lazy_frames_are_asked_for_the_columns_that_are_needed():
    asked = []

    def fail(frame):
        asked.append(frame)
        raise AssertionError("this column is not needed")

    lazy = pl.from_pandas(LOG).lazy()
    lazy = lazy.with_columns(other=pl.col("other").map_batches(fail, pl.Float64))
    expected = Sessions.from_events(LOG, **ROLES)
    assert Sessions.from_events(lazy, **ROLES) == expected
    relation = in_duckdb(LOG, None)
    relation = relation.project("*, error('this column is not needed') AS bad")
    assert Sessions.from_events(relation, **ROLES) == expected
    assert not asked


# Spark ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spark():
    if shutil.which("java") is None:
        pytest.skip("needs Java")
    sql = pytest.importorskip("pyspark.sql")
    builder = sql.SparkSession.builder.master("local[1]")
    for name, value in (
        ("spark.ui.enabled", "false"),
        ("spark.driver.bindAddress", "127.0.0.1"),
        ("spark.driver.host", "127.0.0.1"),
        ("spark.sql.session.timeZone", "UTC"),
    ):
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.mark.filterwarnings("ignore")
def test_spark(spark, tmp_path):
    path = in_parquet(LOG, tmp_path)
    frame = spark.read.parquet(str(Path(path).rename(tmp_path / "log.parquet")))
    sessions = Sessions.from_events(frame, **ROLES, **ALL)
    assert sessions == EXPECTED
    later = frame.filter(frame["time"] > datetime.datetime(2026, 3, 1, 12))
    expected = LOG[LOG["time"] > datetime.datetime(2026, 3, 1, 12)]
    assert Sessions.from_events(later, **ROLES) == Sessions.from_events(
        expected, **ROLES
    )
    with pytest.raises(ValueError, match="title='nada' is no column"):
        Sessions.from_events(frame, **{**ROLES, "title": "nada"})
