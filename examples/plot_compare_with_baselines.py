"""
Compare with baselines
======================

Is an embedder worth it, or would a simpler model do? That depends on the question. Here
are four questions about the same listings, with 300 labels each, and what one would use
instead of an embedder.
"""

# %%
# What else there is
# ------------------
#
# - **Words.** TF-IDF, and TF-IDF with a truncated SVD. They need titles alone.
# - **fastText.** A classifier that is trained on the labelled titles alone.
# - **Prod2Vec.** Vectors of product ids, learned from sessions. It reads no titles, so
#   that a product that no session holds has no vector.
#
# ``Sessions.from_frame`` with ``product=`` keeps the ids beside the titles, and each
# model takes what it needs.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_prodemb import ProductEmbedder, Sessions
from sklearn_prodemb.baselines import FastTextClassifier, Prod2Vec
from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.evaluation import compare_models

market = make_sessions(2_000, random_state=0)
id_of = {title: f"id {i}" for i, title in enumerate(market.titles)}
log = pd.DataFrame(
    [
        (visit, id_of[title], title, category)
        for visit, session in enumerate(market.sessions.to_lists())
        for title, category in session
    ],
    columns=["visit", "id", "title", "category"],
)
sessions = Sessions.from_frame(
    log, session="visit", title="title", category="category", product="id"
)
sessions

# %%
# Two calls, one frame
# --------------------
#
# All that needs no labels is fitted once and frozen. fastText needs labels, and is
# fitted on each draw. The second call gives ids in place of titles. As it is told the
# titles as well, it splits them in the same way, so that all scores are of the same
# listings.
embedder = ProductEmbedder(normalizer="es", random_state=0).fit(sessions)
words = TfidfVectorizer().fit(market.titles)
svd = make_pipeline(TfidfVectorizer(), TruncatedSVD(256, random_state=0))
svd.fit(market.titles)
prod2vec = Prod2Vec(handle_unknown="ignore", random_state=0).fit(sessions)


def on_vectors(transformer):
    """Give a linear model on a fitted transformer."""
    head = LogisticRegression(solver="liblinear", max_iter=1000)
    return make_pipeline(FrozenEstimator(transformer), head)


of_titles = {
    "ProductEmbedder": on_vectors(embedder),
    "TF-IDF": on_vectors(words),
    "TF-IDF and SVD": on_vectors(svd),
    "fastText": FastTextClassifier(normalizer="es", random_state=0),
}
of_ids = {"Prod2Vec": on_vectors(prod2vec)}
titles, ids = market.titles, np.array([id_of[title] for title in market.titles])
draws = {"train_sizes": [300], "n_draws": 3}
results = pd.concat(
    [
        compare_models(
            of_titles,
            {task: (titles, y) for task, y in market.targets.items()},
            **draws,
        ),
        compare_models(
            of_ids,
            {task: (ids, y, titles) for task, y in market.targets.items()},
            **draws,
        ),
    ]
)
means = results.groupby(["task", "model"])["score"].mean().unstack()
means = means[[*of_titles, *of_ids]].sort_values("ProductEmbedder")

_, ax = plt.subplots(figsize=(8, 3.6), layout="constrained")
for (model, scores), marker in zip(means.items(), "osDv^", strict=True):
    ax.plot(scores, means.index, marker, markersize=9, alpha=0.85, label=model)
ax.set(xlabel="test AUC ROC, mean of three draws of 300 labels", ylim=(-0.5, 3.5))
ax.grid(axis="y", alpha=0.4)
ax.spines[["top", "right", "left"]].set_visible(False)
ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %%
# What sessions tell, and what words tell
# ---------------------------------------
#
# Look at Prod2Vec first, which reads no word: it shows what sessions alone tell. For
# "restricted" and "oversize" that is as much as words tell, or more: who looks at one
# such listing looks at others. ``ProductEmbedder`` has both, and is far ahead of each.
# "used" is another matter. A used telephone is browsed with new ones, so that Prod2Vec
# is hardly better than guessing, 0.5, and all others, which read the title, are close
# to each other. For such a question, or with thousands of labels, give the linear model
# the words as well: ``FeatureUnion`` of an embedder and TF-IDF is a step like any
# other.
#
# The standard deviation over draws says how far to trust a difference.
table = results.groupby(["task", "model"])["score"].agg(["mean", "std"]).round(3)
table.unstack("task").swaplevel(axis=1).sort_index(axis=1)
