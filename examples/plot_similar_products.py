"""
=================================================
Products like a product, and what is seen with it
=================================================

Which products are most like this one, and what is seen with it? These are two
questions. `SimilarProducts` goes by the words of a title and by what titles with such
words are seen with. `SeenWithProducts` goes by what is seen with such words, and with
this very title. Here both are asked on generated sessions of a made-up Spanish
marketplace.
"""

# %%
# Sessions, an embedder, a catalogue
# ----------------------------------
#
# A fifth of the sessions is held out, to see later what was found of it. The catalogue
# is a data frame of titles; any further columns are shown in answers.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_prodemb import SpectralEmbedder
from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.neighbors import SeenWithProducts, SimilarProducts

market = make_sessions(5_000, random_state=0)
sessions, held_out = market.sessions.split(0.2, random_state=0)
embedder = SpectralEmbedder(random_state=0).fit(sessions)

catalogue = pd.DataFrame({"title": market.titles, "category": market.categories})
indexes = {
    "like this": SimilarProducts(embedder).fit(catalogue),
    "seen with this": SeenWithProducts(embedder).fit(catalogue),
}

# %%
# One product
# -----------
#
# What is like a tent is tents. What is seen with it is for camping: mates and
# thermoses, and sleeping bags.
tent = next(title for title in market.titles if title.startswith("Doite Himalaya"))
for question, index in indexes.items():
    print(f"\n{tent}, {question}:")
    answer = index.find([tent], n_neighbors=6)
    print(answer[["category", "title"]].to_string(index=False, header=False))

# %%
# All products
# ------------
#
# A family is what a product is, such as a charger. Of the ten products that are most
# like one, nearly all are of its family. Of those that are seen with it, more are of
# others, and these are what one would expect: phones and their cases beside a charger,
# prams beside cots.
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
# Which answer is right depends on the question. If it is what people look at in one go,
# sessions tell: how many of the other products of a session are among the ten nearest
# of one of them?
rng = np.random.default_rng(0)
visits = [[title for title, _ in visit] for visit in held_out.to_lists()]
visits = [visit for visit in visits if len(visit) > 1]
queries = [visit[rng.integers(len(visit))] for visit in visits]
for question, index in indexes.items():
    found = index.find(queries).groupby("query")["title"].agg(set)
    hits = []
    for visit, query in zip(visits, queries, strict=True):
        mates = {*visit} - {query}
        hits.append(len(mates & found[query]) / len(mates))
    print(f"{question}: {np.mean(hits):.3f}")

# %%
# In logs of purchases the two questions lie further apart: the guide to similar
# products has the numbers of two.
