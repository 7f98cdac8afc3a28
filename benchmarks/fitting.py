"""Fit ProductEmbedder, spectral vectors and the published text CNN, in turn.

    python benchmarks/fitting.py

All baskets of Instacart, and 100,000 made-up sessions of 10 products with titles of the
published length (see `data.published_sessions`). Each fit runs in a
process of its own, whose peak memory is the fit's and that of the sessions.
"""

import argparse
import json
import subprocess
import sys
import time

import torch
from data import instacart, published_sessions
from side_by_side import describe, machine, peak_gib, print_rows, save

from sklearn_prodemb import ProductEmbedder, SpectralEmbedder, TextCNNEmbedder

DATA = {
    "instacart": instacart,
    "made up": lambda: (published_sessions(100_000, 10), "es"),
}
EMBEDDERS = {
    "ProductEmbedder": ProductEmbedder(device="cpu", random_state=0),
    "SpectralEmbedder": SpectralEmbedder(random_state=0),
    "TextCNNEmbedder": TextCNNEmbedder(device="cpu", random_state=0),
}


def measure(data, name):
    sessions, normalizer = DATA[data]()
    embedder = EMBEDDERS[name].set_params(normalizer=normalizer)
    before = peak_gib()
    start = time.perf_counter()
    embedder.fit(sessions)
    return {
        "data": data,
        "embedder": name,
        "sessions": sessions.n_sessions,
        "titles": sessions.n_products,
        "pairs": embedder.n_pairs_,
        "fit seconds": time.perf_counter() - start,
        "GiB before": before,
        "GiB at peak": peak_gib(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", nargs=2, metavar=("DATA", "EMBEDDER"))
    one = parser.parse_args().one
    if one is not None:
        print(json.dumps(measure(*one)))
        return
    about = machine(torch.get_num_threads())
    print(describe(about))
    rows = []
    for data in DATA:
        for name in EMBEDDERS:
            run = subprocess.run(
                [sys.executable, __file__, "--one", data, name],
                check=True,
                capture_output=True,
                text=True,
            )
            rows.append(json.loads(run.stdout.splitlines()[-1]))
        of_data = rows[-len(EMBEDDERS) :]
        ours = of_data[0]
        for row in of_data:
            row["ours is faster by"] = row["fit seconds"] / ours["fit seconds"]
    print_rows(rows)
    save("fitting", about, rows)


if __name__ == "__main__":
    main()
