"""Downstream scores as the examples print and draw them; see `compare_models`."""

import platform
import resource
import time

import joblib
import matplotlib
import sklearn
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import sklearn_prodemb
from sklearn_prodemb.evaluation import TrainSizeDisplay, compare_models

matplotlib.use("Agg")
from matplotlib import pyplot as plt


def on_vectors(transformer):
    """Give the published head on a fitted transformer of titles."""
    return make_pipeline(
        FrozenEstimator(transformer),
        LogisticRegression(solver="liblinear", max_iter=1000),
    )


def compare(tasks, untrained, embedder, sizes, path, title):
    """Score, print and plot TF-IDF, the untrained encoder and the embedder.

    `tasks` holds (titles, labels) by name.
    """
    every_title = [title for titles, _ in tasks.values() for title in titles]
    models = {
        "TF-IDF": on_vectors(TfidfVectorizer().fit(every_title)),
        "untrained encoder": on_vectors(untrained),
        "ProductEmbedder": on_vectors(embedder),
    }
    # liblinear lets other threads run.
    with joblib.parallel_config("threading"):
        results = compare_models(models, tasks, train_sizes=sizes, n_jobs=2)
    print_table(results)
    print()
    print_peak_memory()
    plot(results, path, title)


def print_table(results):
    """Print mean and standard deviation over the draws as a Markdown table."""
    scores = results.groupby(["task", "model", "train_size"], sort=False)["score"]
    means, deviations = scores.mean().unstack(), scores.std(ddof=0).unstack()
    best = means.groupby("task").transform("max")
    print(f"| task | features | {' | '.join(f'{size:,}' for size in means)} |")
    print("| --- | --- |" + " --- |" * len(means.columns))
    for task, model in means.index:
        cells = []
        for size in means:
            mean = means[size][task, model]
            text = f"{mean:.3f}"
            bold = f"**{text}**" if mean == best[size][task, model] else text
            cell = f"{bold} ± {deviations[size][task, model]:.3f}"
            cells.append("" if mean != mean else cell)
        print(f"| {task} | {model} | {' | '.join(cells)} |")


def plot(results, path, title):
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
    figure.suptitle(title)
    figure.savefig(path, dpi=120)
    print(f"\nSaved the plot to {path}.")


def print_machine():
    """Name the machine and the versions that the figures belong to."""
    cpu = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as lines:
            cpu = next(x.split(":")[1].strip() for x in lines if "model name" in x)
    except (OSError, StopIteration):
        pass
    print(
        f"{cpu}, {joblib.cpu_count()} cores, {torch.get_num_threads()} torch threads; "
        f"Python {platform.python_version()}, torch {torch.__version__}, "
        f"scikit-learn {sklearn.__version__}, "
        f"sklearn-prodemb {sklearn_prodemb.__version__}"
    )


def print_peak_memory():
    """Print the most memory that this process has held."""
    unit = 1 if platform.system() == "Darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(f"peak memory: {peak / 2**30:.2f} GiB")


class Timer:
    """Time a `with` block, in seconds."""

    def __enter__(self):
        self.start = time.perf_counter()
        return self

    def __exit__(self, *_):
        self.seconds = time.perf_counter() - self.start
