"""
First steps
===========

From sessions to vectors of titles, and from vectors to an answer: which listings must
not be sold? There are labels for 300 listings only. TF-IDF, which knows nothing but the
words, is put beside.
"""

# %%
# Sessions
# --------
#
# A session is what one user looked at in one go. ``make_sessions`` makes up a
# marketplace, which stands in for your log and your labels.
import pandas as pd

from sklearn_prodemb.datasets import make_sessions

market = make_sessions(2_000, random_state=0)
market.sessions

# %%
# An embedder learns from sessions
# --------------------------------
#
# ``fit`` takes sessions and no labels. Titles lose accents, capitals and punctuation,
# and ``normalizer`` says which stop words are dropped too: ``"es"`` those of Spanish,
# ``"pt"`` of Portuguese, ``"en"`` of English. ``"basic"``, the default, drops none and
# suits any language.
from sklearn_prodemb import ProductEmbedder

embedder = ProductEmbedder(normalizer="es", random_state=0)
embedder.fit(market.sessions)

# %%
# ``transform`` takes titles and gives a row of 512 numbers for each. The titles need
# not be in the log.
titles = ["Zapatillas Nike Air Max 90", "Funda iPhone 12 silicona"]
vectors = embedder.transform(titles)
pd.DataFrame(vectors[:, :6], index=titles).round(3)

# %%
# A problem with few labels
# -------------------------
#
# The embedder is the first step of a pipeline. ``FrozenEstimator`` keeps it as it is,
# so that ``fit`` learns nothing but the linear model on top. TF-IDF may learn its words
# from all titles, too: they need no labels.
import matplotlib.pyplot as plt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import RocCurveDisplay
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

y = market.targets["restricted"]
X_train, X_test, y_train, y_test = train_test_split(
    market.titles, y, train_size=300, stratify=y, random_state=0
)
transformers = {"ProductEmbedder": embedder, "TF-IDF": TfidfVectorizer()}
transformers["TF-IDF"].fit(market.titles)

_, ax = plt.subplots(layout="constrained")
pipelines = {}
for name, transformer in transformers.items():
    head = LogisticRegression(solver="liblinear")
    pipelines[name] = make_pipeline(FrozenEstimator(transformer), head)
    pipelines[name].fit(X_train, y_train)
    RocCurveDisplay.from_estimator(
        pipelines[name], X_test, y_test, name=name, ax=ax, despine=True
    )
ax.set_title(f"Must it not be sold? {len(X_train)} labels, {len(X_test):,} listings")
plt.show()

# %%
# The curve of ``ProductEmbedder`` is above the other one: of the listings that must not
# be sold it finds more, for the same number of false alarms. Such listings often share
# no word, but are looked at together. The sessions tell that, and 300 labels do not.
#
# What to do with it
# ------------------
#
# One embedder serves all problems on titles. Fit it once, save it by
# ``embedder.save("embedder.skops")``, and put a small model on top for each question.
# These are the listings that the pipeline would show to a person first:
scores = pipelines["ProductEmbedder"].predict_proba(X_test)[:, 1]
shown = pd.DataFrame({"title": X_test, "score": scores.round(3), "restricted": y_test})
shown.sort_values("score", ascending=False).head(8).reset_index(drop=True)
