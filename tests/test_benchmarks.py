"""What the benchmarks compare is comparable, and their page shows what they kept."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from sklearn_prodemb._sessions.batches import plan_batches

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _scripts(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    yield
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", "")).startswith(str(ROOT / "benchmarks")):
            del sys.modules[name]


def test_the_page_shows_the_results():
    import render

    assert (ROOT / "docs" / "benchmarks.md").read_text() == render.page()


def kept(name):
    path = ROOT / "benchmarks" / "results" / f"{name}.json"
    return json.loads(path.read_text())["rows"]


@pytest.mark.parametrize("page", ["README.md", "docs/performance.md"])
def test_prose_has_the_speed_that_was_measured(page):
    rows = {
        row["program"]: row
        for row in kept("transform")
        if (row["titles"], row["threads"], row["batch"]) == ("meli_ar", 2, 1_000)
    }
    fits = {
        row["embedder"]: row["fit seconds"]
        for row in kept("fitting")
        if row["data"] == "instacart"
    }
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert f"{rows['ours']['titles/s']:,.0f}" in text
    for peer in ("fastText", "model2vec", "TF-IDF"):
        (found,) = re.findall(rf"([\d.]+) times as many as {peer}", text)
        assert found == f"{rows[peer]['ours is faster by']:.2g}", peer
    for embedder in ("ProductEmbedder", "SpectralEmbedder"):
        assert f"{fits[embedder]:.0f} s" in text, embedder


def test_the_plain_way_of_training_learns_what_ours_does():
    from plain_training import PlainLearner
    from training import learner, pairs_of, problem

    data, weights, sessions = problem(60, 5, n_products=2_000)
    ours = learner(data, weights, sessions.n_categories)
    torch.manual_seed(0)
    plain = PlainLearner(
        weights,
        sessions.n_categories,
        alpha=0.5,
        learning_rate=1e-3,
        weight_decay=1e-5,
    )
    (batch,) = plan_batches(data.pairs, 4096, np.random.default_rng(0))
    losses = []
    for _ in range(5):
        ours_loss = ours.step(batch, 1, 100)[0]
        pairs, categories = pairs_of(data, batch)
        plain_loss = plain.step(data.titles, pairs, categories)
        losses.append([float(ours_loss), float(plain_loss)])
    # Heads are drawn anew, and each side of the pairs has a batch norm of its own.
    assert losses[0][0] == pytest.approx(losses[0][1], rel=0.05)
    assert losses[4][0] == pytest.approx(losses[4][1], rel=0.05)
    assert losses[4][0] < losses[0][0]
