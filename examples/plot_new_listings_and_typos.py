"""
New listings and typos
======================

Most listings of a marketplace are new, and many are misspelt. How well does an embedder
place a title that it never saw? No labels are needed to find out: the products of one
session should lie close to each other.
"""

# %%
# Titles that the log does not hold
# ---------------------------------
#
# ``hold_out_titles`` takes a third of the titles out of the sessions, as if they were
# listed tomorrow. The embedders learn from the sessions of the other titles, of which a
# fifth is held out as well, to compare with. ``misspell_titles`` drops, doubles or
# swaps a letter in one word of each title.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from sklearn_prodemb import ProductEmbedder, Sessions, SpectralEmbedder
from sklearn_prodemb.datasets import make_sessions, misspell_titles
from sklearn_prodemb.evaluation import hold_out_titles, session_mate_retrieval

market = make_sessions(2_000, random_state=0)
known, new = hold_out_titles(market.sessions, 0.35, random_state=0)
train, held_out = known.split(0.2, random_state=0)


def misspelt(sessions):
    """Give the same sessions, with a typo in each title."""
    typos = misspell_titles(sessions.titles, random_state=0)
    of_title = dict(zip(sessions.titles, typos, strict=True))
    lists = sessions.to_lists()
    return Sessions.from_lists([[(of_title[t], c) for t, c in s] for s in lists])


# %%
# Three ways to read a title
# --------------------------
#
# TF-IDF knows words. ``SpectralEmbedder`` knows words, and what titles with such words
# are seen with; what a title itself was seen with is missing if it is new.
# ``ProductEmbedder`` predicts that from words and parts of words, and reads a misspelt
# word as the known one.
transformers = {
    "ProductEmbedder": ProductEmbedder(normalizer="es", random_state=0).fit(train),
    "SpectralEmbedder": SpectralEmbedder(normalizer="es", random_state=0).fit(train),
    "TF-IDF": TfidfVectorizer().fit(train.titles),
}
situations = {
    "known titles": held_out,
    "with typos": misspelt(held_out),
    "new titles": new,
    "new, with typos": misspelt(new),
}
recall = pd.DataFrame(
    {
        name: [
            session_mate_retrieval(transformer, sessions, random_state=0)["recall@10"]
            for sessions in situations.values()
        ]
        for name, transformer in transformers.items()
    },
    index=situations,
)

ax = recall.plot.bar(
    rot=0, width=0.75, figsize=(7.5, 4), color=["C0", "C1", "0.75"], xlabel=""
)
ax.set(
    ylabel="recall@10", title="Which share of session mates is among the ten nearest"
)
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.08))
ax.figure.set_layout_engine("constrained")
plt.show()

# %%
# Compare bars of one colour, without typos and with them: a typo costs
# ``ProductEmbedder`` next to nothing, and the others a part of what they find. Then
# compare the first two bars of new titles: they differ by what is predicted. Known and
# new titles cannot be compared with each other, as they are ranked among different
# products.
#
# How a title is read
# -------------------
#
# ``encoder_.correct`` shows it. A word is read as a known one if that is one letter
# away. A title of the log stays as it is, and so does a word with a digit, such as a
# code. It is not always right: a word that the log lacks may be read as another one, as
# "calida" is read as "calidad" below. ``embedder.coverage(titles)`` counts such words
# for a whole catalogue. If brands that matter to you are among them, fit with a longer
# log.
embedder = transformers["ProductEmbedder"]
titles = new.titles[np.random.default_rng(2).choice(new.n_products, 8, replace=False)]
typos = misspell_titles(titles, random_state=3)
read = embedder.encoder_.correct(typos)
pd.DataFrame({"new title": titles, "with a typo": typos, "read as": read})
