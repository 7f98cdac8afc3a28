"""Nearest products: the exact search, and how much of it the approximate one finds.

python benchmarks/similar.py [N_PRODUCTS ...]

Catalogues are the titles of Instacart and, beyond their number, titles of theirs with
one word changed (by default 49,688 and 500,000). Queries are misspelt titles of the
catalogue; times hold their embedding. recall@10 is the share of the ten nearest of the
exact search that are found. Both searches use all cores.
"""

import sys
import time

import joblib
import numpy as np
from data import instacart, sources, titles_from
from side_by_side import describe, in_turn, machine, median_ratio, print_rows, save

from sklearn_prodemb import ProductEmbedder
from sklearn_prodemb.datasets import misspell_titles
from sklearn_prodemb.neighbors import (
    ApproximateNeighbors,
    SeenWithProducts,
    SimilarProducts,
)

N_PRODUCTS = (49_688, 500_000)
N_QUERIES, N_NEIGHBORS = 1_000, 10
EXACT = "exact"
SEARCHES = {EXACT: None} | {
    f"approximate, expansion_search={n}": ApproximateNeighbors(
        expansion_search=n, n_jobs=-1
    )
    for n in (32, 128, 512)
}


def fitted(kind, embedder, titles):
    """Give an index of each search, and how long it took to fit."""
    indexes, seconds = {}, {}
    for name, search in SEARCHES.items():
        start = time.perf_counter()
        index = kind(embedder, n_neighbors=N_NEIGHBORS, nearest_neighbors=search)
        indexes[name] = index.fit(titles)
        seconds[name] = time.perf_counter() - start
    return indexes, seconds


def shared(found, expected):
    """Give the share of neighbors that two answers have in common."""
    pairs = zip(found, expected, strict=True)
    return float(np.mean([len({*a} & {*b}) for a, b in pairs])) / N_NEIGHBORS


def rows_of(kind, embedder, titles, queries):
    indexes, fitting = fitted(kind, embedder, titles)
    answers = {
        name: index.kneighbors(queries, return_distance=False)
        for name, index in indexes.items()
    }
    many = in_turn(
        {
            name: lambda index=index: index.kneighbors(queries)
            for name, index in indexes.items()
        }
    )
    one = in_turn(
        {
            name: lambda index=index: [index.kneighbors([q]) for q in queries[:20]]
            for name, index in indexes.items()
        }
    )
    for name in indexes:
        yield {
            "products": len(titles),
            "index": kind.__name__,
            "search": name,
            "fit s": fitting[name],
            "1,000 queries ms": 1e3 * float(np.median(many[name])),
            "exact takes times": median_ratio(many[name], many[EXACT]),
            "one query ms": 1e3 * float(np.median(one[name])) / 20,
            "recall@10": shared(answers[name], answers[EXACT]),
        }


def main():
    sizes = [int(n) for n in sys.argv[1:]] or N_PRODUCTS
    about = machine(joblib.cpu_count())
    print(describe(about))
    sessions, normalizer = instacart()
    embedder = ProductEmbedder(normalizer=normalizer, max_epochs=0, random_state=0)
    embedder.fit(sessions)
    source = "instacart" if "instacart" in sources() else "generated"
    rows = []
    for n_products in sizes:
        titles = titles_from(source, n_products)
        rng = np.random.default_rng(0)
        chosen = rng.choice(len(titles), N_QUERIES, replace=False)
        queries = misspell_titles([titles[i] for i in chosen], random_state=0)
        for kind in (SimilarProducts, SeenWithProducts):
            rows += rows_of(kind, embedder, titles, list(queries))
            print_rows(rows)
    save("similar", about, rows)


if __name__ == "__main__":
    main()
