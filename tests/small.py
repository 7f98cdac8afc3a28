"""Small estimators and small data, for tests that train in a moment."""

import numpy as np
import pandas as pd

from sklearn_prodemb import (
    ProductEmbedder,
    Sessions,
    SpectralEmbedder,
    TextCNNEmbedder,
)
from sklearn_prodemb.baselines import FastTextClassifier

WORDS = ["zapatilla", "remera", "pantalon", "mesa", "silla"]
WORDS += ["lampara", "carpa", "termo", "mouse", "teclado"]
rng = np.random.default_rng(0)
TITLES = sorted(
    {f"{WORDS[rng.integers(10)]} {WORDS[rng.integers(10)]} {i}" for i in range(60)}
)
LABELS = np.array([title < "s" for title in TITLES])
PRICES = np.array([float(WORDS.index(title.split()[0])) for title in TITLES])
SESSIONS = Sessions.from_lists(
    [
        [(TITLES[i], WORDS.index(TITLES[i].split()[0])) for i in row]
        for row in rng.permuted(np.tile(np.arange(60), (60, 1)), axis=1)[:, :5]
    ]
)
# The same with product ids, which are the titles.
ID_SESSIONS = Sessions.from_frame(
    pd.DataFrame(
        [
            (number, title, category)
            for number, session in enumerate(SESSIONS.to_lists())
            for title, category in session
        ],
        columns=["session", "title", "category"],
    ),
    session="session",
    title="title",
    category="category",
    product="title",
)


def sessions_of_ids(lists):
    """Give sessions of ids; the title of an id is its str."""
    rows = [(n, i) for n, session in enumerate(lists) for i in session]
    frame = pd.DataFrame(rows, columns=["session", "id"])
    frame["title"] = frame["id"].astype(str)
    return Sessions.from_frame(frame, session="session", title="title", product="id")


def small(**params):
    """Give a TextCNNEmbedder that trains on `SESSIONS` in well under a second."""
    defaults = {
        "vocab_size": 100,
        "embedding_dim": 16,
        "n_filters": 8,
        "hidden_dim": 16,
        "projection_dim": 8,
        "batch_size": 50,
        "optimizer": "adamw",
        "learning_rate": 1e-3,
        "alpha": 0.5,
        "random_state": 0,
    }
    return TextCNNEmbedder(**(defaults | params))


def spectral(**params):
    """Give a SpectralEmbedder of few features."""
    return SpectralEmbedder(**({"n_components": 16, "random_state": 0} | params))


def small_product(**params):
    """Give a ProductEmbedder of few features; its network trains in a moment."""
    return ProductEmbedder(**({"n_components": 16, "random_state": 0} | params))


def small_fasttext(**params):
    """Give a FastTextClassifier that trains on `TITLES` in a tenth of a second."""
    defaults = {"dim": 10, "maxn": 3, "bucket": 500, "lr": 1.0, "random_state": 0}
    return FastTextClassifier(**(defaults | params))


def small_cnn(kind, **params):
    """Give a text CNN that trains on `TITLES` in a tenth of a second."""
    defaults = {
        "vocab_size": 100,
        "embedding_dim": 16,
        "n_filters": 8,
        "dropout": 0.0,
        "learning_rate": 0.03,
        "batch_size": 30,
        "max_epochs": 20,
        "n_iter_no_change": 20,
        "random_state": 0,
    }
    return kind(**(defaults | params))
