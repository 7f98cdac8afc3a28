"""The defaults beat a bag of words where labels are few."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_prodemb import ProductEmbedder, Sessions
from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.evaluation import compare_models, session_mate_retrieval

HM = Path(__file__).parents[2] / "shared" / "data" / "hm"


def lead_over_words(embedder, titles, y, train_size):
    """Give the lead in validation AUC over TF-IDF, the mean of three draws."""
    models = {
        name: make_pipeline(
            FrozenEstimator(transformer), LogisticRegression(solver="liblinear")
        )
        for name, transformer in {
            "ours": embedder,
            "words": TfidfVectorizer().fit(titles),
        }.items()
    }
    results = compare_models(
        models,
        {"task": (titles, y)},
        train_sizes=[train_size],
        n_draws=3,
        part="validation",
    )
    means = results.groupby("model")["score"].mean()
    return means["ours"] - means["words"]


def test_generated_sessions():
    market = make_sessions(3_000, random_state=0)
    embedder = ProductEmbedder(random_state=0).fit(market.sessions)
    for task in ("restricted", "oversize"):
        lead = lead_over_words(embedder, market.titles, market.targets[task], 300)
        assert lead > 0.03, task


@pytest.mark.skipif(not HM.exists(), reason="needs ../shared/data/hm")
def test_real_sessions():
    import pandas as pd

    products = pd.read_parquet(HM / "products.parquet")
    baskets = pd.read_parquet(HM / "sessions.parquet").merge(products, on="product_id")
    sessions = Sessions.from_frame(baskets, session="session_id", title="title")
    train, held_out = sessions.split(0.1, random_state=0)
    embedder = ProductEmbedder(normalizer="en", random_state=0).fit(train)
    y = (products["index_group"] == "Menswear").groupby(products["title"]).mean() > 0.5
    titles = y.index.to_numpy()
    chosen = np.random.default_rng(0).permutation(len(titles))[:10_000]
    lead = lead_over_words(embedder, titles[chosen], y.to_numpy()[chosen], 500)
    assert lead > 0.05
    scores = session_mate_retrieval(embedder, held_out, n_queries=300, random_state=0)
    assert scores["auc_roc"] > 0.75
