"""
A map of the catalogue
======================

``TitleMapDisplay`` lays titles out in the plane, so that those with similar vectors lie
close to each other. It shows what vectors hold before there is any label, and which
listings are in a wrong category.
"""

# %%
# Two maps of the same titles
# ---------------------------
#
# Both show the titles of the ten largest categories, a colour each. On the left titles
# are close if they share words, on the right if they also are looked at together.
# Neither model was told a category.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import normalize

from sklearn_prodemb import SpectralEmbedder
from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.evaluation import TitleMapDisplay

market = make_sessions(5_000, random_state=0)
embedder = SpectralEmbedder(normalizer="es", random_state=0).fit(market.sessions)
words = TfidfVectorizer().fit(market.titles)

largest = pd.Series(market.categories).value_counts().index[:10]
in_largest = np.isin(market.categories.astype(str), largest)

_, axes = plt.subplots(1, 2, figsize=(9.5, 4), layout="constrained")
for ax, (name, transformer) in zip(
    axes, {"TF-IDF": words, "SpectralEmbedder": embedder}.items(), strict=True
):
    TitleMapDisplay.from_estimator(
        transformer,
        market.titles[in_largest],
        market.categories[in_largest],
        random_state=0,
        ax=ax,
    )
    ax.set_title(name)
axes[0].get_legend().remove()
plt.show()

# %%
# What the islands are
# --------------------
#
# With words alone a category is spread out, and several run into each other: two shoes
# are far apart if one title says "zapatillas" and the other one only "Nike Air". With
# sessions a category is an island or two. A linear model on top has an easy task if
# what it has to tell is an island: few labels are enough.
#
# Do not read more into the map than that. Distances between islands, and their sizes,
# mean little: t-SNE keeps neighbours and nothing else.
#
# Points of another colour
# ------------------------
#
# A point of one colour on an island of another is worth a look: sellers choose the
# category, and choose a wrong one at times. The neighbours of a title vote for its
# category, now among all titles. In these cases they agree most on another one. Not
# each of them is wrong, so a person should have the last word.
has_category = np.array([category is not None for category in market.categories])
titles, categories = market.titles[has_category], market.categories[has_category]
vectors = normalize(embedder.transform(titles))
voters = KNeighborsClassifier(n_neighbors=10).fit(vectors, categories)
# The nearest neighbour of a title is the title itself.
neighbors = voters.kneighbors(n_neighbors=10, return_distance=False)
votes = pd.DataFrame(categories[neighbors]).mode(axis=1)[0].to_numpy()
share = (categories[neighbors] == votes[:, None]).mean(axis=1)
suspects = pd.DataFrame(
    {"title": titles, "category": categories, "neighbours say": votes, "votes": share}
)[votes != categories]
suspects.sort_values("votes", ascending=False).head(8).reset_index(drop=True)
