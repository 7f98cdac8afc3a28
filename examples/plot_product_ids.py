"""
Titles that are edited
======================

A seller edits a title, and the log does not hold the new one. What this very product
was seen with is then lost, though the log holds the product. Here titles get more and
more words, and the plot shows how much of their vectors stays: by titles alone, and by
titles and product ids.
"""

# %%
# A log with product ids
# ----------------------
#
# The log is generated. A row is a product that somebody saw in a visit, with its title
# and its id. ``product="product_id"`` names the column of ids.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.preprocessing import normalize

from sklearn_prodemb import ProductEmbedder, Sessions, SpectralEmbedder
from sklearn_prodemb.datasets import make_sessions

market = make_sessions(2_000, random_state=0).sessions
rows = pd.DataFrame(
    {
        "visit": np.repeat(np.arange(market.n_sessions), market.lengths),
        "title": market.titles[market.title_codes],
        "product_id": [f"MLA{code}" for code in market.title_codes],
    }
)
sessions = Sessions.from_frame(
    rows, session="visit", title="title", product="product_id"
)
rows.head()

# %%
# Fit once
# --------
#
# An embedder that was fitted on sessions with ids takes titles as before, or two
# columns: titles first, then ids.

embedders = {
    "SpectralEmbedder": SpectralEmbedder(n_components=128, random_state=0).fit(
        sessions
    ),
    "ProductEmbedder": ProductEmbedder(
        n_components=128, max_epochs=0, random_state=0
    ).fit(sessions),
}
example = rows[["title", "product_id"]][:1]
edited = example.assign(title="oferta " + example["title"] + " nuevo original")
pd.concat([example, edited])

# %%
# Edit all titles
# ---------------
#
# Each title gets some words of other titles. Its vector is then compared with that of
# the title as it was, by their cosine.

products = rows[["title", "product_id"]].drop_duplicates("product_id")[:500]
words = " ".join(products["title"]).split()
numbers = [0, 1, 2, 3, 4, 5]


def with_words(title, n, rng):
    own = title.split()
    for word in rng.choice(words, n):
        own.insert(rng.integers(len(own) + 1), word)
    return " ".join(own)


def edit(n):
    rng = np.random.default_rng(0)
    titles = [with_words(title, n, rng) for title in products["title"]]
    return products.assign(title=titles)


def mean_cosine(embedder, n, columns):
    before = normalize(embedder.transform(products[columns]))
    after = normalize(embedder.transform(edit(n)[columns]))
    return (before * after).sum(axis=1).mean()


edit(2).head()

# %%
# Without ids, ``SpectralEmbedder`` loses the part that tells what a product is seen
# with at the first word. ``ProductEmbedder`` recognises a title that was seen and has
# one word more, and predicts from there on. With ids both know the product, however
# its title is edited, and their lines are one: what goes on changing is what the words
# say.

figure, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
looks = ({"color": "C4", "linewidth": 5}, {"color": "black"})
for look, (name, embedder) in zip(looks, embedders.items(), strict=True):
    for what, columns, style in (
        ("titles and ids", ["title", "product_id"], "-"),
        ("titles alone", "title", ":"),
    ):
        cosines = [mean_cosine(embedder, n, columns) for n in numbers]
        ax.plot(numbers, cosines, style, label=f"{name}, {what}", **look)
ax.set(
    xlabel="words put into each title",
    ylabel="cosine to the vector before",
    xticks=numbers,
    ylim=(0, 1.02),
)
ax.legend(frameon=False, loc="lower left")
plt.show()

# %%
# What this is worth on real data is in the section "Product ids" of ``docs/method.md``.
