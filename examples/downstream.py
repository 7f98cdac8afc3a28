"""Downstream scores as the examples print them: test AUC ROC against labels.

Distinct titles are split 60/20/20 into training, validation and test; of the training
part, five draws of each size are labelled; `LogisticRegression(solver="liblinear")` as
it comes is fitted on each draw and scored on the test part. The validation part is for
choices, as `choosing_defaults.py` makes them.
"""

import platform
import resource
import time

import joblib
import matplotlib
import numpy as np
import sklearn
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import sklearn_prodemb

matplotlib.use("Agg")
from matplotlib import pyplot as plt

N_DRAWS = 5


def split(n_titles):
    """Rows of the training, the validation and the test part."""
    order = np.random.default_rng(0).permutation(n_titles)
    return np.split(order, [int(0.6 * n_titles), int(0.8 * n_titles)])


def scores(features, y, sizes, part="test"):
    """AUC ROC of each draw: {size: array of scores}, single-class draws left out.

    `features` holds a row a title, aligned with `y`; `part` is "test", or "validation"
    where the scores decide anything.
    """
    train, validation, test = split(len(y))
    held_out = test if part == "test" else validation

    def score(size, draw):
        rows = np.random.default_rng(draw).choice(train, size, replace=False)
        if len(set(y[rows])) < 2:
            return None
        model = LogisticRegression(solver="liblinear", max_iter=1000)
        model.fit(features[rows], y[rows])
        return roc_auc_score(y[held_out], model.decision_function(features[held_out]))

    sizes = [size for size in sizes if size <= len(train)]
    jobs = [(size, draw) for size in sizes for draw in range(N_DRAWS)]
    values = joblib.Parallel(n_jobs=2, prefer="threads")(
        joblib.delayed(score)(*job) for job in jobs
    )
    return {
        size: np.array(
            [
                v
                for (s, _), v in zip(jobs, values, strict=True)
                if s == size and v is not None
            ]
        )
        for size in sizes
    }


def compare(groups, untrained, embedder, sizes, path, title):
    """Score, print and plot TF-IDF, the untrained encoder and the embedder.

    `groups` holds pairs of titles and {task: labels of these titles}; what the models
    make of the titles is computed once a group.
    """
    results = {}
    for titles, targets in groups:
        features = {
            "TF-IDF": TfidfVectorizer().fit_transform(titles),
            "untrained encoder": untrained.transform(titles),
            "ProductEmbedder": embedder.transform(titles),
        }
        for task, y in targets.items():
            results[task] = {m: scores(x, y, sizes) for m, x in features.items()}
    print_table(results)
    print()
    print_peak_memory()
    plot(results, path, title)


def print_table(results):
    """Print {task: {model: {size: scores}}} as one Markdown table."""
    sizes = sorted(
        {s for models in results.values() for m in models.values() for s in m}
    )
    print(f"| task | features | {' | '.join(f'{s:,}' for s in sizes)} |")
    print("| --- | --- |" + " --- |" * len(sizes))
    for task, models in results.items():
        for model, by_size in models.items():
            cells = [
                _cell(by_size[s], best=max(m[s].mean() for m in models.values()))
                if s in by_size
                else ""
                for s in sizes
            ]
            print(f"| {task} | {model} | {' | '.join(cells)} |")


def _cell(values, best):
    text = f"{values.mean():.3f}"
    return f"{f'**{text}**' if values.mean() == best else text} ± {values.std():.3f}"


def plot(results, path, title):
    """Draw a panel a task, a line a model, and save them."""
    n_rows = -(-len(results) // 2)
    figure, axes = plt.subplots(
        n_rows, 2, figsize=(9, 3.2 * n_rows + 0.6), layout="constrained", squeeze=False
    )
    for ax, (task, models) in zip(axes.flat, results.items(), strict=True):
        for model, by_size in models.items():
            sizes = sorted(by_size)
            means = np.array([by_size[s].mean() for s in sizes])
            deviations = np.array([by_size[s].std() for s in sizes])
            (line,) = ax.plot(sizes, means, marker="o", markersize=4, label=model)
            ax.fill_between(
                sizes,
                means - deviations,
                means + deviations,
                color=line.get_color(),
                alpha=0.15,
                linewidth=0,
            )
        ax.set(title=task, xscale="log", xlabel="labelled titles")
        ax.set_xticks(sizes, [f"{s:,}" for s in sizes], fontsize=8)
        ax.minorticks_off()
        ax.grid(alpha=0.3)
        ax.spines[["top", "right"]].set_visible(False)
    for ax in axes[:, 0]:
        ax.set_ylabel("test AUC ROC")
    handles, labels = axes[0, 0].get_legend_handles_labels()
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
