"""Fit an embedder on generated sessions and compare it with baselines.

    python examples/demo.py [--plot FILE] [--sessions N]

The sessions are those of a made-up Spanish marketplace (`make_sessions`), the tasks its
four labels. Prints test AUC ROC, the mean over five draws of labels.
Takes about two minutes on two cores.
"""

import argparse
import time
from pathlib import Path

import joblib
import matplotlib
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_prodemb import ProductEmbedder, TextCNNEmbedder, show_versions
from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.evaluation import TrainSizeDisplay, compare_models

matplotlib.use("Agg")
from matplotlib import pyplot as plt

SIZES = [100, 500, 1000, 5000]
TITLE = "Generated sessions: test AUC ROC against labels"


def on_vectors(transformer):
    """Give the published head on a fitted transformer of titles."""
    head = LogisticRegression(solver="liblinear", max_iter=1000)
    return make_pipeline(FrozenEstimator(transformer), head)


def plot(results, path):
    """Draw a panel a task, a line a model, and save them."""
    tasks = results["task"].unique()
    n_rows = -(-len(tasks) // 2)
    figure, axes = plt.subplots(
        n_rows, 2, figsize=(9, 3.2 * n_rows + 0.6), layout="constrained"
    )
    for ax, task in zip(axes.flat, tasks, strict=True):
        TrainSizeDisplay.from_results(results, task=task, ax=ax)
        ax.get_legend().remove()
        ax.tick_params(axis="x", labelsize=8)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=len(labels), frameon=False
    )
    figure.suptitle(TITLE)
    figure.savefig(path, dpi=120)
    print(f"\nSaved the plot to {path}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plot", type=Path, default=Path("demo.png"))
    parser.add_argument("--sessions", type=int, default=20_000)
    arguments = parser.parse_args()

    show_versions()
    market = make_sessions(arguments.sessions, random_state=0)
    print(f"\n{market.sessions}")
    for session in market.sessions.to_lists(3):
        print("  session:", " | ".join(title for title, _ in session[:4]))

    embedder = ProductEmbedder(normalizer="es", random_state=0, verbose=True)
    start = time.perf_counter()
    embedder.fit(market.sessions)
    print(f"fitted in {time.perf_counter() - start:.0f} s\n")
    print("The published method, one pass over all pairs:")
    text_cnn = TextCNNEmbedder(random_state=0, verbose=True).fit(market.sessions)

    svd = make_pipeline(TfidfVectorizer(), TruncatedSVD(512, random_state=0))
    models = {
        "TF-IDF": on_vectors(TfidfVectorizer().fit(market.titles)),
        "TF-IDF + SVD": on_vectors(svd.fit(market.titles)),
        "TextCNNEmbedder": on_vectors(text_cnn),
        "ProductEmbedder": on_vectors(embedder),
    }
    tasks = {task: (market.titles, y) for task, y in market.targets.items()}
    # liblinear lets other threads run.
    with joblib.parallel_config("threading"):
        results = compare_models(models, tasks, train_sizes=SIZES, n_jobs=2)
    print(results.pivot_table("score", ["task", "model"], "train_size").round(3))
    plot(results, arguments.plot)


if __name__ == "__main__":
    main()
