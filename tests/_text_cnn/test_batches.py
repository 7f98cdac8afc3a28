"""Batches of titles, from which the titles can be read back."""

import numpy as np
import pytest
from plain import ragged

from sklearn_prodemb._text_cnn.batches import make_title_batch

TITLES = [[7, 900, 7], [], [5], [900, 3, 3, 3, 12, 7], [40_000, 5]]


def read_back(batch):
    """The tokens of each title, in the order of the batch's rows."""
    titles = {}
    for chunk in batch.chunks:
        numbers = range(chunk.rows.start, chunk.rows.stop)
        for number, row, length in zip(
            numbers, chunk.tokens, chunk.lengths, strict=True
        ):
            assert (row[length:] == len(batch.token_ids)).all()
            titles[batch.order[number]] = batch.token_ids[row[:length]].tolist()
    return [titles[i] for i in range(len(batch.order))]


@pytest.mark.parametrize("min_columns", [1, 5])
@pytest.mark.parametrize("rows", [[0, 1, 2, 3, 4], [3, 0], [4, 4, 1, 4], [1], [2, 2]])
def test_titles_can_be_read_back(rows, min_columns):
    batch = make_title_batch(ragged(TITLES), np.array(rows), min_columns)
    assert read_back(batch) == [TITLES[row] for row in rows]
    distinct = {token for row in rows for token in TITLES[row]}
    assert batch.token_ids.tolist() == sorted(distinct)
    lengths = [len(TITLES[rows[i]]) for i in batch.order]
    assert lengths == sorted(lengths)
    assert all(chunk.tokens.shape[1] >= min_columns for chunk in batch.chunks)


def test_titles_of_one_length_keep_their_order():
    titles = [[7] * n for n in np.random.default_rng(0).integers(0, 4, 300)]
    batch = make_title_batch(ragged(titles), np.arange(300), 2)
    assert batch.order.tolist() == sorted(range(300), key=lambda i: len(titles[i]))


def test_a_batch_is_put_on_a_device():
    batch = make_title_batch(ragged(TITLES), np.arange(5), 2, device="meta")
    tensors = [batch.token_ids, *(chunk.tokens for chunk in batch.chunks)]
    tensors += [chunk.lengths for chunk in batch.chunks]
    assert {tensor.device.type for tensor in tensors} == {"meta"}
