"""
Which embedder?
===============

There are three embedders, and all are used in the same way. They are compared on one
question, from 50 labels to 1,000: is a listing too big to ship free? TF-IDF and an
embedder without training are put beside.
"""

# %%
# Three embedders
# ---------------
#
# - ``SpectralEmbedder`` is linear algebra on counts of what was seen together. It needs
#   no torch.
# - ``ProductEmbedder`` has the same vectors for titles of the log. It also reads
#   misspelt words, and trains a network that predicts what the log does not hold.
# - ``TextCNNEmbedder`` is the published text CNN, trained by BYOL and cross entropy.
#   Its defaults suit millions of pairs. This log has few, so that it gets two passes,
#   small batches and another optimiser. The network is small here, to be quick.
import time

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_prodemb import ProductEmbedder, SpectralEmbedder, TextCNNEmbedder
from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.evaluation import TrainSizeDisplay, compare_models

market = make_sessions(2_000, random_state=0)
text_cnn = TextCNNEmbedder(
    normalizer="es",
    embedding_dim=256,
    n_filters=64,
    hidden_dim=512,
    alpha=0.5,
    optimizer="adamw",
    learning_rate=3e-3,
    batch_size=256,
    max_epochs=2,
    random_state=0,
)
embedders = {
    "ProductEmbedder": ProductEmbedder(normalizer="es", random_state=0),
    "SpectralEmbedder": SpectralEmbedder(normalizer="es", random_state=0),
    "TextCNNEmbedder": text_cnn,
    "text CNN, untrained": clone(text_cnn).set_params(max_epochs=0),
}
seconds = {}
for name, embedder in embedders.items():
    begin = time.perf_counter()
    embedder.fit(market.sessions)
    seconds[name] = time.perf_counter() - begin
begin = time.perf_counter()
words = TfidfVectorizer().fit(market.titles)
seconds["TF-IDF"] = time.perf_counter() - begin

# %%
# One question, few labels and many
# ---------------------------------
#
# ``compare_models`` splits the titles, draws labels five times for each number of them,
# and scores on the same test part. A frozen step is fitted already, and its vectors are
# computed once for all draws.
head = LogisticRegression(solver="liblinear", max_iter=1000)
results = compare_models(
    {
        name: make_pipeline(FrozenEstimator(transformer), head)
        for name, transformer in {**embedders, "TF-IDF": words}.items()
    },
    {"oversize": (market.titles, market.targets["oversize"])},
    train_sizes=[50, 100, 300, 1_000],
)
display = TrainSizeDisplay.from_results(results)
display.lines_["ProductEmbedder"].set(linestyle="--", linewidth=2.5, zorder=3)
display.ax_.set_title("Too big to ship free?")
display.ax_.legend(frameon=False, fontsize="small")
plt.show()

# %%
# A line is the mean of five draws, a band one standard deviation. ``ProductEmbedder``,
# dashed, lies on ``SpectralEmbedder``, as nearly all titles that are asked for are in
# the log. Both are far ahead with few labels; with more labels TF-IDF comes closer.
# Training helps the text CNN: with few labels it is ahead of TF-IDF, and with many
# behind it.
#
# Which for which problem
# -----------------------
#
# - Begin with ``ProductEmbedder``. Most listings are new or misspelt.
# - Take ``SpectralEmbedder`` if all titles are in the log, there is no torch, or a fit
#   must be quick.
# - Take ``TextCNNEmbedder`` to repeat the paper, or to build on it.
# - Put TF-IDF beside the vectors if there are thousands of labels, or single words tell
#   the answer.
#
# The table has the time of each fit on the machine that built this page.
table = results.groupby(["model", "train_size"])["score"].mean().unstack().round(3)
table["seconds to fit"] = pd.Series(seconds).round(1)
table.sort_values(50, ascending=False)
