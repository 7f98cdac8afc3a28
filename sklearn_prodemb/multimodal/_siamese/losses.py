"""The losses of a siamese network, of the cosines of a batch of pairs."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from .config import SiameseConfig


def triplet(cosines: Tensor, is_other: Tensor, config: SiameseConfig) -> Tensor:
    """Want a mate nearer than others by a margin.

    The mean of max(0, margin + s_ij - s_ii) over those that are above 0, j the others
    [1]_. The hardest of the others alone would make all vectors one, and those that are
    far enough would hide the few that are not.

    Parameters
    ----------
    cosines : Tensor, shape (n_pairs, n_pairs)
        The cosines s_ij of the first product of pair i and the second one of pair j.
    is_other : Tensor of bool, shape (n_pairs, n_pairs)
        Whether the two are neither mates nor one product; false on the diagonal.
    config : SiameseConfig
        With the margin.

    Returns
    -------
    loss : Tensor, shape ()
        The loss; 0 if no other is too near.

    References
    ----------
    .. [1] Schroff et al., "FaceNet: a unified embedding for face recognition and
       clustering", 2015, arXiv:1503.03832.
    """
    above = F.relu(config.margin + cosines - cosines.diagonal()[:, None])[is_other]
    return above.sum() / (above > 0).sum().clamp(min=1)


def info_nce(cosines: Tensor, is_other: Tensor, config: SiameseConfig) -> Tensor:
    """Tell a mate from others.

    The mean of -log(exp(s_ii / t) / (exp(s_ii / t) + sum_j exp(s_ij / t))), j the
    others [1]_.

    Parameters
    ----------
    cosines, is_other
        As of `triplet`.
    config : SiameseConfig
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
    itself = torch.eye(len(cosines), dtype=torch.bool)
    logits = cosines / config.temperature
    logits = logits.masked_fill(~is_other & ~itself, -math.inf)
    return -F.log_softmax(logits, dim=1).diagonal().mean()


LOSS: dict[str, Callable[[Tensor, Tensor, SiameseConfig], Tensor]] = {
    "triplet": triplet,
    "info_nce": info_nce,
}
