"""Small indexes, and the plain formula that they are held against."""

import numpy as np
from small import SESSIONS, TITLES, small_product

from sklearn_prodemb.neighbors import SeenWithProducts, SimilarProducts

KINDS = {
    SimilarProducts: ("words", "contexts"),
    SeenWithProducts: ("contexts", "products"),
}
# Known, new, misspelt ones, and one without a known word.
QUERIES = [TITLES[3], "mesa silla 99", TITLES[7], "zapatila roja", "漢字"]


def fitted_embedder(**params):
    return small_product(**{"max_epochs": 0, **params}).fit(SESSIONS)


def plain_cosines(embedder, kind, queries, catalogue):
    """Give the cosines one by one, 0 where a vector is zeros."""

    def parts(titles):
        vectors = embedder.transform(titles).astype(np.float64)
        blocks = embedder.encoder_.blocks
        return np.hstack([vectors[:, blocks[name]] for name in KINDS[kind]])

    cosines = np.zeros((len(queries), len(catalogue)))
    for i, a in enumerate(parts(queries)):
        for j, b in enumerate(parts(catalogue)):
            lengths = np.sqrt(a @ a) * np.sqrt(b @ b)
            cosines[i, j] = a @ b / lengths if lengths else 0
    return cosines


def plain_answer(cosines, queries, catalogue, n):
    """Give (query, title, cosine) of the products that `find` is to give."""
    rows = []
    for query, of_query in zip(queries, cosines, strict=True):
        order = [j for j in np.argsort(-of_query) if catalogue[j] != query]
        found = [j for j in order if of_query[j] > 1e-9][:n]
        rows += [(query, catalogue[j], of_query[j]) for j in found]
    return rows
