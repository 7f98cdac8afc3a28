"""What is added to BYOL and cross entropy, so that popular products do not win."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .._byol.objective import category_loss
from .batches import NetworkBatch

# A product is no mate of its own: exp(-30) is nothing beside the other products.
_NEVER = -30.0


def contrastive_loss(
    prediction: Tensor, closed_form: Tensor, batch: NetworkBatch, scale: float
) -> Tensor:
    """Sum the cross entropy of the other product, among the batch's, over pairs.

    InfoNCE (van den Oord et al. 2018, arXiv:1807.03748) with the logarithm of how often
    a product is in the batch added to its logit: so what is left to learn is how much
    more often than by chance two products meet.

    Parameters
    ----------
    prediction : Tensor, shape (n_products, n_features)
        What the network predicts for each of the batch's products.
    closed_form : Tensor, shape (n_products, n_features)
        Their features in the closed form.
    batch : NetworkBatch
        The sessions.
    scale : float
        Inverse temperature.

    Returns
    -------
    loss : Tensor, scalar
        Sum over sessions and i != j of -log softmax(s_i)[j], with
        s_ik = scale * prediction_i . closed_form_k / |closed_form_k| + log(count_k).
    """
    logits = _logits(prediction, closed_form, batch, scale)
    # The same sum as for categories, with each product a category.
    return category_loss(logits, batch.by_product)


def mate_log_likelihoods(
    prediction: Tensor, closed_form: Tensor, batch: NetworkBatch, scale: float
) -> Tensor:
    """Give log softmax(s_i)[j] for each pair of products, see `contrastive_loss`."""
    return F.log_softmax(_logits(prediction, closed_form, batch, scale), dim=1)


def _logits(
    prediction: Tensor, closed_form: Tensor, batch: NetworkBatch, scale: float
) -> Tensor:
    logits = scale * prediction @ F.normalize(closed_form, dim=1).T
    logits = logits + batch.counts.log()
    itself = torch.eye(len(logits), dtype=torch.bool, device=logits.device)
    return logits.masked_fill(itself, _NEVER)


def regression_loss(prediction: Tensor, closed_form: Tensor) -> Tensor:
    """Give the mean squared distance (n_products, n_features) to the closed form.

    It teaches what is known of each product, and the length of a prediction: the mean
    of what is uncertain is short.
    """
    return (prediction - closed_form).square().sum(1).mean()
