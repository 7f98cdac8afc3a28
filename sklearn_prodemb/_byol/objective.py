"""The objective over all pairs of each session, in time linear in products.

For a pair (i, j) of one session, i the key and j the query (Grill et al. 2020, arXiv
2006.07733, eq. 2, and the category term of the method):

    BYOL(i, j) = 2 - 2 cos(q(g(y_i)), sg(g'(y'_j)))
    CE(i, j)   = -log softmax(h(y_i))[c_j]

Both are summed over the ordered pairs i != j of every session. With q_i and z'_j unit
vectors, the sum of q_i . z'_j is (sum_i q_i) . (sum_j z'_j) - sum_i q_i . z'_i, and the
sum of log softmax(h_i)[c_j] needs, for each session, only the sum over i of
log softmax(h_i): its entries at the categories c_j, less each i's own. So a session of
n products costs n rows, not n (n - 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .._utils.ragged import Ragged


@dataclass(frozen=True)
class SessionRows:
    """The products of a batch of sessions.

    Parameters
    ----------
    product : Tensor of int64, shape (n_rows,)
        Which of the batch's distinct products a row is.
    session : Tensor of int64, shape (n_rows,)
        Which session it belongs to.
    category : Tensor of int64, shape (n_rows,)
        Its category, -1 if it is missing.
    mates : Tensor of int64, shape (n_rows,)
        How many other products its session has.
    starts : Tensor of int64, shape (n_sessions,)
        The first row of each session; rows come session after session.
    """

    product: Tensor
    session: Tensor
    category: Tensor
    mates: Tensor
    starts: Tensor

    @classmethod
    def of(
        cls,
        sessions: Ragged,
        products: np.ndarray,
        categories: np.ndarray,
        device: torch.device | str,
    ) -> Self:
        """Give the rows of sessions.

        Parameters
        ----------
        sessions : Ragged, of length n_sessions
            The sessions; only their lengths count.
        products, categories : ndarray of int, shape (n_rows,)
            Product and category of each row, as numbers.
        device : torch.device or str
            Where the tensors are put.
        """

        def tensor(values: np.ndarray) -> Tensor:
            return torch.from_numpy(values.astype(np.int64)).to(device)

        lengths = sessions.lengths
        return cls(
            product=tensor(products),
            session=tensor(sessions.row_numbers),
            category=tensor(categories),
            mates=tensor(np.repeat(lengths - 1, lengths)),
            starts=tensor(sessions.offsets[:-1]),
        )

    def weights(self, n_products: int, dtype: torch.dtype) -> Tensor:
        """Share of the ordered pairs in which each distinct product is the key.

        Parameters
        ----------
        n_products : int
            Number of distinct products.
        dtype : torch.dtype
            Type of the result.

        Returns
        -------
        weights : Tensor, shape (n_products,)
            They add up to 1.
        """
        mates = self.mates.to(dtype)
        weights = torch.zeros(n_products, dtype=dtype, device=mates.device)
        return weights.index_add_(0, self.product, mates) / mates.sum()


# Rows are read by `index_select` and `embedding_bag`: the backward pass of `x[index]`
# adds from many threads in any order, so that two trainings would differ.
def _sum_by_session(values: Tensor, rows: SessionRows) -> Tensor:
    return F.embedding_bag(rows.product, values, rows.starts, mode="sum")


def _pick(values: Tensor, row: Tensor, column: Tensor) -> Tensor:
    return values.flatten().index_select(0, row * values.shape[1] + column)


def byol_loss(prediction: Tensor, target: Tensor, rows: SessionRows) -> Tensor:
    """Sum BYOL's loss over the ordered pairs of all sessions.

    Parameters
    ----------
    prediction : Tensor, shape (n_products, projection_dim)
        q(g(y)), the predictor's output for each distinct product.
    target : Tensor, shape (n_products, projection_dim)
        g'(y'), the target network's projection; no gradient goes there.
    rows : SessionRows
        The sessions.

    Returns
    -------
    loss : Tensor, scalar
        Sum over sessions and i != j of 2 - 2 cos(prediction_i, target_j).
    """
    prediction = F.normalize(prediction, dim=1)
    target = F.normalize(target.detach(), dim=1)
    own = (prediction * target).sum(1)
    everything = _sum_by_session(prediction, rows) * _sum_by_session(target, rows)
    cosines = everything.sum() - own.index_select(0, rows.product).sum()
    return 2 * rows.mates.sum() - 2 * cosines


def category_loss(logits: Tensor, rows: SessionRows) -> Tensor:
    """Sum the cross entropy of the other product's category over ordered pairs.

    Parameters
    ----------
    logits : Tensor, shape (n_products, n_categories)
        h(y), the category predictor's output for each distinct product.
    rows : SessionRows
        The sessions; a missing category adds nothing.

    Returns
    -------
    loss : Tensor, scalar
        Sum over sessions and i != j of -log softmax(logits_i)[category_j].
    """
    log_probabilities = F.log_softmax(logits, dim=1)
    known = rows.category >= 0
    category = rows.category[known]
    by_session = _sum_by_session(log_probabilities, rows)
    everything = _pick(by_session, rows.session[known], category).sum()
    return _pick(log_probabilities, rows.product[known], category).sum() - everything
