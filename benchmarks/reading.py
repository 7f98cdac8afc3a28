"""Reading a log: time beside pandas alone, and the memory that it takes.

python benchmarks/reading.py
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from data import SHARED
from side_by_side import describe, in_turn, machine, median_ratio, print_rows, save

from sklearn_prodemb import Sessions

ROLES = {"user": "user", "time": "time", "title": "title"}
N_SMALL, N_LARGE = 400_000, 10_000_000
GAP = pd.Timedelta("30min")


def generated(n, random_state=0):
    """Make a log of n rows in the order of time: visits to ten products each."""
    rng = np.random.default_rng(random_state)
    titles = [f"producto número {i} de la marca {i % 97}" for i in range(n // 50)]
    users = [f"{i:016x}" for i in range(n // 20)]
    n_visits = n // 10
    user = np.repeat(rng.integers(0, len(users), n_visits), 10)
    seconds = np.repeat(rng.integers(0, 90 * 86_400, n_visits), 10)
    seconds += np.tile(np.arange(10) * 40, n_visits)
    order = np.argsort(seconds, kind="stable")
    return pa.table(
        {
            "user": pa.array(users).take(pa.array(user[order])),
            "time": pa.array(seconds[order] * 1_000_000, pa.timestamp("us")),
            "title": pa.array(titles).take(pa.array(rng.zipf(1.5, n) % len(titles))),
        }
    )


def write_log(path):
    """Write the real log, or a generated one, and give its name."""
    source = SHARED / "online_retail" / "events.parquet"
    if not source.exists():
        pq.write_table(generated(N_SMALL), path)
        return f"generated, {N_SMALL:,} rows"
    names = {"customer_id": "user", "timestamp": "time", "title": "title"}
    log = pd.read_parquet(source).dropna(subset=["customer_id", "title"])
    log = log.astype({"customer_id": "int64"})
    names |= {"stock_code": "product", "country": "category"}
    log[list(names)].rename(columns=names).to_parquet(path, index=False)
    return f"Online Retail, {len(log):,} rows"


def pandas_alone(log):
    """Sort, cut and number with pandas, and give the columns of sessions."""
    log = log.sort_values(["user", "time"], kind="stable")
    other = log["user"] != log["user"].shift()
    number = (other | (log["time"].diff() > GAP)).cumsum()
    log = log.assign(session=number).drop_duplicates(["session", "title"])
    codes, titles = pd.factorize(log["title"])
    return codes, titles, log["session"].to_numpy()


def timed(path, folder):
    """Time each way to read a log, a list of rows."""
    log = pd.read_parquet(path)
    in_polars = pl.read_parquet(path)
    ids = {name: name for name in ("product", "category") if name in log}

    def ours(source, **names):
        return lambda: Sessions.from_events(source, **ROLES, **names)

    sessions = ours(log)()
    codes, titles, numbers = pandas_alone(log)
    assert sessions.n_views == len(codes)
    assert sessions.n_products == len(titles)
    assert sessions.n_sessions == len(np.unique(numbers))
    sessions.save(folder)
    programs = {
        "ours, pandas": ours(log),
        "ours, polars": ours(in_polars),
        "ours, Parquet file": ours(path),
        "ours, saved folder": lambda: Sessions.load(folder),
        "pandas alone": lambda: pandas_alone(log),
        "pandas alone, Parquet file": lambda: pandas_alone(
            pd.read_parquet(path, columns=list(ROLES))
        ),
    }
    if ids:
        programs["ours, pandas, with product and category"] = ours(log, **ids)
    seconds = in_turn(programs)
    return [
        {
            "program": program,
            "seconds": float(np.median(times)),
            "ours, pandas, is faster by": median_ratio(seconds["ours, pandas"], times),
        }
        for program, times in seconds.items()
    ]


def status(name):
    """Give a line of this process's memory, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise KeyError(name)


def measured(part, path):
    """Read a log in this process, and print how much memory that took on top."""
    source = {"pandas": pd.read_parquet, "polars": pl.read_parquet}.get(part, str)(path)
    # The peak begins anew.
    Path("/proc/self/clear_refs").write_text("5")
    before, start = status("VmRSS"), time.perf_counter()
    sessions = Sessions.from_events(source, **ROLES)
    seconds = time.perf_counter() - start
    peak = status("VmHWM")
    print(sessions.n_sessions, seconds, before, peak, sep=";")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="?", choices=["pandas", "polars", "path"])
    parser.add_argument("path", nargs="?")
    arguments = parser.parse_args()
    if arguments.part is not None:
        measured(arguments.part, arguments.path)
        return
    about = machine(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    print(describe(about))
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "log.parquet")
        name = write_log(path)
        rows = [{"log": name, **row} for row in timed(path, Path(folder) / "sessions")]
        pq.write_table(generated(N_LARGE), path)
        memory = []
        for part in ("pandas", "polars", "path"):
            command = [sys.executable, __file__, part, path]
            run = subprocess.run(command, check=True, capture_output=True, text=True)
            n_sessions, seconds, before, peak = map(float, run.stdout.split(";"))
            memory.append(
                {
                    "log": f"generated, {N_LARGE:,} rows, {int(n_sessions):,} sessions",
                    "from": "Parquet file" if part == "path" else part,
                    "seconds": seconds,
                    "GiB before": before / 2**30,
                    "GiB at the peak": peak / 2**30,
                    "bytes more a row": (peak - before) / N_LARGE,
                }
            )
    print_rows(rows)
    print_rows(memory)
    save("reading", about, rows + memory)


if __name__ == "__main__":
    main()
