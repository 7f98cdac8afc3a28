"""Counting a log and embedding titles on Spark, held against one process without it.

python benchmarks/spark.py
python benchmarks/spark.py --standalone
"""

import argparse
import contextlib
import json
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyspark
from browsing_log import PRODUCTS_PER_SESSION, write_log
from pyspark.sql import SparkSession
from side_by_side import RESULTS, describe, machine, print_rows, save

from sklearn_prodemb import ProductEmbedder, SessionCounts
from sklearn_prodemb.spark import transform

ROOT = Path(__file__).parents[1]
COLUMNS = dict.fromkeys(("user", "time", "title", "category"))
COLUMNS = {role: role for role in COLUMNS}
N_TITLES = 100_000
N_WORKERS = 2
_TICKS = os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--standalone", action="store_true")
    parser.add_argument("--sessions", type=int, default=300_000)
    args = parser.parse_args()
    about = machine(1)
    about["versions"]["pyspark"] = pyspark.__version__
    print(describe(about), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_log(place / "log.parquet", args.sessions, n_titles=N_TITLES)
        start = time.perf_counter(), cpu_seconds()
        here = SessionCounts.from_events(
            place / "log.parquet", **COLUMNS, path=place / "here"
        )
        rows = [row("one process", "count", start, args.sessions, "-")]
        embedder = ProductEmbedder(normalizer="es", max_epochs=0, random_state=0).fit(
            here
        )
        with contextlib.ExitStack() as stack:
            # Starting Spark is a part of what counting costs.
            start = time.perf_counter(), cpu_seconds()
            if args.standalone:
                where = f"standalone, {N_WORKERS} workers"
                master = stack.enter_context(cluster(place))
            else:
                where = master = "local[2]"
            spark = stack.enter_context(session(master, place / "events"))
            log = spark.read.parquet(str(place / "log.parquet"))
            there = SessionCounts.from_events(
                log, **COLUMNS, path=place / "there", verbose=True
            )
            equal = equal_counts(here, there)
            rows.append(row(where, "count", start, args.sessions, equal))
            print_shuffles(place / "events", args.sessions * PRODUCTS_PER_SESSION)
            print_rows(rows)
            rows += transforms(spark, where, embedder, here.titles)
    print_rows(rows)
    keep(about, rows, args.standalone)


def print_shuffles(folder, n_events):
    """Print the bytes that each stage sent, after compression."""
    (path,) = (path for path in folder.iterdir() if path.is_file())
    n_bytes = Counter()
    for line in path.read_text().splitlines():
        event = json.loads(line)
        if event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            written = event["Task Metrics"]["Shuffle Write Metrics"]
            n_bytes[event["Stage ID"]] += written["Shuffle Bytes Written"]
    for stage, n in sorted(n_bytes.items()):
        if n > n_events / 10:
            print(f"stage {stage} sent {n / n_events:.1f} bytes an event", flush=True)


def transforms(spark, where, embedder, titles):
    """Time titles that were seen, and others, once workers are warm."""
    n_mb = len(pickle.dumps(embedder._for_file(), protocol=5)) / 2**20
    of_products = embedder.encoder_.closed_form
    n_products = of_products.product_keys.nbytes + of_products.product_vectors.nbytes
    print(
        f"\nThe embedder takes {n_mb:.1f} MB, of these {n_products / 2**20:.1f} MB for "
        f"titles that were seen.",
        flush=True,
    )
    seen = titles[:N_TITLES]
    # The last word of a title tells it apart from the others.
    new = [title.rpartition(" ")[0] for title in seen]
    rows = []
    for what, chosen in {"seen titles": seen, "new titles": new}.items():
        chosen = np.array(chosen, object)
        frame = spark.createDataFrame(pa.table({"title": pa.array(chosen)}))
        frame = frame.repartition(N_WORKERS).cache()
        frame.count()
        vectors = transform(frame, embedder)
        found = vectors.toArrow()
        values = found["embedding"].combine_chunks().flatten().to_numpy()
        wanted = embedder.transform(found["title"].to_pylist())
        equal = bool((values.reshape(len(found), -1) == wanted).all())
        start = time.perf_counter(), cpu_seconds()
        vectors.write.format("noop").mode("overwrite").save()
        rows.append(row(where, f"transform, {what}", start, len(found), equal))
        start = time.perf_counter(), cpu_seconds()
        embedder.transform(chosen.tolist())
        rows.append(row("one process", f"transform, {what}", start, len(found), "-"))
    return [{**one, "embedder MB": n_mb} for one in rows]


def row(where, what, start, n, equal):
    """Describe a run that began with these seconds and CPU seconds."""
    seconds, cpu = start
    return {
        "where": where,
        "what": what,
        "sessions or titles": n,
        "seconds": time.perf_counter() - seconds,
        "CPU seconds": cpu_seconds() - cpu,
        "equal": equal,
        "embedder MB": 0.0,
    }


def equal_counts(ours, other):
    """Tell whether two counts agree, weights to 1e-6."""
    numbers = [(c.n_sessions, c.n_products, c.n_pairs) for c in (ours, other)]
    place = {title: i for i, title in enumerate(other.titles)}
    to_other = np.array([place[title] for title in ours.titles])
    labels = [
        np.append(c.categories.astype(object), None)[c.category_codes]
        for c in (ours, other)
    ]
    a, b = pairs(ours, to_other), pairs(other, np.arange(other.n_products))
    return bool(
        numbers[0] == numbers[1]
        and (labels[0] == labels[1][to_other]).all()
        and (ours.sessions_of_titles() == other.sessions_of_titles()[to_other]).all()
        and (a[0] == b[0]).all()
        and np.allclose(a[1], b[1], rtol=1e-6, atol=0)
    )


def pairs(counts, numbers):
    """Give all pairs as one sorted number each, and their weights."""
    parts = [counts.read_part(part) for part in counts.parts]
    left, right, weight = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    keys = numbers[left].astype(np.int64) * counts.n_products + numbers[right]
    order = np.argsort(keys)
    return keys[order], weight[order]


@contextlib.contextmanager
def session(master, events):
    """Start Spark, which writes what its tasks do to a folder."""
    events.mkdir()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": f"file://{events}",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.rolling.enabled": "false",
        "spark.executor.memory": "2g",
        "spark.executorEnv.PYTHONPATH": str(ROOT),
        "spark.log.level": "ERROR",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master(master).appName("benchmark")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


@contextlib.contextmanager
def cluster(place):
    """Start a master and workers as processes of their own; give the master's URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"spark://127.0.0.1:{port}"
    run = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
    deploy = "org.apache.spark.deploy"
    net = ["--host", "127.0.0.1", "--webui-port", "0"]
    commands = [[run, f"{deploy}.master.Master", *net, "--port", str(port)]]
    for number in range(N_WORKERS):
        work = [
            "--cores",
            "1",
            "--memory",
            "2g",
            "--work-dir",
            str(place / f"w{number}"),
        ]
        commands.append([run, f"{deploy}.worker.Worker", *net, *work, url])
    with contextlib.ExitStack() as stack:
        for command in commands:
            process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            if command is commands[0]:
                wait_for(port)
        yield url


def wait_for(port, seconds=60):
    """Wait until something listens."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def cpu_seconds():
    """Give the CPU seconds of this process and all that it started (Linux)."""
    parents, ticks = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            number = int(path.parent.name)
            parents[number] = int(fields[1])
            ticks[number] = sum(map(int, fields[11:15]))
    chosen = {os.getpid()}
    while more := {p for p, parent in parents.items() if parent in chosen} - chosen:
        chosen |= more
    return sum(ticks[number] for number in chosen if number in ticks) / _TICKS


def keep(about, rows, standalone):
    """Save rows beside those of the other kind of run."""
    path = RESULTS / "spark.json"
    kept = json.loads(path.read_text())["rows"] if path.exists() else []
    for one in rows:
        one["run"] = "standalone" if standalone else "local"
    others = [one for one in kept if one["run"] != rows[0]["run"]]
    save("spark", about, others + rows)


if __name__ == "__main__":
    main()
