"""One vector a product from titles, attributes, pictures and clicks, in a Pipeline.

    python examples/multimodal.py [--plot FILE] [--sessions N]

The marketplace is made up: `make_sessions` gives titles, categories and sessions, and
pictures are drawn here. A picture shows what kind of product it is, and scratches on
half of the used products, which few titles tell of. Prints how well "used" is told
from each kind of data with 300 labels (test AUC ROC), and saves a picture of nearest
neighbours. Takes half a minute on two cores.
"""

import argparse
import zlib
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from PIL import Image, ImageDraw
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import Pipeline

from sklearn_prodemb import Sessions, SpectralEmbedder
from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.multimodal import (
    AttributeEmbedder,
    ClickEmbedder,
    ImageEmbedder,
    MultiModalEmbedder,
)

matplotlib.use("Agg")
from matplotlib import pyplot as plt

N_LABELS = 300
N_QUERIES, N_NEIGHBORS = 5, 6
SIZE = 48


def draw(family, is_used, rng):
    """Draw a product: the shape of its family, in about its colour."""
    kind = zlib.crc32(family.encode())
    colour = np.array([kind >> 16 & 255, kind >> 8 & 255, kind & 255])
    colour = np.clip(colour + rng.normal(scale=20, size=3), 0, 255).astype(int)
    picture = Image.new("RGB", (SIZE, SIZE), "white")
    pen = ImageDraw.Draw(picture)
    center, radius = rng.uniform(20, 28, size=2), rng.uniform(13, 18)
    n_sides = 3 + kind % 6
    pen.regular_polygon(
        (*center, radius), n_sides, rotation=int(rng.integers(360)), fill=tuple(colour)
    )
    for _ in range(12 * is_used):
        pen.line([*rng.uniform(8, 40, size=4)], fill="gray")
    return np.asarray(picture)


def shapes_and_colours(pictures):
    """Give simple features: what a pretrained network would give better.

    In earnest `backbone` is the path of an ONNX file, such as a MobileNet.
    """
    small = np.stack([np.asarray(p.resize((8, 8))) for p in pictures]) / 255
    edges = [
        np.abs(np.diff(np.asarray(p.convert("L"), float))).mean() for p in pictures
    ]
    histograms = [
        np.sqrt(np.array(p.histogram()).reshape(-1, 16).sum(1)) for p in pictures
    ]
    return np.column_stack(
        [
            small.reshape(len(pictures), -1),
            np.array(edges) / 10,
            np.array(histograms) / 10,
        ]
    )


def marketplace(n_sessions):
    """Give a row a product, and the sessions by product ids."""
    data = make_sessions(n_sessions, random_state=0)
    rng = np.random.default_rng(0)
    products = pd.DataFrame(
        {
            "product_id": np.arange(len(data.titles)),
            "title": data.titles,
            "category": data.categories,
            "title_length": [f"{len(title.split())} words" for title in data.titles],
            "used": data.targets["used"],
        }
    )
    products["picture"] = [
        draw(family, used and rng.random() < 0.5, rng)
        for family, used in zip(data.families, products["used"], strict=True)
    ]
    # One in ten has no picture, which is no error.
    products.loc[rng.random(len(products)) < 0.1, "picture"] = None
    log = pd.DataFrame(
        [
            (visit, title)
            for visit, session in enumerate(data.sessions.to_lists())
            for title, _ in session
        ],
        columns=["visit", "title"],
    ).merge(products[["title", "product_id"]], on="title")
    sessions = Sessions.from_frame(
        log, session="visit", title="title", product="product_id"
    )
    return products, sessions


PARTS = {
    "title": (SpectralEmbedder(normalizer="es", random_state=0), "title"),
    "attributes": (
        AttributeEmbedder(random_state=0),
        ["product_id", "category", "title_length"],
    ),
    "picture": (
        ImageEmbedder(shapes_and_colours, random_state=0),
        ["product_id", "picture"],
    ),
    "clicks": (ClickEmbedder(handle_unknown="ignore", random_state=0), "product_id"),
}


def embedder_of(names, sessions):
    parts = [(name, *PARTS[name]) for name in names]
    return MultiModalEmbedder(parts, sessions=sessions)


def plot(products, vectors, path):
    """Draw a row a query: the product, and those whose vectors are nearest."""
    has_picture = products["picture"].notna().to_numpy()
    shown, rows = products[has_picture], vectors[has_picture]
    finder = NearestNeighbors(n_neighbors=N_NEIGHBORS + 1, metric="cosine").fit(rows)
    queries = np.random.default_rng(1).choice(len(shown), N_QUERIES, replace=False)
    found = finder.kneighbors(rows[queries], return_distance=False)
    figure, axes = plt.subplots(
        N_QUERIES, N_NEIGHBORS + 1, figsize=(12, 1.9 * N_QUERIES), layout="constrained"
    )
    for query, neighbors, of_query in zip(queries, found, axes, strict=True):
        others = [row for row in neighbors if row != query][:N_NEIGHBORS]
        for ax, row in zip(of_query, [query, *others], strict=True):
            ax.imshow(shown["picture"].iloc[row])
            title = shown["title"].iloc[row]
            ax.set_title(title if len(title) < 24 else title[:22] + "…", fontsize=7)
            ax.set_xticks([])
            ax.set_yticks([])
            ax.spines[:].set_visible(row == query)
    figure.suptitle("A product, and the six whose vectors are nearest")
    figure.savefig(path, dpi=100)
    print(f"\nSaved the plot to {path}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plot", type=Path, default=Path("multimodal.png"))
    parser.add_argument("--sessions", type=int, default=5_000)
    arguments = parser.parse_args()
    products, sessions = marketplace(arguments.sessions)
    train, test = train_test_split(products, train_size=N_LABELS, random_state=0)
    print(f"{len(products):,} products, {sessions}\n")
    for names in (*([name] for name in PARTS), list(PARTS)):
        # Vectors need no labels: they are learned from the whole catalogue, once.
        embedder = embedder_of(names, sessions).fit(products)
        model = Pipeline(
            [
                ("emb", FrozenEstimator(embedder)),
                ("lr", LogisticRegression(solver="liblinear")),
            ]
        )
        model.fit(train, train["used"])
        score = roc_auc_score(test["used"], model.predict_proba(test)[:, 1])
        print(f"{' + '.join(names):40} {score:.3f}")
    # The last embedder has all parts.
    plot(products, embedder.transform(products), arguments.plot)


if __name__ == "__main__":
    main()
