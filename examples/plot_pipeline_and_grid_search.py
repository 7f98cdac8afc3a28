"""
Pipelines and grid search
=========================

A pipeline is fitted on titles, an embedder on sessions. There are three ways to bring
sessions into a pipeline. The last one lets a grid search vary the embedder: here
``alpha``, which weighs the two losses that the text CNN is trained with.
"""

# %%
# 1. Freeze a fitted embedder
# ---------------------------
#
# Fit the embedder once, and use it in as many pipelines as you like. This is the way to
# begin with.
import tempfile

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from sklearn_prodemb import SpectralEmbedder, TextCNNEmbedder
from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.evaluation import AlphaDisplay

market = make_sessions(1_000, random_state=0)
sessions, titles = market.sessions, market.titles
y = market.targets["restricted"]

embedder = SpectralEmbedder(normalizer="es", random_state=0).fit(sessions)
head = LogisticRegression(solver="liblinear")
frozen = Pipeline([("emb", FrozenEstimator(embedder)), ("lr", head)])
frozen.fit(titles, y)

# %%
# 2. Pass sessions to ``fit``
# ---------------------------
#
# The pipeline hands them to the step of that name. ``Sessions`` has no length, so that
# cross-validation does not cut it as it cuts titles and labels.
passed = Pipeline(
    [("emb", SpectralEmbedder(normalizer="es", random_state=0)), ("lr", head)]
)
passed.fit(titles, y, emb__sessions=sessions)
same = np.array_equal(frozen.predict_proba(titles), passed.predict_proba(titles))
print(f"Both pipelines give the same probabilities: {same}")

# %%
# 3. Make sessions a parameter
# ----------------------------
#
# Now the embedder can be fitted on titles like any other step, and each of its
# parameters can be searched. ``memory`` is a folder that keeps what was learned. The
# search has three folds, five values of ``alpha`` and two of ``C``. That is 30 fits,
# and the text CNN is trained five times. The network is small here, to be quick.
pipe = Pipeline(
    [
        (
            "emb",
            TextCNNEmbedder(
                sessions=sessions,
                normalizer="es",
                embedding_dim=128,
                n_filters=64,
                hidden_dim=512,
                optimizer="adamw",
                learning_rate=1e-3,
                batch_size=512,
                max_epochs=3,
                random_state=0,
            ),
        ),
        ("lr", head),
    ]
)
grid = {"emb__alpha": [0.0, 0.1, 0.5, 0.9, 1.0], "lr__C": [1, 10]}
with tempfile.TemporaryDirectory() as cache:
    pipe.set_params(emb__memory=cache)
    search = GridSearchCV(pipe, grid, scoring="roc_auc", cv=3).fit(titles, y)
    untrained = pipe.set_params(emb__max_epochs=0)
    baseline = GridSearchCV(untrained, {"lr__C": [1, 10]}, scoring="roc_auc", cv=3)
    baseline.fit(titles, y)
print(f"Best: {search.best_params_}")
print(f"The best pipeline was fitted again in {search.refit_time_:.2f} s.")

# %%
# What ``alpha`` does
# -------------------
#
# At 0 the network is trained by the categories of session mates alone, at 1 by BYOL
# alone. ``AlphaDisplay`` draws the scores of the folds. The dashed line is the network
# without training. BYOL alone gains next to nothing here: its loss is small as well if
# all titles have nearly one vector, and nothing else tells them apart. With the
# categories beside it, training pays, and the exact weight matters less. If your log
# has categories, try 0.1, 0.5 and 0.9.
results = pd.DataFrame(search.cv_results_)
results = results[results["param_lr__C"] == search.best_params_["lr__C"]]
folds = [f"split{fold}_test_score" for fold in range(search.n_splits_)]
scores = dict(zip(results["param_emb__alpha"], results[folds].to_numpy(), strict=True))
of_baseline = [baseline.cv_results_[fold][baseline.best_index_] for fold in folds]
n_labels = len(titles) * 2 // 3

display = AlphaDisplay(
    scores={n_labels: scores},
    baseline={n_labels: np.array(of_baseline)},
    task="Must it not be sold?",
    metric="AUC ROC of three folds",
)
display.plot()
plt.show()
