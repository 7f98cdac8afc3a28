"""What an encoder of titles learns of product ids."""

from __future__ import annotations

import numpy as np

from .._sessions.by_id import SessionsById
from .encoder import SpectralEncoder, scale_rows
from .product_ids import ProductIds, hash_ids


def learn_ids(
    encoder: SpectralEncoder, by_id: SessionsById, titles: list[str]
) -> SpectralEncoder:
    """Give an encoder the product ids of the sessions that it learned from.

    The row of an id is the mean of the rows of its titles, each weighted by the number
    of sessions in which the id has it, and scaled to their norm. A title that has no
    row does not count. An id with one title hence shares the row of the title.

    Parameters
    ----------
    encoder : SpectralEncoder
        An encoder without ids.
    by_id : SessionsById
        The sessions.
    titles : list of str, of length n_titles
        The titles that `by_id.title_codes` numbers.

    Returns
    -------
    encoder : SpectralEncoder
        The same encoder with `ids`; its `product_vectors` have one more row for each id
        with several titles.
    """
    place_of_title = encoder.find_products(encoder.tokenizer.encode(titles).keys)
    # The sessions of each id with each row. Ids of one key are one id.
    keys, number_of_id = np.unique(hash_ids(by_id.ids.tolist()), return_inverse=True)
    numbers, places = number_of_id[by_id.codes], place_of_title[by_id.title_codes]
    n_seen = len(encoder.product_keys)
    pairs, n_sessions = np.unique(
        (numbers * n_seen + places)[places >= 0], return_counts=True
    )
    numbers, places = np.divmod(pairs, max(n_seen, 1))
    # Pairs are in the order of ids.
    ids, first, n_titles = np.unique(numbers, return_index=True, return_counts=True)
    place_of_id = places[first]
    # The means of ids with several titles, behind the rows of titles.
    with_several = n_titles > 1
    of_several = np.repeat(with_several, n_titles)
    weights = n_sessions[of_several, None].astype(np.float32)
    rows = weights * encoder.product_vectors[places[of_several]]
    if len(rows):
        n_titles = n_titles[with_several]
        rows = np.add.reduceat(rows, np.cumsum(n_titles) - n_titles)
    means = scale_rows(rows, encoder.lengths[2])
    place_of_id[with_several] = n_seen + np.arange(len(means))
    known = ProductIds(keys[ids], place_of_id.astype(np.int32))
    return encoder.with_ids(known, means)
