"""How well predicted groups agree with the true ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from .._public import public
from .._utils.groups import UNKNOWN, read_groups


@public
def group_scores(groups: Any, predicted: Any) -> dict[str, float]:
    """Compare predicted groups of rows with the true ones.

    A row's true group and its predicted one are two sets of rows that share at least
    this row. Its precision is the share of the predicted set that is in its true group.
    Its recall is the share of its true group that was predicted.

    Parameters
    ----------
    groups : array-like of str or number, shape (n_rows,)
        The true group of each row, -1 or a missing value if it is unknown: such a row
        does not count.
    predicted : array-like of str or number, shape (n_rows,)
        The predicted group of each row. A row of -1 is a group of its own.

    Returns
    -------
    scores : dict of str to float
        "f1": the mean of the rows' F1, as in Shopee's competition [1]_. "precision",
        "recall" and "bcubed_f1": the means of the rows' precision and recall, and their
        F1, which together are B-cubed [2]_. "pair_precision", "pair_recall" and
        "pair_f1": of the pairs of rows that are put together; 1 if there are none.

    Raises
    ------
    ValueError
        If the lengths differ, or no row has a known group.
    TypeError
        If a group is neither a str nor a number.

    References
    ----------
    .. [1] "Shopee - Price Match Guarantee", Kaggle, 2021.
    .. [2] Amigo et al., "A comparison of extrinsic clustering evaluation metrics based
       on formal constraints", 2009.

    Examples
    --------
    >>> from sklearn_prodemb.evaluation import group_scores
    >>> scores = group_scores(["a", "a", "b"], [0, 0, 0])
    >>> {name: round(score, 2) for name, score in scores.items()}
    {'f1': 0.7, 'precision': 0.56, 'recall': 1.0, 'bcubed_f1': 0.71, \
'pair_precision': 0.33, 'pair_recall': 1.0, 'pair_f1': 0.5}
    """
    truth, _ = read_groups(groups, "groups")
    guess, labels = read_groups(predicted, "predicted", len(truth))
    alone = guess == UNKNOWN
    guess[alone] = len(labels) + np.arange(alone.sum())
    return score_codes(truth, guess)


def score_codes(truth: np.ndarray, guess: np.ndarray) -> dict[str, float]:
    """Compare groups that are numbers already, see `group_scores`.

    Parameters
    ----------
    truth : ndarray of int64, shape (n_rows,)
        The true group of each row, -1 if it is unknown.
    guess : ndarray of int64, shape (n_rows,)
        The predicted group of each row, 0 or higher.

    Returns
    -------
    scores : dict of str to float
        As of `group_scores`.

    Raises
    ------
    ValueError
        If no row has a known group.
    """
    known = truth != UNKNOWN
    if not known.any():
        raise ValueError("There is nothing to score: no row has a known group.")
    truth, guess = truth[known], guess[known]

    # How many rows each true and each predicted group have, and have in common.
    common = sparse.coo_array((np.ones(len(truth)), (truth, guess)))
    common.sum_duplicates()
    n_true, n_predicted = np.bincount(truth), np.bincount(guess)
    both = common.data
    in_true, in_predicted = n_true[common.row], n_predicted[common.col]

    n_rows = len(truth)
    precision = float((both * both / in_predicted).sum() / n_rows)
    recall = float((both * both / in_true).sum() / n_rows)
    f1 = float((both * 2 * both / (in_true + in_predicted)).sum() / n_rows)
    n_right = _n_pairs(both)
    pair_precision = _share(n_right, _n_pairs(n_predicted))
    pair_recall = _share(n_right, _n_pairs(n_true))
    return {
        "f1": f1,
        "precision": precision,
        "recall": recall,
        "bcubed_f1": _f1(precision, recall),
        "pair_precision": pair_precision,
        "pair_recall": pair_recall,
        "pair_f1": _f1(pair_precision, pair_recall),
    }


def _n_pairs(sizes: np.ndarray) -> float:
    sizes = sizes.astype(np.float64)
    return float((sizes * (sizes - 1) / 2).sum())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _f1(precision: float, recall: float) -> float:
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0
