"""Peak memory: fit on real baskets, transform of a stream, a model in several workers.

python benchmarks/memory.py
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import joblib
import torch
from data import instacart, sources, titles_from
from side_by_side import describe, machine, peak_gib, print_rows, save

from sklearn_prodemb import SpectralEmbedder

STREAM, CHUNK = 1_000_000, 50_000


def fit(_):
    sessions, normalizer = instacart()
    before = peak_gib()
    SpectralEmbedder(normalizer=normalizer, random_state=0).fit(sessions)
    print(sessions, before, peak_gib(), sep=";")


def stream(path):
    embedder = joblib.load(path, mmap_mode="r")
    titles = titles_from(sources()[0], CHUNK)
    before = peak_gib()
    for i in range(STREAM // CHUNK):
        embedder.transform([f"{title} {i}" for title in titles])
    print(f"{STREAM:,} titles in chunks of {CHUNK:,}", before, peak_gib(), sep=";")


def worker(path):
    """Load, embed, then tell our share of memory once all the others have too."""
    embedder = joblib.load(path, mmap_mode="r")
    embedder.transform(titles_from(sources()[0], 10_000))
    print("ready", flush=True)
    sys.stdin.readline()
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    print(next(line.split()[1] for line in lines if line.startswith("Pss:")))


def workers(path, n):
    """Give the memory of n processes in GiB, what they share counted once."""
    command = [sys.executable, __file__, "worker", path]
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(n)
    ]
    for process in processes:
        process.stdout.readline()
    total = 0
    # Asked one after the other while all are alive, as shares depend on that.
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
        total += int(process.stdout.readline())
    for process in processes:
        process.communicate()
    return total / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = {"fit": fit, "stream": stream, "worker": worker}
    parser.add_argument("part", nargs="?", choices=parts)
    parser.add_argument("path", nargs="?")
    arguments = parser.parse_args()
    if arguments.part is not None:
        parts[arguments.part](arguments.path)
        return
    about = machine(torch.get_num_threads())
    print(describe(about))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "embedder")
        titles = titles_from(sources()[0], 50_000)
        sessions = [titles[i : i + 10] for i in range(0, len(titles), 10)]
        joblib.dump(
            SpectralEmbedder(normalizer="es", random_state=0).fit(sessions), path
        )
        size = Path(path).stat().st_size / 2**30
        for part in ("fit", "stream"):
            command = [sys.executable, __file__, part, path]
            run = subprocess.run(command, check=True, capture_output=True, text=True)
            what, before, peak = run.stdout.split(";")
            before, peak = float(before), float(peak)
            rows.append({"part": part, "what": what, "GiB before": before, "GiB": peak})
        for n in (1, 4):
            what = f"{n} processes, one file of {size:.2f} GiB, 10,000 titles each"
            used = workers(path, n)
            rows.append(
                {"part": "workers", "what": what, "GiB before": 0.0, "GiB": used}
            )
    print_rows(rows)
    save("memory", about, rows)


if __name__ == "__main__":
    main()
