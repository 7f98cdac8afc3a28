"""Train an embedder on generated sessions and compare it with two baselines.

    python examples/demo.py [--plot FILE] [--sessions N]

The sessions are those of a made-up Spanish marketplace (`make_sessions`), the tasks its
four labels. Takes about two minutes on two cores.
"""

import argparse
from pathlib import Path

from downstream import Timer, compare, print_machine

from sklearn_prodemb import ProductEmbedder
from sklearn_prodemb.datasets import make_sessions

SIZES = [100, 500, 1000, 5000]
# A generated log is small: one pass over it is too few steps.
MAX_EPOCHS = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plot", type=Path, default=Path("demo.png"))
    parser.add_argument("--sessions", type=int, default=20_000)
    arguments = parser.parse_args()

    print_machine()
    market = make_sessions(arguments.sessions, random_state=0)
    print(market.sessions)
    for session in market.sessions.to_lists(3):
        print("  session:", " | ".join(title for title, _ in session[:4]))

    embedder = ProductEmbedder(max_epochs=MAX_EPOCHS, random_state=0, verbose=True)
    with Timer() as training:
        embedder.fit(market.sessions)
    n_pairs = embedder.n_pairs_ * MAX_EPOCHS
    print(f"{n_pairs:,} pairs, {n_pairs / training.seconds:,.0f} pairs/s\n")
    untrained = ProductEmbedder(max_epochs=0, random_state=0).fit(market.sessions)

    compare(
        {task: (market.titles, y) for task, y in market.targets.items()},
        untrained,
        embedder,
        SIZES,
        arguments.plot,
        "Generated sessions: test AUC ROC against labels",
    )


if __name__ == "__main__":
    main()
