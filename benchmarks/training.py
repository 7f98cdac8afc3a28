"""Pairs per second and memory of `TextCNNEmbedder`, beside the plain way to write it.

    python benchmarks/training.py [PART]

- ratio: a step of ours and of the plain way in turn;
- growth: sessions of 5, 10, 20 and 80 products;
- time_in_sessions: 10,000, 30,000 and 100,000 sessions;
- profile: which operations a step takes its time for;
- baskets: all of Instacart, sessions of 10 at most, end to end;
- published: the published job, end to end.

The plain way (`plain_training.py`) has the same networks, batch of pairs and optimiser,
but one row a pair, `nn.Conv1d` and `BatchNorm1d`; it also runs at the batch that suits
it best. All parts train by AdamW with alpha 0.5. Sessions are made up, of the published
sizes: see `data.published_sessions`.
Each part runs in a process of its own, whose peak memory is the part's.
"""

import argparse
import dataclasses
import subprocess
import sys
import time

import numpy as np
import torch
from data import instacart, published_sessions
from plain_training import PlainLearner
from side_by_side import (
    N_RUNS,
    describe,
    in_turn,
    machine,
    median_ratio,
    peak_gib,
    print_rows,
    save,
)

from sklearn_prodemb import TextCNNEmbedder
from sklearn_prodemb._byol.batches import TrainingData, make_batch
from sklearn_prodemb._byol.config import TrainingConfig
from sklearn_prodemb._byol.learner import Learner
from sklearn_prodemb._sessions.batches import plan_batches
from sklearn_prodemb._sessions.pairs import paired_rows

# The optimiser of the plain way.
TRAINING = {"alpha": 0.5, "optimizer": "adamw", "learning_rate": 1e-3}
# Of 128, 256, 512, 1,024 and 2,048 pairs.
PLAIN_BEST = 256
OUR_STEPS = 10


def problem(n_sessions, length, **kwargs):
    """Give a `TrainingData`, an untrained encoder's weights and the sessions."""
    sessions = published_sessions(n_sessions, length, **kwargs)
    encoder = TextCNNEmbedder(max_epochs=0, random_state=0).fit(sessions).encoder_
    rows = paired_rows(sessions.offsets, None)
    data = TrainingData(
        encoder.tokenizer.encode(sessions.titles.tolist()),
        sessions.title_codes[rows.values],
        sessions.category_codes[rows.values],
        rows.replace(np.arange(len(rows.values))),
    )
    return data, encoder.weights, sessions


def learner(data, weights, n_categories, **changed):
    parameters = TextCNNEmbedder(**TRAINING).get_params()
    names = [field.name for field in dataclasses.fields(TrainingConfig)]
    values = {name: parameters[name] for name in names}
    config = TrainingConfig(**{**values, "device": "cpu", **changed})
    return Learner(data, weights, n_categories, config, 0)


def pairs_of(data, sessions):
    """Give the unordered pairs of some sessions, and their categories, (n, 2) each."""
    pairs, categories = [], []
    for session in sessions:
        rows = data.rows[session]
        i, j = np.triu_indices(len(rows), 1)
        pairs.append(np.stack([data.products[rows][i], data.products[rows][j]], 1))
        of = data.categories[rows]
        categories.append(np.stack([of[i], of[j]], 1))
    return np.concatenate(pairs), np.concatenate(categories)


def ratio():
    data, weights, sessions = problem(20_000, 10)
    plan = plan_batches(data.pairs, 4096, np.random.default_rng(0))
    small = plan_batches(data.pairs, PLAIN_BEST, np.random.default_rng(0))
    ours = learner(data, weights, sessions.n_categories)
    plain = PlainLearner(
        weights,
        sessions.n_categories,
        alpha=TRAINING["alpha"],
        learning_rate=TRAINING["learning_rate"],
        weight_decay=1e-5,
    )
    large_steps, small_steps = iter(plan), iter(small)

    def our_steps():
        # Several, for the first finds the caches full of what the plain way left.
        for _ in range(OUR_STEPS):
            ours.step(next(large_steps), 0, len(plan))

    def plain_step(steps):
        batch = pairs_of(data, next(steps))
        plain.step(data.titles, *batch)

    our_steps()  # as in any but the first seconds of a training
    seconds = in_turn(
        {
            "ours": our_steps,
            "plain": lambda: plain_step(large_steps),
            "plain, its best batch": lambda: plain_step(small_steps),
        }
    )
    batches = dict(zip(seconds, (plan, plan, small), strict=True))
    n_pairs = {
        name: float(np.mean([data.pairs[b].sum() for b in batch]))
        for name, batch in batches.items()
    }
    n_steps = {name: OUR_STEPS if name == "ours" else 1 for name in seconds}
    a_pair = {
        name: [s / n_pairs[name] / n_steps[name] for s in times]
        for name, times in seconds.items()
    }
    return [
        {
            "sessions of": 10,
            "tokens a title": round(float(data.titles.lengths.mean()), 1),
            "program": name,
            "pairs a batch": n_pairs[name],
            "pairs/s": 1 / float(np.median(times)),
            "ours is faster by": median_ratio(a_pair["ours"], times),
        }
        for name, times in a_pair.items()
    ]


def growth():
    rows = []
    for length in (5, 10, 20, 80):
        data, weights, sessions = problem(180_000 // length, length)
        # As many products a batch whatever the length, as many as 4,096 pairs of
        # sessions of 10 have.
        batch_size = 910 * (length - 1) // 2
        plan = plan_batches(data.pairs, batch_size, np.random.default_rng(0))
        ours = learner(data, weights, sessions.n_categories, batch_size=batch_size)
        steps = plan[: 20 + 10 * N_RUNS]
        seconds = []
        for step, batch in enumerate(steps):
            start = time.perf_counter()
            ours.step(data, batch, step, len(plan))
            seconds.append(time.perf_counter() - start)
        products = np.mean([make_batch(data, b, 5).n_products for b in steps[20:]])
        median = float(np.median(seconds[20:]))
        rows.append(
            {
                "sessions of": length,
                "pairs/s": float(data.pairs[steps[-1]].sum() / median),
                "products/s": float(products / median),
            }
        )
    return rows


def time_in_sessions():
    rows = []
    for n_sessions in (10_000, 30_000, 100_000):
        sessions = published_sessions(n_sessions, 10)
        start = time.perf_counter()
        embedder = TextCNNEmbedder(**TRAINING, random_state=0, device="cpu")
        embedder.fit(sessions)
        seconds = time.perf_counter() - start
        rows.append(
            {
                "sessions": n_sessions,
                "pairs": embedder.n_pairs_,
                "fit seconds": seconds,
                "fit pairs/s": embedder.n_pairs_ / seconds,
            }
        )
    return rows


def profile():
    data, weights, sessions = problem(20_000, 10)
    plan = plan_batches(data.pairs, 4096, np.random.default_rng(0))
    ours = learner(data, weights, sessions.n_categories)
    for step in range(30):
        ours.step(data, plan[step], step, len(plan))
    steps = range(30, 40)
    with torch.profiler.profile() as profiler:
        for step in steps:
            ours.step(data, plan[step], step, len(plan))
    events = profiler.key_averages()
    total = sum(event.self_cpu_time_total for event in events)
    largest = sorted(events, key=lambda event: -event.self_cpu_time_total)[:10]
    tokens = np.mean([len(make_batch(data, plan[s], 5).token_ids) for s in steps])
    return [
        {
            "operation": event.key,
            "ms a step": event.self_cpu_time_total / 1e3 / len(steps),
            "share of the step": event.self_cpu_time_total / total,
            "distinct tokens a batch": float(tokens),
        }
        for event in largest
    ]


def baskets():
    sessions, normalizer = instacart()
    return [end_to_end(sessions, normalizer=normalizer)]


def published():
    return [end_to_end(published_sessions(300_000, 10))]


def end_to_end(sessions, **params):
    before = peak_gib()
    start = time.perf_counter()
    embedder = TextCNNEmbedder(
        **TRAINING, random_state=0, device="cpu", verbose=True, **params
    )
    embedder.fit(sessions)
    seconds = time.perf_counter() - start
    return {
        "sessions": sessions.n_sessions,
        "titles": sessions.n_products,
        "pairs": embedder.n_pairs_,
        "tokens": embedder.encoder_.tokenizer.vocab_size,
        "categories": sessions.n_categories,
        "fit seconds": seconds,
        "fit pairs/s": embedder.n_pairs_ / seconds,
        "GiB before": before,
        "GiB at peak": peak_gib(),
    }


PARTS = {
    "ratio": ratio,
    "growth": growth,
    "time_in_sessions": time_in_sessions,
    "profile": profile,
    "baskets": baskets,
    "published": published,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="?", choices=PARTS)
    part = parser.parse_args().part
    if part is None:
        for part in PARTS:
            subprocess.run([sys.executable, __file__, part], check=True)
        return
    about = machine(torch.get_num_threads())
    print(describe(about))
    rows = PARTS[part]()
    print_rows(rows)
    print(f"\npeak memory: {peak_gib():.2f} GiB")
    save(f"training_{part}", {**about, "peak GiB": peak_gib()}, rows)


if __name__ == "__main__":
    main()
