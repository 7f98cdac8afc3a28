"""The losses of an embedding learner, of similarities and the truth."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from .config import EmbeddingConfig


def info_nce(similarities: Tensor, is_same: Tensor, config: EmbeddingConfig) -> Tensor:
    """Compare each offer's pair of one product with all its other pairs.

    The mean of -log(exp(s_p / t) / sum_j exp(s_j / t)), p the offer of the same product
    [1]_.

    Parameters
    ----------
    similarities : Tensor, shape (n_offers, n_offers)
        Cosines of the offers of a batch.
    is_same : Tensor of bool, shape (n_offers, n_offers)
        Whether two offers are one product; false on the diagonal.
    config : EmbeddingConfig
        With the temperature t.

    Returns
    -------
    loss : Tensor, shape ()
        The loss.

    References
    ----------
    .. [1] van den Oord et al., "Representation learning with contrastive predictive
       coding", 2018, arXiv:1807.03748.
    """
    itself = torch.eye(len(similarities), dtype=torch.bool)
    logits = (similarities / config.temperature).masked_fill(itself, -math.inf)
    logs = F.log_softmax(logits, dim=1)
    return -logs[is_same].mean()


def cosine_margin(
    similarities: Tensor, is_same: Tensor, config: EmbeddingConfig
) -> Tensor:
    """Pull offers of one product together, and push others below a margin.

    The mean of 1 - s over pairs of one product, and that of max(0, s - margin) over the
    pairs of two products that are above the margin.

    Parameters
    ----------
    similarities, is_same, config
        As of `info_nce`.

    Returns
    -------
    loss : Tensor, shape ()
        The loss.
    """
    itself = torch.eye(len(similarities), dtype=torch.bool)
    above = F.relu(similarities - config.margin)[~is_same & ~itself]
    # Most pairs are far below, and would hide the few that are not.
    n_above = (above > 0).sum().clamp(min=1)
    return (1 - similarities[is_same]).mean() + above.sum() / n_above


def arcface(similarities: Tensor, is_same: Tensor, config: EmbeddingConfig) -> Tensor:
    """Tell the products of a training set apart, with a margin of the angle.

    The cross entropy of scale * cos(angle_p + margin) among the scale * cos(angle_j),
    p the offer's own product [1]_.

    Parameters
    ----------
    similarities : Tensor, shape (n_offers, n_products)
        Cosines of offers and of a learned vector of each product.
    is_same : Tensor of bool, shape (n_offers, n_products)
        Which is the product of each offer; an offer of none is left out.
    config : EmbeddingConfig
        With angle and scale.

    Returns
    -------
    loss : Tensor, shape ()
        The loss.

    References
    ----------
    .. [1] Deng et al., "ArcFace: additive angular margin loss for deep face
       recognition", 2019, arXiv:1801.07698.
    """
    kept = is_same.any(dim=1)
    similarities, is_same = similarities[kept], is_same[kept]
    # The arc cosine has no slope at its ends.
    angles = torch.acos(similarities.clamp(-1 + 1e-6, 1 - 1e-6))
    farther = torch.cos((angles + config.angle).clamp(max=math.pi))
    logits = config.scale * torch.where(is_same, farther, similarities)
    return F.cross_entropy(logits, is_same.int().argmax(dim=1))


LOSS: dict[str, Callable[[Tensor, Tensor, EmbeddingConfig], Tensor]] = {
    "info_nce": info_nce,
    "cosine_margin": cosine_margin,
    "arcface": arcface,
}


def loss_of(
    similarities: Tensor, present: Tensor, is_same: Tensor, config: EmbeddingConfig
) -> Tensor:
    """Give the loss of offers that have several kinds of data.

    Parameters
    ----------
    similarities : Tensor, shape (n_kinds, n_offers, n_others)
        The cosines of each kind, 0 if one of the two is missing.
    present : Tensor of bool, shape (n_kinds, n_offers, n_others)
        Whether both are there.
    is_same : Tensor of bool, shape (n_offers, n_others)
        Whether two are one product.
    config : EmbeddingConfig
        The loss, and what `gradient` reaches: with "own" each kind has a loss of its
        own, otherwise there is one loss of the mean cosine of the kinds. Its gradient
        reaches all of them with "joint"; with "worst" it reaches, a pair, only the kind
        whose cosine is lowest for one product and highest for two.

    Returns
    -------
    loss : Tensor, shape ()
        The loss.
    """
    loss = LOSS[config.loss]
    is_same = is_same & present.any(dim=0)
    if config.gradient == "own":
        parts = [
            loss(s, is_same & both, config)
            for s, both in zip(similarities, present, strict=True)
            if (is_same & both).any()
        ]
        # If nothing is known of any product, there is nothing to learn.
        return sum(parts, start=0 * similarities.sum())
    counts = present.sum(dim=0).clamp(min=1)
    if config.gradient == "worst":
        wrong = torch.where(is_same, -similarities, similarities)
        worst = wrong.masked_fill(~present, -math.inf).argmax(dim=0)
        is_worst = F.one_hot(worst, len(similarities)).movedim(-1, 0).bool()
        similarities = torch.where(is_worst, similarities, similarities.detach())
    return loss(similarities.sum(dim=0) / counts, is_same, config)
