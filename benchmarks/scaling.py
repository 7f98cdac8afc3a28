"""Big logs: from Parquet to a fitted SpectralEmbedder, a new day, many products.

    python benchmarks/scaling.py [--folder FOLDER]

Logs are made up, see `browsing_log.py`: sessions of 10 products, a third as many
titles as sessions, titles of 10 words, events in random order. Each measurement runs in
a process of its own, whose peak memory is told. FOLDER holds the logs and the counts,
about 3 GB; by default it is deleted at the end.

- sessions: `Sessions.from_events(path)`, then `fit(sessions)`, all in memory;
- counts: `SessionCounts.from_events(path, memory_limit="1GB")`, then `fit(counts)`;
- update: a day of 30,000 sessions is added to the counts of 560,000 sessions;
- agreement: pairs and vectors of the two ways, on the smallest log;
- products: 10 million rows of products in a file that is memory mapped.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import joblib
import numpy as np
from browsing_log import write_log
from side_by_side import describe, machine, peak_gib, print_rows, save

from sklearn_prodemb import SessionCounts, Sessions, SpectralEmbedder

COLUMNS = {"user": "user", "time": "time", "title": "title", "category": "category"}
SIZES = {"sessions": (30_000, 300_000), "counts": (30_000, 300_000, 1_000_000)}
BEFORE, DAY = 560_000, 30_000
N_PRODUCTS, N_LOOK_UPS = 10_000_000, 100_000
MEMORY_LIMIT = "1GB"


def log_of(folder, n_sessions, seed=0):
    path = folder / f"log-{n_sessions}-{seed}.parquet"
    if not path.exists():
        write_log(path, n_sessions, seed=seed)
    return path


def embedder():
    return SpectralEmbedder(normalizer="basic", random_state=0)


def count(path, folder):
    shutil.rmtree(folder, ignore_errors=True)
    return SessionCounts.from_events(
        path, **COLUMNS, path=folder, memory_limit=MEMORY_LIMIT
    )


def sessions(folder, n_sessions):
    start = time.perf_counter()
    log = Sessions.from_events(log_of(folder, n_sessions), **COLUMNS)
    read = time.perf_counter()
    embedder().fit(log)
    return fitted("sessions", log, start, read)


def counts(folder, n_sessions):
    start = time.perf_counter()
    log = count(log_of(folder, n_sessions), folder / f"counts-{n_sessions}")
    read = time.perf_counter()
    embedder().fit(log)
    return fitted("counts", log, start, read)


def fitted(way, log, start, read):
    end = time.perf_counter()
    return {
        "way": way,
        "sessions": log.n_sessions,
        "titles": log.n_products,
        "pairs": log.n_pairs,
        "read seconds": read - start,
        "fit seconds": end - read,
        "seconds": end - start,
        "GiB at peak": peak_gib(),
    }


def before(folder, n_sessions):
    found = count(log_of(folder, n_sessions), folder / "updated")
    return {"pairs": found.n_pairs}


def update(folder, n_sessions):
    found = SessionCounts.load(folder / "updated")
    n_before = found.n_pairs
    start = time.perf_counter()
    found.update(log_of(folder, n_sessions, seed=1), memory_limit=MEMORY_LIMIT)
    return {
        "pairs before": n_before,
        "pairs of the day": found.n_pairs - n_before,
        "seconds": time.perf_counter() - start,
        "GiB at peak": peak_gib(),
    }


def agreement(folder, n_sessions):
    """Compare the ways in, and two seeds of one way, by the largest difference."""
    path = log_of(folder, n_sessions)
    in_memory = Sessions.from_events(path, **COLUMNS)
    on_disk = count(path, folder / "agreement")
    vectors = [
        embedder().fit(log).transform(in_memory.titles[:2000])
        for log in (in_memory, on_disk)
    ]
    other = embedder().set_params(random_state=1).fit(in_memory)
    seeds = [vectors[0], other.transform(in_memory.titles[:2000])]
    return {
        "sessions, pairs and titles are equal": str(
            (in_memory.n_sessions, in_memory.n_pairs, in_memory.n_products)
            == (on_disk.n_sessions, on_disk.n_pairs, on_disk.n_products)
        ),
        "largest difference of products of vectors": difference(*vectors),
        "the same for two seeds": difference(*seeds),
    }


def difference(one, other):
    return float(np.abs(one @ one.T - other @ other.T).max())


def make_products(folder, n_products):
    """Give an embedder made-up rows of products, beside those that it has."""
    small = embedder().fit(Sessions.from_events(log_of(folder, 30_000), **COLUMNS))
    encoder = small.encoder_
    rng = np.random.default_rng(0)
    n_new = n_products - len(encoder.product_keys)
    new = rng.integers(1, 2**63, n_new, dtype=np.int64).astype(np.uint64)
    keys = np.unique(np.concatenate([2 * new, encoder.product_keys]))
    vectors = np.empty((len(keys), encoder.product_vectors.shape[1]), np.float16)
    for first in range(0, len(keys), 500_000):
        rows = vectors[first : first + 500_000]
        rows[:] = rng.normal(0, 0.07, rows.shape)
    places = np.searchsorted(keys, encoder.product_keys)
    vectors[places] = encoder.product_vectors
    encoder.product_keys, encoder.product_vectors = keys, vectors
    joblib.dump(small, folder / "products.joblib")
    return {"GiB": (folder / "products.joblib").stat().st_size / 2**30}


def products(folder, n_products):
    path = folder / "products.joblib"
    gib_before = peak_gib()
    start = time.perf_counter()
    loaded = joblib.load(path, mmap_mode="r")
    seconds = time.perf_counter() - start
    gib = peak_gib()
    keys = loaded.encoder_.product_keys
    rng = np.random.default_rng(0)
    wanted = np.asarray(keys[rng.integers(0, len(keys), N_LOOK_UPS)])
    start = time.perf_counter()
    found = loaded.encoder_.find_products(wanted)
    rows = np.asarray(loaded.encoder_.product_vectors[found])
    looked_up = time.perf_counter() - start
    assert rows.any(axis=1).all()
    return {
        "products": len(keys),
        "GiB of the file": path.stat().st_size / 2**30,
        "load seconds": seconds,
        "GiB before load": gib_before,
        "GiB after load": gib,
        f"{N_LOOK_UPS:,} look-ups, seconds": looked_up,
    }


PARTS = {
    "write": lambda folder, n: log_of(folder, n).stat().st_size,
    "write_day": lambda folder, n: log_of(folder, n, seed=1).stat().st_size,
    "sessions": sessions,
    "counts": counts,
    "before": before,
    "update": update,
    "agreement": agreement,
    "make_products": make_products,
    "products": products,
}


def measure(part, folder, n):
    """Run a part in a process of its own, and print what it tells."""
    command = [sys.executable, __file__, "--folder", str(folder), "--one", part, str(n)]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(run.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one", nargs=2, metavar=("PART", "N"))
    arguments = parser.parse_args()
    if arguments.one is not None:
        part, n = arguments.one
        print(json.dumps(PARTS[part](arguments.folder, int(n))))
        return
    about = machine(joblib.cpu_count())
    print(describe(about))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        # A process begins with the peak of the one that it comes from.
        for n in {*SIZES["sessions"], *SIZES["counts"], BEFORE}:
            measure("write", folder, n)
        measure("write_day", folder, DAY)
        rows = []
        for way, sizes in SIZES.items():
            for n in sizes:
                rows.append(measure(way, folder, n))
                print_rows(rows[-1:])
        measure("before", folder, BEFORE)
        rows.append(measure("update", folder, DAY))
        rows.append(measure("agreement", folder, min(SIZES["counts"])))
        measure("make_products", folder, N_PRODUCTS)
        rows.append(measure("products", folder, N_PRODUCTS))
    print_rows(rows[-3:-2])
    print_rows(rows[-2:-1])
    print_rows(rows[-1:])
    save("scaling", about, rows)


if __name__ == "__main__":
    main()
