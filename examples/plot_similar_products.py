"""
=================================================
Products like a product, and what is seen with it
=================================================

Which products are most like this product? Which products are seen with it? These are
two questions. ``SimilarProducts`` compares the words of titles, and what titles with
these words are seen with. ``SeenWithProducts`` compares what titles with these words,
and exactly this title, are seen with. The sessions are those of a made-up Spanish
marketplace.
"""

# %%
# Sessions, an embedder, a catalogue
# ----------------------------------
#
# A fifth of the sessions is held out, for the last section. The catalogue is a data
# frame of titles. Answers have all its columns.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_prodemb import SpectralEmbedder
from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.neighbors import SeenWithProducts, SimilarProducts

market = make_sessions(5_000, random_state=0)
sessions, held_out = market.sessions.split(0.2, random_state=0)
embedder = SpectralEmbedder(normalizer="es", random_state=0).fit(sessions)

catalogue = pd.DataFrame({"title": market.titles, "category": market.categories})
indexes = {
    "like this": SimilarProducts(embedder).fit(catalogue),
    "seen with this": SeenWithProducts(embedder).fit(catalogue),
}

# %%
# One product
# -----------
#
# Most like a tent are other tents.
tent = next(title for title in market.titles if title.startswith("Doite Himalaya"))
columns = ["similarity", "category", "title"]
print(tent)
alike = indexes["like this"].find([tent], n_neighbors=6)[columns]
alike

# %%
# Seen with it are other things for camping: mates and thermoses, and sleeping bags.
seen_with = indexes["seen with this"].find([tent], n_neighbors=6)[columns]
seen_with

# %%
# All products
# ------------
#
# A family is a kind of product, such as chargers. Nearly all of the ten products that
# are most like a charger are chargers. Of the ten that are seen with it, three are of
# other families, most often phones and their cases.
family = pd.Series(market.families, market.titles)
others = {}
for question, index in indexes.items():
    answer = index.find(market.titles)
    asked = answer["query"].map(family).rename("asked")
    found = answer["title"].map(family).rename("found")
    others[question] = pd.crosstab(asked, found, normalize="index")
    for name in others[question].index:
        others[question].loc[name, name] = 0

chosen = ["aire acondicionado", "cargador", "cochecito", "copa", "notebook"]
shares = pd.DataFrame({q: table.sum(axis=1)[chosen] for q, table in others.items()})

figure, ax = plt.subplots(figsize=(8, 4.4), layout="constrained")
shares.plot.barh(ax=ax, color=["C0", "C1"], width=0.7)
for name, bar in zip(chosen, ax.containers[1], strict=True):
    most = others["seen with this"].loc[name].nlargest(2).index
    ax.annotate(
        ", ".join(most),
        (bar.get_width(), bar.get_y() + bar.get_height() / 2),
        xytext=(4, 0),
        textcoords="offset points",
        verticalalignment="center",
        fontsize=9,
    )
ax.invert_yaxis()
ax.set(
    xlabel="share of the ten nearest that are of another family",
    ylabel="family of the query",
    xlim=(0, 0.45),
    title="What is found, and the two other families that are found most",
)
ax.legend(loc="lower right")
ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# Sessions that were held out
# ---------------------------
#
# Which index finds more of what people look at in one session? Take one product of each
# session that was held out. How many of the other products of the session are among the
# ten that are found?
rng = np.random.default_rng(0)
visits = [[title for title, _ in visit] for visit in held_out.to_lists()]
visits = [visit for visit in visits if len(visit) > 1]
queries = [visit[rng.integers(len(visit))] for visit in visits]
recall = {}
for question, index in indexes.items():
    found = index.find(queries).groupby("query")["title"].agg(set)
    shares = []
    for visit, query in zip(visits, queries, strict=True):
        mates = {*visit} - {query}
        shares.append(len(mates & found[query]) / len(mates))
    recall[question] = np.mean(shares)
pd.Series(recall, name="share found").round(3)

# %%
# The page on similar products has such figures of two real logs, where the two
# questions lie further apart.
