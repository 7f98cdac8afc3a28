"""Counts of a Spark frame are those of DuckDB and of sessions in memory."""

import datetime
import zoneinfo
from itertools import permutations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sklearn_prodemb import SessionCounts, Sessions
from sklearn_prodemb._counts import counting, spark_counting

COLUMNS = {"user": "who", "time": "when", "title": "what"}
BEGIN = datetime.datetime(2026, 10, 24, 22, 15)
ZONE = zoneinfo.ZoneInfo("Europe/Madrid")
MINUTE = datetime.timedelta(minutes=1)
KINDS = {
    # The gap, its length in steps of time, and a time by its step.
    "int": (10, 10, int),
    "large int": (10 * 2**55, 10, lambda step: (step - 130) * 2**55),
    "float": (2.5, 10, lambda step: step / 4),
    "naive": ("10min", 10, lambda step: BEGIN + step * MINUTE),
    "zoned": (
        10 * MINUTE,
        10,
        lambda step: (BEGIN.replace(tzinfo=datetime.UTC) + step * MINUTE).astimezone(
            ZONE
        ),
    ),
    "date": ("2d", 2, lambda step: BEGIN.date() + datetime.timedelta(step)),
}


def make_log(kind, *, seed=0, n_users=8, n_events=25):
    """Give a gap and a log in random order, with pauses about as long as the gap."""
    gap, longest, time_of = KINDS[kind]
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(n_users):
        pauses = rng.choice([1, longest - 1, longest, longest + 1], n_events)
        for step in np.cumsum(np.maximum(pauses, 1)).tolist():
            title = f"Título {rng.integers(15)}"
            label = [None, "mesa", "silla"][rng.integers(3)]
            rows.append((user % 5, f"n{user // 5}", time_of(step), title, label))
    table = pa.table(
        [
            pa.array(column)
            for column in zip(
                *[rows[i] for i in rng.permutation(len(rows))], strict=True
            )
        ],
        names=["who", "n.o", "when", "what", "kind"],
    )
    return gap, table


def in_spark(spark, table, path):
    pq.write_table(table, path, coerce_timestamps="us")
    return spark.read.parquet(str(path))


def content(counts):
    """Give all that counts hold, by titles: their numbers differ."""
    titles = counts.titles
    labels = [*counts.categories.tolist(), None]
    weights = {}
    for part in counts.parts:
        left, right, weight = counts.read_part(part)
        assert (np.lexsort((right, left)) == np.arange(len(left))).all()
        assert part.first == 0 or part.first <= left.min()
        weights.update(
            zip(zip(titles[left], titles[right], strict=True), weight, strict=True)
        )
    of_titles = {
        title: (labels[code], n)
        for title, code, n in zip(
            titles, counts.category_codes, counts.sessions_of_titles(), strict=True
        )
    }
    return (counts.n_sessions, counts.n_pairs), of_titles, weights


def assert_same(ours, other):
    (numbers, of_titles, weights), wanted = content(ours), content(other)
    assert (numbers, of_titles) == wanted[:2]
    assert weights == pytest.approx(wanted[2], rel=1e-6)


def plain_weights(sessions, longest):
    weights = {}
    for session in sessions.to_lists():
        titles = list(dict.fromkeys(title for title, _ in session))[:longest]
        for pair in permutations(titles, 2):
            weights[pair] = weights.get(pair, 0) + 1 / (len(titles) - 1)
    return weights


@pytest.mark.parametrize("kind", KINDS)
def test_counts_are_those_of_other_routes(spark, tmp_path, monkeypatch, kind):
    monkeypatch.setattr(counting, "PAIRS_PER_PART", 40)
    monkeypatch.setattr(spark_counting, "_MOST_BLOCKS", 6)
    gap, table = make_log(kind)
    users = {**COLUMNS, "user": ["who", "n.o"]}
    options = {**users, "category": "kind", "gap": gap, "max_session_length": 4}
    frame = in_spark(spark, table, tmp_path / "log.parquet")
    ours = SessionCounts.from_events(frame, **options, path=tmp_path / "spark")
    other = SessionCounts.from_events(table, **options, path=tmp_path / "duckdb")
    assert len(ours.parts) > 1
    assert_same(ours, other)
    sessions = Sessions.from_events(table, **users, gap=gap)
    assert ours.n_sessions == sessions.n_sessions
    assert content(ours)[2] == pytest.approx(plain_weights(sessions, 4), rel=1e-6)
    assert_same(SessionCounts.load(tmp_path / "spark"), other)
    left = {path.name for path in (tmp_path / "spark").iterdir()}
    files = {"titles.parquet", *(part.file.name for part in ours.parts)}
    # Some versions of filelock leave the file of the lock.
    assert left - {"counting.lock"} == {"manifest.json", *files}


def test_counts_do_not_depend_on_the_order_of_rows(spark, tmp_path):
    # Events at one time are taken in the order of titles.
    rows = [("ana", 1, title) for title in "dbca"]
    found = []
    for number in range(2):
        frame = spark.createDataFrame(
            rows[:: 1 - 2 * number], "who: string, when: int, what: string"
        )
        counts = SessionCounts.from_events(
            frame, **COLUMNS, gap=1, max_session_length=2, path=tmp_path / str(number)
        )
        assert content(counts)[2] == {("a", "b"): 1, ("b", "a"): 1}
        found.append(counts)
    assert found[0].fingerprint == found[1].fingerprint


def test_sessions_of_one_title_give_no_pairs(spark, tmp_path):
    rows = [("ana", 1, "Mesa"), ("ana", 2, "Mesa"), ("leo", 1, "Silla")]
    frame = spark.createDataFrame(rows, "who: string, when: int, what: string")
    table = pa.table(
        [pa.array(column) for column in zip(*rows, strict=True)], list(COLUMNS.values())
    )
    options = {**COLUMNS, "gap": 5, "max_session_length": None}
    ours = SessionCounts.from_events(frame, **options, path=tmp_path / "spark")
    other = SessionCounts.from_events(table, **options, path=tmp_path / "duckdb")
    assert_same(ours, other)
    assert content(ours) == ((2, 0), {"Mesa": (None, 0), "Silla": (None, 0)}, {})


def test_a_category_is_the_most_frequent_and_of_these_the_smallest(spark, tmp_path):
    labels = {"a": [2.5, 1.5, 1.5, 2.5], "b": [float("nan"), float("nan"), 9.5, None]}
    rows = [
        (number, number, title, label)
        for title, column in labels.items()
        for number, label in enumerate(column)
    ]
    schema = "who: int, when: int, what: string, kind: double"
    counts = SessionCounts.from_events(
        spark.createDataFrame(rows, schema),
        **COLUMNS,
        category="kind",
        gap=1,
        path=tmp_path / "counts",
    )
    found = counts.categories[counts.category_codes]
    assert dict(zip(counts.titles, found, strict=True)) == {"a": 1.5, "b": 9.5}


def test_a_count_that_was_stopped_goes_on(spark, tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "PAIRS_PER_PART", 40)
    gap, table = make_log("int")
    frame = in_spark(spark, table, tmp_path / "log.parquet")
    options = {**COLUMNS, "gap": gap, "path": tmp_path / "counts"}
    make, move = spark_counting.SparkCounting._make, spark_counting.shutil.move
    made, moved = [], []

    def make_some(self, step, *args, **kwargs):
        if step == "statistics" and step not in made and len(made) == 2:
            made.append("stopped")
            raise KeyboardInterrupt
        before = (self._work / step / "_SUCCESS").exists()
        make(self, step, *args, **kwargs)
        made.extend([step] * (not before))

    def move_some(source, target):
        if len(moved) == 1:
            moved.append("stopped")
            raise KeyboardInterrupt
        moved.append(move(source, target))

    monkeypatch.setattr(spark_counting.SparkCounting, "_make", make_some)
    monkeypatch.setattr(spark_counting.shutil, "move", move_some)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            SessionCounts.from_events(frame, **options)
        with pytest.raises(FileNotFoundError, match="counting was stopped"):
            SessionCounts.load(tmp_path / "counts")
    counts = SessionCounts.from_events(frame, **options)
    # Each step was computed once, and each part moved once.
    assert made == ["titles", "sessions", "stopped", "statistics", "pairs"]
    assert len(moved) == len(counts.parts) + 1
    options["path"] = tmp_path / "duckdb"
    assert_same(counts, SessionCounts.from_events(table, **options))


def test_what_was_stopped_is_forgotten_if_the_log_is_another(
    spark, tmp_path, monkeypatch
):
    gap, table = make_log("int")
    frame = in_spark(spark, table, tmp_path / "log.parquet")
    options = {**COLUMNS, "gap": gap, "path": tmp_path / "counts"}

    def stop(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(spark_counting.SparkCounting, "_count_pairs", stop)
        with pytest.raises(KeyboardInterrupt):
            SessionCounts.from_events(frame, **options)
    fewer = frame.where("who < 3")
    with pytest.warns(UserWarning, match="held a stopped count of another log"):
        counts = SessionCounts.from_events(fewer, **options)
    assert counts.n_products == fewer.select("what").distinct().count()
    log = table.filter(pa.compute.less(table["who"], 3))
    options["path"] = tmp_path / "duckdb"
    assert_same(counts, SessionCounts.from_events(log, **options))


@pytest.mark.parametrize("first", ["Spark", "DuckDB"])
def test_what_another_engine_has_begun_is_forgotten(
    spark, tmp_path, monkeypatch, first
):
    monkeypatch.setattr(counting, "PAIRS_PER_PART", 40)
    gap, table = make_log("int")
    logs = {"DuckDB": table, "Spark": in_spark(spark, table, tmp_path / "log.parquet")}
    engines = {"DuckDB": counting.Counting, "Spark": spark_counting.SparkCounting}
    (second,) = {*logs} - {first}
    options = {**COLUMNS, "gap": gap, "path": tmp_path / "counts"}

    def stop(*args):
        raise KeyboardInterrupt

    for engine in engines.values():
        monkeypatch.setattr(engine, "_write_titles", stop)
    with pytest.raises(KeyboardInterrupt):
        SessionCounts.from_events(logs[first], **options)
    warns = pytest.warns(UserWarning, match="or by another engine: it is begun anew")
    with warns, pytest.raises(KeyboardInterrupt):
        SessionCounts.from_events(logs[second], **options)
    # Each engine numbers titles its own way: parts of one are of no use to the other.
    monkeypatch.undo()
    with warns:
        counts = SessionCounts.from_events(logs[first], **options)
    options["path"] = tmp_path / "other"
    assert_same(counts, SessionCounts.from_events(table, **options))


def test_an_update_adds_a_day(spark, tmp_path):
    options = {**COLUMNS, "category": "kind", "gap": "10min"}
    days = [make_log("naive", seed=seed)[1] for seed in range(2)]
    frames = [
        in_spark(spark, day, tmp_path / f"{number}.parquet")
        for number, day in enumerate(days)
    ]
    ours = SessionCounts.from_events(frames[0], **options, path=tmp_path / "spark")
    other = SessionCounts.from_events(days[0], **options, path=tmp_path / "duckdb")
    ours.update(frames[1], decay=0.5)
    other.update(days[1], decay=0.5)
    assert_same(ours, other)


def test_a_log_is_known_whatever_its_types(spark, tmp_path):
    gap, table = make_log("int")
    frame = in_spark(spark, table, tmp_path / "log.parquet")
    options = {**COLUMNS, "user": ["who", "n.o"], "path": tmp_path / "counts"}
    counts = SessionCounts.from_events(frame, **options, gap=gap)
    for kind in ("string", "double", "decimal(9,2)", "short"):
        other = frame.withColumn("who", frame["who"].cast(kind))
        other = other.withColumn("when", frame["when"].cast("double"))
        with pytest.raises(ValueError, match="was added before"):
            counts.update(other)


def test_categories_of_another_type_are_told_before_counting(
    spark, tmp_path, monkeypatch
):
    gap, day = make_log("int")
    options = {**COLUMNS, "category": "kind", "gap": gap, "path": tmp_path / "counts"}
    counts = SessionCounts.from_events(day, **options)
    further = in_spark(spark, make_log("int", seed=1)[1], tmp_path / "log.parquet")
    numbers = further.withColumn("kind", further["when"])
    with monkeypatch.context() as patch:
        patch.delattr(spark_counting.SparkCounting, "run")
        with pytest.raises(TypeError, match=r"earlier logs are str and .* numbers"):
            counts.update(numbers)
    counts.update(numbers.selectExpr(*COLUMNS.values(), "INT(NULL) AS kind"))
    assert sorted(counts.categories) == ["mesa", "silla"]


def test_files_that_the_driver_does_not_see_are_named(spark, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    gap, table = make_log("int")
    frame = in_spark(spark, table, tmp_path / "log.parquet")
    monkeypatch.setattr(
        spark_counting, "_uri", lambda path: f"file://{elsewhere}/{path.name}"
    )
    with pytest.raises(FileNotFoundError, match="all machines share"):
        SessionCounts.from_events(frame, **COLUMNS, gap=gap, path=tmp_path / "counts")
