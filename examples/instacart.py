"""Learn from all baskets of Instacart, and score two tasks beside TF-IDF.

    python examples/instacart.py [FOLDER] [--limit N] [--labels 100 1000 5000]

FOLDER has a folder `instacart` with `sessions.parquet` (session_id, product_id) and
`products.parquet` (product_id, title, aisle, department, n_orders, reorder_rate). The
data is no part of this repository. These are purchases, not browsing: no public set of
browsing sessions with titles could be had.

The tasks are those of `studies/corpora.py`:

- instacart-reorder: of the products ordered 20 times or more, is the reorder rate above
  the median?
- instacart-restricted: is it alcohol? It stands in for forbidden products.

Prints the machine, and test AUC ROC as mean and standard deviation over five draws of
labels. Takes about two minutes on two cores.
"""

import argparse
import sys
import time
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_prodemb import ProductEmbedder, show_versions
from sklearn_prodemb.evaluation import compare_models

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
FILES = ("sessions.parquet", "products.parquet")


def read_corpus(folder):
    """Read sessions and tasks, or end with a message that says what is missing."""
    missing = [
        path
        for path in (folder / "instacart" / name for name in FILES)
        if not path.is_file()
    ]
    if missing:
        sys.exit(
            f"There is no data: {' and '.join(map(str, missing))} not found.\n"
            f"The baskets of Instacart are not part of this repository. Name the "
            f"folder that has instacart/{' and instacart/'.join(FILES)}:\n"
            f"    python examples/instacart.py FOLDER\n"
            f"`make demo` needs no data."
        )
    sys.path.insert(0, str(ROOT / "studies"))
    import corpora

    return corpora.read("instacart", folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=DATA)
    parser.add_argument("--limit", type=int, help="learn from so many baskets only")
    parser.add_argument("--labels", type=int, nargs="+", default=[100, 1_000, 5_000])
    arguments = parser.parse_args()

    corpus = read_corpus(arguments.folder)
    show_versions()
    sessions = corpus.sessions
    if arguments.limit is not None:
        sessions = sessions.sample(arguments.limit, random_state=0)
    print(f"\n{sessions}")

    start = time.perf_counter()
    embedder = ProductEmbedder(normalizer=corpus.normalizer, random_state=0)
    embedder.fit(sessions)
    print(f"ProductEmbedder fitted in {time.perf_counter() - start:.0f} s\n")

    # Neither needs labels, so each learns from all titles that it can have.
    titles = {*sessions.titles}
    titles.update(title for task in corpus.tasks.values() for title in task.titles)
    transformers = {
        "ProductEmbedder": embedder,
        "TF-IDF": TfidfVectorizer().fit(sorted(titles)),
    }
    head = LogisticRegression(solver="liblinear", max_iter=1000)
    results = compare_models(
        {
            name: make_pipeline(FrozenEstimator(transformer), head)
            for name, transformer in transformers.items()
        },
        {name: (task.titles, task.y) for name, task in corpus.tasks.items()},
        train_sizes=arguments.labels,
    )
    grouped = results.groupby(["task", "train_size", "model"])["score"]
    table = grouped.agg(["mean", "std"]).round(3).unstack()
    print(table.swaplevel(axis=1).sort_index(axis=1).to_string())


if __name__ == "__main__":
    main()
