"""Made-up offers of some products, with their groups."""

import numpy as np

BRANDS = ["canon", "nikon", "sony", "leica"]
NOUNS = ["camera", "lens", "bag", "charger", "strap"]
NOISE = ["black", "new", "original", "kit", "sale", "2024", "with", "case"]


def random_offers(n_products, seed, n_offers=3):
    """Give titles, `n_offers` a product: brand, noun, a code of its own, and noise."""
    rng = np.random.default_rng(seed)
    titles, groups = [], []
    for product in range(n_products):
        code = f"{'xyz'[rng.integers(3)]}{100 + product}"
        name = [rng.choice(BRANDS), rng.choice(NOUNS), code]
        for _ in range(n_offers):
            words = [*name, *rng.choice(NOISE, rng.integers(0, 4), replace=False)]
            titles.append(" ".join(rng.permutation(words)))
            groups.append(product)
    return titles, np.array(groups)
