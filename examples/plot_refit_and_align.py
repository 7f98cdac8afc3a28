"""
=================================
Fit again, and keep the old model
=================================

The log of a shop grows, and its embedder is fitted again. A model that was trained on
the old vectors cannot read the new ones: their columns stand for other things. Here a
model of restricted products is scored on old vectors, on new ones, and on new ones that
are turned onto the old axes. Then vectors are cut to shorter ones. The marketplace is
made up.
"""

# %%
# An embedder, and a model on top of it
# -------------------------------------
#
# The embedder learns from half of the sessions. The model learns from 500 labels, and
# is scored on all other titles.
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from sklearn_prodemb import SpectralEmbedder
from sklearn_prodemb.datasets import make_sessions

market = make_sessions(4_000, random_state=0)
last_month = market.sessions.split(0.5, random_state=0)[0]
old = SpectralEmbedder(random_state=0).fit(last_month)

train, test, y_train, y_test = train_test_split(
    market.titles, market.targets["restricted"], train_size=500, random_state=0
)


def train_on(embedder):
    """Train a model on the vectors of an embedder."""
    return LogisticRegression().fit(embedder.transform(train), y_train)


def score(model, embedder):
    """Give the AUC ROC of a model on the vectors of an embedder."""
    probabilities = model.predict_proba(embedder.transform(test))[:, 1]
    return roc_auc_score(y_test, probabilities)


model = train_on(old)

# %%
# The embedder is fitted on all sessions
# --------------------------------------
#
# The old model raises no error on the new vectors, and what it gives is chance.
# ``align_to`` turns each block of columns onto the old axes, by the words and titles
# that both fits know. So the old model goes on, with vectors that have learned from the
# whole log.
new = SpectralEmbedder(random_state=0).fit(market.sessions)
aligned = new.align_to(old)
of_old_model = pd.Series(
    {
        "old vectors": score(model, old),
        "new fit": score(model, new),
        "new fit, aligned": score(model, aligned),
        "new fit, new model": score(train_on(new), new),
    }
)
print(of_old_model.round(3).to_string())

# %%
# Vectors that belong together have one ``space_``. ``PinnedEmbedder``, in a pipeline,
# and scikit-learn's check of column names refuse those that do not.
print(old.space_, new.space_, aligned.space_)

# %%
# Shorter vectors
# ---------------
#
# ``truncate`` keeps the leading columns of each block. The first columns of a vector
# are another thing: they are words alone, and nothing of what is seen together.
lengths = [512, 256, 128, 64, 32]
cut, first = [], []
for n in lengths:
    short = new.truncate(n)
    cut.append(score(train_on(short), short))
    vectors = [new.transform(titles)[:, :n] for titles in (train, test)]
    of_words = LogisticRegression().fit(vectors[0], y_train)
    first.append(roc_auc_score(y_test, of_words.predict_proba(vectors[1])[:, 1]))
of_lengths = pd.DataFrame({"truncate": cut, "first columns": first}, lengths)
print(of_lengths.round(3).to_string())

# %%
# Both in one figure
# ------------------
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.9), layout="constrained")
labels = [name.replace(", ", ",\n") for name in of_old_model.index]
# Bars begin at chance.
bars = left.bar(
    labels, of_old_model - 0.5, 0.65, bottom=0.5, color=["C0", "C3", "C0", "C7"]
)
left.bar_label(bars, of_old_model.map("{:.3f}".format), padding=2)
left.axhline(0.5, color="black", linewidth=0.8)
left.set(
    ylabel="AUC ROC of restricted products",
    ylim=(0.45, 1.03),
    title="The embedder is fitted again",
)
for (name, scores), color in zip(of_lengths.items(), ("C0", "C3"), strict=True):
    right.plot(range(len(lengths)), scores, color=color, marker="o")
    right.annotate(
        name,
        (len(lengths) - 1, scores.iloc[-1]),
        xytext=(-6, -14),
        textcoords="offset points",
        horizontalalignment="right",
        color=color,
    )
right.set_xticks(range(len(lengths)), lengths)
right.set(xlabel="columns that are kept", title="Vectors are cut", ylim=(0.8, 1))
for ax in (left, right):
    ax.spines[["top", "right"]].set_visible(False)
plt.show()
