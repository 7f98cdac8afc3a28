"""
A new day
=========

A log grows every day. ``SessionCounts`` keeps on disk what a fit needs of it, adds a
day without reading the old ones again, and lets old days fade. What does a fit on the
new counts do to the vectors?
"""

# %%
# Count the log, then add a day
# -----------------------------
#
# The log is made up: 4,000 visits, of which the last 400 are those of today. Both parts
# are Parquet files, as a shop has them. DuckDB counts who was seen together, in bounded
# memory, and puts the counts into a folder.
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.preprocessing import normalize

from sklearn_prodemb import SessionCounts, SpectralEmbedder
from sklearn_prodemb.datasets import make_sessions

market = make_sessions(4_000, random_state=0)
lists = market.sessions.to_lists()
rows = [(visit, title) for visit, session in enumerate(lists) for title, _ in session]
log = pd.DataFrame(rows, columns=["user", "title"])
log["time"] = pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(len(log)), "s")
is_today = log["user"] >= 3_600

place = tempfile.TemporaryDirectory()
folder = Path(place.name)
log[~is_today].to_parquet(folder / "until_yesterday.parquet")
log[is_today].to_parquet(folder / "today.parquet")

counts = SessionCounts.from_events(
    folder / "until_yesterday.parquet",
    user="user",
    time="time",
    title="title",
    path=folder / "counts",
)
print("yesterday", counts)
old = SpectralEmbedder(normalizer="es", random_state=0).fit(counts)

# %%
# ``update`` adds the counts of today. ``decay`` multiplies all earlier counts, so that
# what was seen a month ago counts for less than what was seen now. The same day cannot
# be added twice: the counts know which logs they hold.
counts.update(folder / "today.parquet", decay=0.99)
print("today", counts)
try:
    counts.update(folder / "today.parquet")
except ValueError as error:
    print(error)
new = SpectralEmbedder(normalizer="es", random_state=0).fit(counts)
place.cleanup()

# %%
# Old and new vectors
# -------------------
#
# How alike two titles are has hardly changed: on the left each point is a pair of
# titles, with its cosine among the old vectors and among the new ones. So search for
# similar products, and whatever else compares new vectors with new ones, goes on as
# before.
#
# But the old and the new vector of one title are hardly more alike than those of two
# titles drawn at random, as the right side shows. Each fit finds axes of its own, and a
# model that was trained on old vectors reads noise. Either train it on the new vectors,
# or turn these onto the old axes by ``align_to``. Whatever is kept as vectors, such as
# an index of nearest neighbours, is made anew in both cases.
was_known = np.isin(market.titles, log.loc[~is_today, "title"])
titles = market.titles[was_known]
of_old, of_new, of_aligned = (
    normalize(embedder.transform(titles)) for embedder in (old, new, new.align_to(old))
)
pairs = np.random.default_rng(0).integers(len(titles), size=(2, 3_000))
pairs = pairs[:, pairs[0] != pairs[1]]
cosines = [
    (vectors[pairs[0]] * vectors[pairs[1]]).sum(1) for vectors in (of_old, of_new)
]

_, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
left.axline((0, 0), slope=1, color="0.8", zorder=0)
left.scatter(*cosines, s=6, alpha=0.4, linewidths=0)
left.set(xlabel="cosine, old vectors", ylabel="cosine, new vectors", aspect="equal")
left.set_title("Two titles, in each of two fits")
across = {"as fitted": of_new, "aligned": of_aligned}
for name, vectors in across.items():
    of_title = (of_old * vectors).sum(1)
    right.hist(of_title, bins=np.linspace(-1, 1, 81), alpha=0.8, label=name)
right.set(xlabel="cosine of old and new vector", ylabel="titles", xlim=(-0.6, 1.02))
right.set_title("One title, across both fits")
right.legend(frameon=False, loc="upper left")
plt.show()

# %%
# What the new day brought
# ------------------------
#
# Titles that were listed today had nothing of their own in the old vectors: their
# columns of products, ``encoder_.blocks["products"]``, were zeros. Now they know what
# they are seen with. If new titles cannot wait for the next fit, take
# ``ProductEmbedder``, which predicts these columns.
listed_today = np.setdiff1d(log["title"], titles)
columns = new.encoder_.blocks["products"]
know = {
    name: embedder.transform(listed_today)[:, columns].any(axis=1).sum()
    for name, embedder in {"old vectors": old, "new vectors": new}.items()
}
pd.DataFrame({"titles listed today": len(listed_today), "of which known": know})
