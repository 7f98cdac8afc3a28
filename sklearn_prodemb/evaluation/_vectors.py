"""The vectors that a transformer gives for products, checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array, issparse


def product_vectors(transformer: Any, products: Any, n_products: int) -> Any:
    """Transform products, and give rows that can be chosen by number.

    Parameters
    ----------
    transformer : estimator
        Anything with a method `transform` that gives a row a product.
    products : list, ndarray, Series or frame
        What it takes.
    n_products : int
        Number of products.

    Returns
    -------
    vectors : ndarray or sparse array in CSR format, shape (n_products, n_features)
        The vectors, whatever container the transformer was set to give.

    Raises
    ------
    ValueError
        If there is not a row a product.
    """
    vectors = transformer.transform(products)
    vectors = csr_array(vectors) if issparse(vectors) else np.asarray(vectors)
    if vectors.ndim != 2 or vectors.shape[0] != n_products:
        raise ValueError(
            f"The transformer must give a row for each of the {n_products} products, "
            f"got shape {vectors.shape}."
        )
    return vectors
