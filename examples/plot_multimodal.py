"""
Titles, attributes, pictures and clicks in one vector
=====================================================

A title does not say everything. ``MultiModalEmbedder`` joins the vectors of titles,
attributes, pictures and clicks, each learned from the same sessions, and the joined
vector goes into any pipeline. The question is which products are used, with 300 labels.
"""

# %%
# A marketplace with pictures
# ---------------------------
#
# ``make_sessions`` gives titles, categories and sessions. Pictures are drawn here: the
# shape and colour of a kind of product, and scratches on half of the used ones, which
# few titles tell of. One product in ten has no picture, which is no error.
import zlib

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from PIL import Image, ImageDraw
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline

from sklearn_prodemb import Sessions, SpectralEmbedder
from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.multimodal import (
    AttributeEmbedder,
    ClickEmbedder,
    ImageEmbedder,
    MultiModalEmbedder,
)

rng = np.random.default_rng(0)


def draw(family, is_used):
    """Draw a product: the shape of its family, in about its colour."""
    kind = zlib.crc32(family.encode())
    colour = np.array([kind >> 16 & 255, kind >> 8 & 255, kind & 255])
    colour = np.clip(colour + rng.normal(scale=20, size=3), 0, 255).astype(int)
    picture = Image.new("RGB", (48, 48), "white")
    pen = ImageDraw.Draw(picture)
    center, radius = rng.uniform(20, 28, size=2), rng.uniform(13, 18)
    turn = int(rng.integers(360))
    pen.regular_polygon(
        (*center, radius), 3 + kind % 6, rotation=turn, fill=tuple(colour)
    )
    for _ in range(12 * is_used):
        pen.line([*rng.uniform(8, 40, size=4)], fill="gray")
    return np.asarray(picture)


market = make_sessions(3_000, random_state=0)
is_used = market.targets["used"]
products = pd.DataFrame(
    {
        "product_id": np.arange(len(market.titles)),
        "title": market.titles,
        "category": market.categories,
        "length": [f"{len(title.split())} words" for title in market.titles],
        "picture": [
            draw(family, used and rng.random() < 0.5)
            for family, used in zip(market.families, is_used, strict=True)
        ],
    }
)
products.loc[rng.random(len(products)) < 0.1, "picture"] = None
visits = pd.DataFrame(
    [
        (visit, title)
        for visit, session in enumerate(market.sessions.to_lists())
        for title, _ in session
    ],
    columns=["visit", "title"],
).merge(products[["title", "product_id"]], on="title")
sessions = Sessions.from_frame(
    visits, session="visit", title="title", product="product_id"
)

# %%
# Four embedders, side by side
# ----------------------------
#
# Each part is a name, an embedder and its columns. All of them get the sessions, and
# learn what is looked at together. A product that lacks a part gets zeros there.
# ``ImageEmbedder`` begins with features of pictures. In earnest they come from a
# pretrained network, ``ImageEmbedder("mobilenet.onnx")``; simple ones do here.


def simple_features(pictures):
    """Give shapes and colours of pictures of pillow, a row each."""
    small = np.stack([np.asarray(p.resize((8, 8))) for p in pictures]) / 255
    edges = [
        np.abs(np.diff(np.asarray(p.convert("L"), float))).mean() for p in pictures
    ]
    histograms = [np.array(p.histogram()).reshape(-1, 16).sum(1) for p in pictures]
    columns = [small.reshape(len(pictures), -1), np.array(edges)[:, None] / 10]
    return np.hstack([*columns, np.sqrt(histograms) / 10])


parts = [
    ("title", SpectralEmbedder(normalizer="es", random_state=0), "title"),
    (
        "attributes",
        AttributeEmbedder(random_state=0),
        ["product_id", "category", "length"],
    ),
    (
        "picture",
        ImageEmbedder(simple_features, random_state=0),
        ["product_id", "picture"],
    ),
    ("clicks", ClickEmbedder(handle_unknown="ignore", random_state=0), "product_id"),
]
embedder = MultiModalEmbedder(parts, sessions=sessions).fit(products)
vectors = embedder.transform(products)
print(f"{len(products):,} products, vectors of {vectors.shape[1]:,} numbers")

# %%
# What is close to what
# ---------------------
#
# On the left is a product, beside it are the six whose vectors are nearest. Products of
# one kind have pictures of one shape, so that you see it at a glance: neighbours are of
# one kind.
has_picture = products["picture"].notna().to_numpy()
shown, rows = products[has_picture], vectors[has_picture]
finder = NearestNeighbors(n_neighbors=7, metric="cosine").fit(rows)
queries = np.random.default_rng(30).choice(len(shown), 5, replace=False)
found = finder.kneighbors(rows[queries], return_distance=False)

figure, axes = plt.subplots(5, 7, figsize=(9, 7), layout="constrained")
for query, neighbors, of_query in zip(queries, found, axes, strict=True):
    others = [row for row in neighbors if row != query][:6]
    for ax, row in zip(of_query, [query, *others], strict=True):
        ax.imshow(shown["picture"].iloc[row])
        title = shown["title"].iloc[row]
        ax.set_title(title if len(title) < 20 else title[:18] + "…", fontsize=7)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(row == query)
figure.suptitle("A product, and the six whose vectors are nearest")
plt.show()

# %%
# What each part is worth
# -----------------------
#
# Vectors need no labels: they are learned from the whole catalogue, and a linear model
# on top from 300 labels. Pictures show scratches, titles have words for used, and both
# together are better than either. Attributes and clicks say nothing of wear, and cost a
# bit here. So begin with all parts, and if a question is important, try it with fewer
# parts; or let a part count for less, by ``weights={"clicks": 0.3}``.
train, test, y_train, y_test = train_test_split(
    products, is_used, train_size=300, stratify=is_used, random_state=0
)
chosen = [[name] for name, _, _ in parts] + [["title", "picture"]]
chosen.append([name for name, _, _ in parts])
scores = {}
for names in chosen:
    of_names = MultiModalEmbedder(
        [p for p in parts if p[0] in names], sessions=sessions
    )
    head = LogisticRegression(solver="liblinear")
    model = make_pipeline(FrozenEstimator(of_names.fit(products)), head)
    model.fit(train, y_train)
    scores[" + ".join(names)] = roc_auc_score(y_test, model.predict_proba(test)[:, 1])
pd.DataFrame({"test AUC ROC": scores}).round(3)
