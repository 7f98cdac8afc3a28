"""What benchmarks share: timing in turn, the machine, where results are kept."""

import json
import os
import resource
import statistics
import sys
import time
from pathlib import Path

from sklearn_prodemb._utils import show_versions

N_RUNS = 5
RESULTS = Path(__file__).parent / "results"
PACKAGES = (*show_versions.PACKAGES, "model2vec", "duckdb", "pandas")
PACKAGES += ("polars", "pyarrow", "usearch")


def in_turn(programs, n_runs=N_RUNS):
    """Time each run, {name: list of seconds}.

    Each program runs once to warm up, then all of them in turn, so that a slow minute
    of the machine falls on all alike.
    """
    for run in programs.values():
        run()
    seconds = {name: [] for name in programs}
    for _ in range(n_runs):
        for name, run in programs.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def median_ratio(ours, peer):
    """Median over runs of the peer's time divided by ours."""
    return statistics.median(b / a for a, b in zip(ours, peer, strict=True))


def machine(n_threads):
    """Processor, cores, threads and versions."""
    return {**show_versions.machine(PACKAGES), "threads": n_threads}


def describe(about):
    """One line about the machine."""
    versions = ", ".join(f"{k} {v}" for k, v in about["versions"].items())
    return f"{about['cpu']}, {about['cores']} cores; {versions}"


def peak_gib():
    """Give the most memory that this process has held, in GiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30


def save(name, about, rows):
    """Keep results as `results/{name}.json`."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps({"machine": about, "rows": rows}, indent=1) + "\n")
    print(f"\nSaved {os.path.relpath(path)}.")


def table(rows):
    """Give the lines of a Markdown table of dicts with equal keys."""
    names = list(rows[0])
    return [
        f"| {' | '.join(names)} |",
        "| --- " * len(names) + "|",
        *(f"| {' | '.join(_text(row[name]) for name in names)} |" for row in rows),
    ]


def print_rows(rows):
    """Print dicts with equal keys as a Markdown table."""
    print("", *table(rows), sep="\n", flush=True)


def _text(value):
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
