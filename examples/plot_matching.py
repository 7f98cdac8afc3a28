"""
Which offers are one product?
=============================

Many shops sell one product, and each writes a title of its own. ``ProductMatcher``
learns from offers whose products are known, and finds the groups among offers of
products that it never saw.
"""

# %%
# A catalogue of offers
# ---------------------
#
# The offers are made up. Products of one model differ by size and colour alone, and
# shops write them in any order, leave words out and add others. So titles that are
# nearly equal are often two products, and titles that look different are one.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.model_selection import GroupShuffleSplit

from sklearn_prodemb.evaluation import MatchingDisplay, group_scores, group_table
from sklearn_prodemb.matching import ProductMatcher

rng = np.random.default_rng(0)
KINDS = {
    "telephone": (["64 GB", "128 GB", "256 GB"], ["Arka", "Nordal", "Velia"]),
    "headphones": (["in-ear", "over-ear"], ["Sonant", "Velia", "Brix"]),
    "television": (['43"', '50"', '55"'], ["Lumio", "Nordal", "Orion"]),
    "camera": (["18-55 mm", "50 mm"], ["Optar", "Lumio", "Kaede"]),
}
COLOURS = ["black", "white", "blue"]
EXTRAS = ["new", "original", "free shipping", "sale", "2 years warranty", "in stock"]


def write(kind, maker, model, size, colour):
    """Write a title as one of many shops would."""
    size = size.replace(" ", "") if rng.random() < 0.4 else size
    model = model.replace("-", rng.choice(["", " ", "-"]))
    words = [f"{maker} {model}", size, colour, *rng.choice(EXTRAS, rng.integers(3))]
    if rng.random() < 0.6:
        words.append(kind)
    title = " ".join(rng.permutation(words))
    return title.upper() if rng.random() < 0.2 else title


rows = []
for kind, (sizes, makers) in KINDS.items():
    for _ in range(25):
        maker = rng.choice(makers)
        code = f"{rng.choice(list('ABXZ'))}-{rng.integers(100, 999)}"
        for product in rng.permutation(
            [(size, colour) for size in sizes for colour in COLOURS]
        )[:4]:
            name = f"{maker} {code} {' '.join(product)}"
            offers = rng.integers(2, 6)
            rows += [(write(kind, maker, code, *product), name) for _ in range(offers)]
catalogue = pd.DataFrame(rows, columns=["title", "product"])
catalogue.head(6)

# %%
# Learn from some products, find others
# -------------------------------------
#
# All offers of a product are on one side. The matcher learns from half of the products
# which differences between titles count.
splitter = GroupShuffleSplit(1, train_size=0.5, random_state=0)
train, test = next(splitter.split(catalogue, groups=catalogue["product"]))
known, others = catalogue.iloc[train], catalogue.iloc[test]
matcher = ProductMatcher(random_state=0).fit(known["title"], known["product"])

_, axes = plt.subplots(1, 2, figsize=(9.5, 3.8), sharey=True, layout="constrained")
MatchingDisplay.from_estimator(matcher, ax=axes[0])
MatchingDisplay.from_estimator(matcher, others["title"], others["product"], ax=axes[1])
axes[0].set_title("Cross-validation within fit")
axes[1].set_title("Offers of products that are new")
axes[1].set_ylabel("")
plt.show()

# %%
# The threshold
# -------------
#
# Groups are joined as long as the mean probability of their pairs is above the
# threshold, the dashed line. ``fit`` found it by cross-validation. Further left more
# offers are joined: more of a product's offers are found, which is recall, and fewer of
# those that are put together belong together, which is precision. If a wrong join costs
# more than a missed one, set a higher ``threshold``. Draw the right side, too, if you
# have offers that ``fit`` did not see. It says what to expect, and where the line would
# better stand: a bit further left, here.
#
# The similarity of texts alone is what one would use without labels. It cannot know
# that a size counts and "free shipping" does not.
alone = ProductMatcher(method="similarity", random_state=0)
alone.fit(known["title"], known["product"])
pd.DataFrame(
    {
        name: group_scores(others["product"], fitted.predict(others["title"]))
        for name, fitted in {
            "classifier": matcher,
            "similarity of texts": alone,
        }.items()
    }
).T[["precision", "recall", "f1"]].round(3)

# %%
# What to look at
# ---------------
#
# ``group_table`` puts the groups first of which the matcher is least sure. The last
# title of a group is its odd one out. Show such groups to a person, and give ``fit``
# what they say. Here the least sure ones are right, so a lower threshold would do no
# harm.
table = group_table(matcher, others["title"], n_groups=3)
table.explode("titles").round(2)

# %%
# New offers come in
# ------------------
#
# ``match`` gives each new offer the product that it belongs to, or -1 if the catalogue
# does not have it. Here the last offer of each product has just come in, and every
# fifth product is not in the catalogue yet.
incoming = others.groupby("product").tail(1)
is_new = np.arange(len(incoming)) % 5 == 0
is_there = ~others.index.isin(incoming.index)
is_there &= ~others["product"].isin(incoming["product"][is_new])
there = others[is_there]
found = matcher.match(incoming["title"], there["title"], there["product"])
truth = np.where(is_new, -1, incoming["product"])
print(f"{(found == truth).mean():.0%} of {len(incoming)} new offers are right")
pd.DataFrame({"new offer": incoming["title"], "found": found, "truth": truth}).head(8)
