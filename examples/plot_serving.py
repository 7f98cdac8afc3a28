"""
Save, load and serve
====================

A fitted embedder becomes a file, and a service loads it and embeds one title at a time.
What is in the file, how large is it, which files are refused, and how long does a title
take?
"""

# %%
# Save and load
# -------------
#
# ``save`` writes arrays and words, and neither code nor titles nor sessions. So who has
# the file cannot read your log from it, and loading it runs nothing. The loaded
# embedder gives the same vectors, to the bit.
import tempfile
import textwrap
import time
import tracemalloc
from pathlib import Path

import joblib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import skops.io
from sklearn.linear_model import LogisticRegression

import sklearn_prodemb
from sklearn_prodemb import ProductEmbedder
from sklearn_prodemb.datasets import make_sessions, misspell_titles
from sklearn_prodemb.exceptions import InvalidFileError

market = make_sessions(1_000, random_state=0)
embedder = ProductEmbedder(normalizer="es", random_state=0).fit(market.sessions)

place = tempfile.TemporaryDirectory()
folder = Path(place.name)
embedder.save(folder / "embedder.skops")
loaded = sklearn_prodemb.load(folder / "embedder.skops")
same = np.array_equal(
    loaded.transform(market.titles), embedder.transform(market.titles)
)
print(f"Same vectors: {same}")

# %%
# What is in the file, and how long a title takes
# -----------------------------------------------
#
# The largest tables are those that predict what the log does not hold: they have a row
# a word, and a row a piece of a word. They stop growing when the log brings no new
# words, and a smaller ``n_components`` makes each row shorter. Only the table of
# products grows with the titles of the log, by 128 numbers of two bytes each.
#
# On the right one title is embedded at a time, as a service does. A title of the log is
# looked up. A new one, such as a misspelt one, is predicted, which takes longer.
service = sklearn_prodemb.load(folder / "embedder.skops")
encoder = service.encoder_
tables = {
    "words": encoder.closed_form.word_vectors,
    "contexts": encoder.closed_form.context_vectors,
    "products": encoder.closed_form.product_vectors,
    "ridge regression": encoder.coefficients,
    "network": encoder.network.sub_word_vectors,
}
megabytes = pd.Series({name: table.nbytes / 1e6 for name, table in tables.items()})


def milliseconds(titles):
    """Give the time that each title takes, alone."""
    found = []
    for title in titles:
        begin = time.perf_counter()
        service.transform([title])
        found.append(1000 * (time.perf_counter() - begin))
    return np.array(found)


of_known = milliseconds(market.sessions.titles[:500])
of_new = milliseconds(misspell_titles(market.sessions.titles[:500], random_state=0))

_, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.6), layout="constrained")
left.barh(megabytes.index[::-1], megabytes[::-1], color="C0")
left.set(xlabel="MB", title="The largest tables of the file")
bins = np.geomspace(0.01, 1, 50)
for name, found in {"titles of the log": of_known, "misspelt titles": of_new}.items():
    right.hist(found.clip(max=1), bins, alpha=0.7, label=name)
right.set(
    xscale="log", xlabel="milliseconds", ylabel="titles", title="One title a call"
)
right.set_xticks([0.01, 0.1, 1], ["0.01", "0.1", "1 or more"])
right.legend(frameon=False)
for ax in (left, right):
    ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# The first new title takes longer than all others, since it makes tables that only new
# titles need. Embed one when a service starts, before it gets requests.
times = {
    "titles of the log, median": np.median(of_known),
    "first misspelt title": of_new[0],
    "misspelt titles, median": np.median(of_new),
}
pd.DataFrame({"milliseconds": times}).round(2)

# %%
# Memory
# ------
#
# An embedder takes a bit more memory than its file is large. A call of ``transform``
# takes the memory of the vectors that it gives, and beside them never more than some
# megabytes: titles are embedded in chunks. So embed a whole catalogue in one call if
# you have room for its vectors, and in parts if not.
catalogue = make_sessions(10_000, random_state=1).titles
needed = []
tracemalloc.start()
for n_titles in (1_000, 3_000, 7_000):
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    vectors = service.transform(catalogue[:n_titles])
    _, peak = tracemalloc.get_traced_memory()
    of_vectors = vectors.nbytes / 1e6
    needed.append((n_titles, of_vectors, (peak - before) / 1e6 - of_vectors))
    del vectors
tracemalloc.stop()
columns = ["titles", "vectors, MB", "beside them, MB"]
pd.DataFrame(needed, columns=columns).round(1)

# %%
# Many processes on one machine
# -----------------------------
#
# ``joblib`` can map the tables from the disk: they are read when they are used, and all
# processes share one copy. But ``joblib.load`` runs what is in a file, so load only
# what you wrote yourself. A ``SpectralEmbedder`` is smaller, and so is an embedder with
# fewer components.
joblib.dump(embedder, folder / "embedder.joblib")
mapped = joblib.load(folder / "embedder.joblib", mmap_mode="r")
kinds = {
    "sklearn_prodemb.load": loaded,
    "joblib.load, mmap_mode='r'": mapped,
}
files = ["embedder.skops", "embedder.joblib"]
pd.DataFrame(
    {
        "tables are": [
            type(e.encoder_.closed_form.word_vectors).__name__ for e in kinds.values()
        ],
        "file, MB": [round((folder / name).stat().st_size / 1e6, 1) for name in files],
        "code in the file": ["none", "pickle"],
        "shared by processes": ["no", "yes"],
    },
    index=kinds,
)

# %%
# What is refused
# ---------------
#
# A file that is cut short, of which a byte has changed, or that holds something else is
# an ``InvalidFileError`` that names the file and what is wrong with it. Nothing of it
# has been used by then. A service that catches this error can keep the embedder that it
# has.
whole = (folder / "embedder.skops").read_bytes()
changed = bytearray(whole)
changed[len(whole) // 2] ^= 1
skops.io.dump(LogisticRegression(), folder / "other.skops")
(folder / "cut.skops").write_bytes(whole[: len(whole) // 2])
(folder / "changed.skops").write_bytes(changed)
for name in ("cut.skops", "changed.skops", "other.skops"):
    try:
        sklearn_prodemb.load(folder / name)
    except InvalidFileError as error:
        message = str(error).replace(f"{folder}/", "")
        print(textwrap.fill(message), end="\n\n")

# Files that are mapped must be let go before the folder is removed.
del mapped, kinds
place.cleanup()
