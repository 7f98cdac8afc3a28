"""Group offers, more and more of them: how cost grows.

    python benchmarks/matching.py

Offers of PriceRunner: `ProductMatcher` learns from 1,500 products and groups offers of
others. Each size runs in a process of its own, whose peak memory is that of both. The
peer is what scikit-learn has without labels: TF-IDF of character n-grams, neighbours
nearer than a radius, and what hangs together (`DBSCAN` with `min_samples=1`).
"""

import argparse
import json
import subprocess
import sys
import time

import numpy as np
import pandas as pd
from data import SHARED
from side_by_side import describe, machine, peak_gib, print_rows, save
from sklearn.cluster import DBSCAN
from sklearn.feature_extraction.text import TfidfVectorizer

from sklearn_prodemb.evaluation import group_scores
from sklearn_prodemb.matching import ProductMatcher

N_OFFERS = (4_000, 8_000, 16_000, 31_000)
N_LEARNED = 1_500


def matcher(learned, titles):
    model = ProductMatcher(random_state=0).fit(learned["title"], learned["group"])
    start = time.perf_counter()
    return model.predict(titles), time.perf_counter() - start


def dbscan(learned, titles):
    start = time.perf_counter()
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))
    vectors = vectorizer.fit_transform(titles)
    model = DBSCAN(eps=0.3, min_samples=1, metric="cosine", n_jobs=-1)
    return model.fit_predict(vectors), time.perf_counter() - start


PROGRAMS = {"ProductMatcher": matcher, "TF-IDF and DBSCAN": dbscan}


def measure(name, n_offers):
    offers = pd.read_parquet(SHARED / "pricerunner" / "products.parquet")
    offers["group"] = offers["category"] + " " + offers["cluster"]
    products = np.random.default_rng(0).permutation(offers["group"].unique())
    is_learned = offers["group"].isin(products[:N_LEARNED])
    learned, others = offers[is_learned], offers[~is_learned]
    # Whole products, so that groups are as large as they are.
    number = others["group"].map(dict(zip(products, range(len(products)), strict=True)))
    others = others.assign(number=number).sort_values("number", kind="stable")
    asked = others[:n_offers]
    start = time.perf_counter()
    groups, seconds = PROGRAMS[name](learned, asked["title"].tolist())
    return {
        "program": name,
        "offers": n_offers,
        "group seconds": seconds,
        "with fit": time.perf_counter() - start,
        "GiB at peak": peak_gib(),
        "F1": group_scores(asked["group"].tolist(), groups)["f1"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", nargs=2, metavar=("PROGRAM", "OFFERS"))
    one = parser.parse_args().one
    if one is not None:
        print(json.dumps(measure(one[0], int(one[1]))))
        return
    about = machine(None)
    print(describe(about))
    rows = []
    for n_offers in N_OFFERS:
        for name in PROGRAMS:
            run = subprocess.run(
                [sys.executable, __file__, "--one", name, str(n_offers)],
                check=True,
                capture_output=True,
                text=True,
            )
            rows.append(json.loads(run.stdout.splitlines()[-1]))
        ours, peer = rows[-2:]
        for row in (ours, peer):
            row["ours is faster by"] = row["group seconds"] / ours["group seconds"]
    print_rows(rows)
    save("matching", about, rows)


if __name__ == "__main__":
    main()
