"""How many leading columns of each block a shorter vector keeps."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from typing import Any


def leading_sizes(blocks: Mapping[str, slice], n_components: Any) -> dict[str, int]:
    """Give each block its columns of a shorter vector, as a fit of that length does.

    Singular vectors are in the order of their singular values, so the leading columns
    of each block are those that such a fit has.

    Parameters
    ----------
    blocks : dict of str to slice
        The columns of "words", "contexts" and "products". Those of a catalogue have no
        words, and may have no contexts.
    n_components : int
        Number of columns of the shorter vector.

    Returns
    -------
    sizes : dict of str to int
        The number of columns of each block.

    Raises
    ------
    ValueError
        If `n_components` is no multiple of 4, or more than there is.
    """
    n_features = blocks["products"].stop
    is_whole = isinstance(n_components, Integral) and not isinstance(n_components, bool)
    # Otherwise a block could lack a column that such a fit has.
    if not is_whole or n_components % 4 or not 4 <= n_components <= n_features:
        raise ValueError(
            f"n_components must be a multiple of 4, from 4 to the {n_features} that "
            f"there are, got {n_components!r}."
        )
    quarter = n_components // 4
    has_words, has_contexts = (
        blocks[name].stop > blocks[name].start for name in ("words", "contexts")
    )
    contexts = quarter if has_contexts else 0
    products = quarter if has_words else n_components - contexts
    words = n_components - contexts - products
    return {"words": words, "contexts": contexts, "products": products}
