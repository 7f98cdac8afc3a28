"""One title at a time, a thousand, and the first vector of a new process.

python benchmarks/latency.py

For `ProductEmbedder` asked for titles of the log and for new ones, `SpectralEmbedder`,
and `TextCNNEmbedder` untrained, which costs the same as trained.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from data import sources, titles_from
from side_by_side import N_RUNS, describe, machine, print_rows, save

from sklearn_prodemb import ProductEmbedder, SpectralEmbedder, TextCNNEmbedder

N_CALLS, BATCH = 5_000, 1_000
FIRST_VECTOR = """
import time
start = time.perf_counter()
{load}
imported = time.perf_counter()
embedder.transform(["Zapatillas Nike Air Max 90"])
print(imported - start, time.perf_counter() - start)
"""
WAYS = {
    "sklearn_prodemb.load": "import sklearn_prodemb\n"
    "embedder = sklearn_prodemb.load({path!r})",
    "joblib.load, memory map": "import joblib\n"
    "embedder = joblib.load({path!r}, mmap_mode='r')",
}


def one_title(embedder, titles):
    embedder.transform(titles)  # a warm process has met its tokens and words
    seconds = []
    for title in titles[:N_CALLS]:
        start = time.perf_counter()
        embedder.transform([title])
        seconds.append(time.perf_counter() - start)
    start = time.perf_counter()
    for begin in range(0, len(titles), BATCH):
        embedder.transform(titles[begin : begin + BATCH])
    rate = len(titles) / (time.perf_counter() - start)
    return {
        "titles/s, 1,000 a call": rate,
        "median ms": 1e3 * float(np.median(seconds)),
        "99th percentile ms": 1e3 * float(np.quantile(seconds, 0.99)),
    }


def first_vector(load):
    code = FIRST_VECTOR.format(load=load)
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout.split()
        for _ in range(N_RUNS)
    ]
    loaded, total = np.median(np.array(runs, float), axis=0)
    return {"loaded after s": float(loaded), "first vector after s": float(total)}


def embedders(titles):
    """Give an embedder of each class that learned these titles, by its name."""
    sessions = [titles[i : i + 10] for i in range(0, len(titles), 10)]
    return {
        "ProductEmbedder": ProductEmbedder(max_epochs=1, random_state=0).fit(sessions),
        "SpectralEmbedder": SpectralEmbedder(random_state=0).fit(sessions),
        "TextCNNEmbedder": TextCNNEmbedder(max_epochs=0, random_state=0).fit(sessions),
    }


def main():
    import joblib

    about = machine(torch.get_num_threads())
    print(describe(about))
    rows = []
    for source in sources():
        titles = titles_from(source, 40_000)
        known, new = titles[:20_000], titles[20_000:]
        found = embedders(known)
        asked = [(name, embedder, known) for name, embedder in found.items()]
        asked.append(("ProductEmbedder, new titles", found["ProductEmbedder"], new))
        rows += [
            {"titles": source, "embedder": name, **one_title(embedder, those)}
            for name, embedder, those in asked
        ]
    print_rows(rows)
    starts = []
    with tempfile.TemporaryDirectory() as folder:
        for name, embedder in found.items():
            for way, load in WAYS.items():
                path = str(Path(folder) / "embedder")
                if "joblib" in way:
                    joblib.dump(embedder, path)
                else:
                    embedder.save(path)
                seconds = first_vector(load.format(path=path))
                starts.append({"file": way, "embedder": name, **seconds})
    print_rows(starts)
    save("latency", about, rows + starts)


if __name__ == "__main__":
    main()
