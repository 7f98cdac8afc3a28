"""
The first two hours
===================

What to look at before the first model is trusted: the log, what the embedder knows of
the titles, what a model on top decides by, and a map of the vectors.
"""

# %%
# The log
# -------
#
# A notebook shows sessions as a table. Look at the lengths first: a session of one
# product has no pair, and a session of thousands is a robot. Then look at the most
# frequent titles: one that is in a large share of the sessions is often no product.
from sklearn_prodemb.datasets import make_sessions

market = make_sessions(1_500, random_state=0)
sessions = market.sessions
sessions

# %%
# All of it is at hand, too.
import matplotlib.pyplot as plt
import numpy as np

print(sessions.most_frequent(3))
_, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
ax.hist(sessions.lengths, bins=np.arange(0.5, sessions.lengths.max() + 1))
ax.set(xlabel="products of a session", ylabel="sessions")
plt.show()

# %%
# What the embedder knows of titles
# ---------------------------------
#
# A third of the titles is held out of the sessions, as if they were new listings.
# ``coverage`` counts their words: known, misspelt and read as known ones, or unknown. A
# new title is predicted, and ``confidence`` says how sure the prediction is.
from sklearn_prodemb import ProductEmbedder
from sklearn_prodemb.evaluation import hold_out_titles

known, new = hold_out_titles(sessions, 0.33, random_state=0)
# Without a network, to be quick: a ridge regression predicts.
embedder = ProductEmbedder(normalizer="es", max_epochs=0, random_state=0).fit(known)
coverage = embedder.coverage(new.titles)
coverage

# %%
# Titles that were seen are known by far better. If the titles of your task look like
# the table above, and not like this one, a longer log may help more than another
# model.
embedder.coverage(known.titles)

# %%
# With a row for each title, you find those of which little is known.
coverage.to_frame().sort_values(["n_known", "confidence"]).head(8).round(2)

# %%
# What a model decides by
# -----------------------
#
# A vector has three blocks of columns: the title's words, what such words are seen
# with, and what this very title is seen with. A linear model adds up columns, so its
# decision is a sum over the blocks. Here are the shares of the blocks in the variance
# of the decision, for two tasks.
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_prodemb.evaluation import BlockContributionDisplay, block_contributions

is_known = np.isin(market.titles, known.titles)
titles = market.titles[is_known]
models = {}
_, axes = plt.subplots(1, 2, figsize=(9, 2.2), layout="constrained")
for ax, task in zip(axes, ("used", "restricted"), strict=True):
    model = make_pipeline(FrozenEstimator(embedder), LogisticRegression(C=10))
    models[task] = model.fit(titles, market.targets[task][is_known])
    BlockContributionDisplay.from_estimator(model, titles, ax=ax)
    ax.set_title(task)
plt.show()

# %%
# The same for single titles: these are the three of which the model is surest that they
# must not be sold, and why.
import pandas as pd

contributions = block_contributions(models["restricted"], titles)
table = pd.DataFrame({"title": titles, **contributions})
table["decision"] = sum(contributions.values())
table.sort_values("decision", ascending=False).head(3).round(2)

# %%
# A map
# -----
#
# ``TitleMapDisplay`` draws a target as well as categories, and writes titles beside
# some points. If the two colours of a target lie apart, few labels are enough.
from sklearn_prodemb.evaluation import TitleMapDisplay

TitleMapDisplay.from_estimator(
    embedder,
    titles,
    target=market.targets["restricted"][is_known],
    n_titles=800,
    n_labels=12,
    random_state=0,
)
plt.show()
