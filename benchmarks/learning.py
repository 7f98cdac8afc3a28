"""How long a fit takes to good vectors, and what longer sessions cost.

    python benchmarks/learning.py

- quality: fits of `ProductEmbedder`, from no training on, and of the other embedders
  beside it: seconds, and validation AUC ROC of a logistic regression on 1,000 labels,
  the mean over tasks and five draws. All baskets of Instacart.
- growth: `SpectralEmbedder` on the same number of views, in made-up sessions of 5 to 80
  products. The training of `ProductEmbedder` has a bounded number of steps, and
  `training.py growth` has that of `TextCNNEmbedder`.

Each fit runs in a process of its own. Without the corpus, `growth` alone runs.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import torch
from data import SHARED, published_sessions
from side_by_side import describe, machine, peak_gib, print_rows, save

from sklearn_prodemb import SpectralEmbedder
from sklearn_prodemb.evaluation import compare_models

N_LABELS = 1_000
CORPUS = "instacart"
EPOCHS = (0, 5, 10)
# As `studies/choosing_defaults.py` found it best.
TUNED = {"optimizer": "adamw", "learning_rate": 1e-3, "alpha": 0.5}
MODELS = {
    "SpectralEmbedder": ("spectral", {}),
    **{
        f"ProductEmbedder(max_epochs={n})": ("product", {"max_epochs": n})
        for n in EPOCHS
    },
    "TextCNNEmbedder, AdamW": ("text_cnn", TUNED),
    "TextCNNEmbedder, AdamW, bfloat16": (
        "text_cnn",
        {**TUNED, "precision": "bfloat16"},
    ),
}
N_VIEWS = 200_000
LENGTHS = (5, 20, 80)


def quality(corpus, name):
    # The readers and models of the studies.
    sys.path.append(str(Path(__file__).parents[1] / "studies"))
    import study

    data = study.read(corpus, SHARED)
    kind, params = MODELS[name]
    start = time.perf_counter()
    embedder = getattr(study, kind)(data, memory=None, **params)
    seconds = time.perf_counter() - start
    scores = compare_models(
        {name: study.on_vectors(embedder)},
        {task: (t.titles, t.y) for task, t in data.tasks.items()},
        train_sizes=[N_LABELS],
        part="validation",
    )
    return {
        "corpus": corpus,
        "embedder": name,
        "fit seconds": seconds,
        f"AUC ROC at {N_LABELS:,} labels": f"{scores['score'].mean():.4f}",
    }


def growth(length):
    sessions = published_sessions(N_VIEWS // int(length), int(length))
    embedder = SpectralEmbedder(random_state=0)
    start = time.perf_counter()
    embedder.fit(sessions)
    seconds = time.perf_counter() - start
    return {
        "embedder": "SpectralEmbedder",
        "sessions of": int(length),
        "views": sessions.n_views,
        "pairs": embedder.n_pairs_,
        "fit seconds": seconds,
        "views/s": sessions.n_views / seconds,
        "GiB at peak": peak_gib(),
    }


PARTS = {"quality": quality, "growth": growth}


def measure(*arguments):
    """Run one fit in a process of its own, and print what it tells."""
    command = [sys.executable, __file__, "--one", *map(str, arguments)]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    row = json.loads(run.stdout.splitlines()[-1])
    print_rows([row])
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", nargs="+", metavar="ARGUMENT")
    one = parser.parse_args().one
    if one is not None:
        part, *arguments = one
        print(json.dumps(PARTS[part](*arguments)))
        return
    about = machine(torch.get_num_threads())
    print(describe(about))
    rows = []
    if (SHARED / CORPUS).exists():
        rows += [measure("quality", CORPUS, name) for name in MODELS]
    rows += [measure("growth", length) for length in LENGTHS]
    save("learning", about, rows)


if __name__ == "__main__":
    main()
