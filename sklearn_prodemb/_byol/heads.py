"""The heads in training: projector, predictor and category predictor."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .._text_cnn.matmul import linear
from .._text_cnn.module import linear_layer


class WeightedBatchNorm(nn.Module):
    """Batch norm in which each row counts with a weight.

    A product that takes part in m ordered pairs is m rows of a batch of pairs, and one
    row here: with weights proportional to m the statistics are those of the batch of
    pairs. There are no running averages, since the heads are never used after training.

    Parameters
    ----------
    n_features : int
        Number of columns.
    """

    eps = 1e-5

    def __init__(self, n_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(n_features))
        self.bias = nn.Parameter(torch.zeros(n_features))

    def forward(self, x: Tensor, weights: Tensor) -> Tensor:
        """Normalise rows `x` (n, n_features) with `weights` (n,) that add up to 1."""
        centred = x - weights @ x
        scale = torch.rsqrt(weights @ centred.square() + self.eps)
        return torch.addcmul(self.bias, centred, scale * self.weight)


class Head(nn.Module):
    """Linear, batch norm, ReLU, linear: projector, predictor and category predictor.

    Parameters
    ----------
    n_in, n_hidden, n_out : int
        The sizes.
    generator : torch.Generator
        The source of randomness; weights are drawn as `nn.Linear` draws them.
    precision : {"float32", "bfloat16"}, default="float32"
        Of the products, see `linear`.
    """

    def __init__(
        self,
        n_in: int,
        n_hidden: int,
        n_out: int,
        generator: torch.Generator,
        *,
        precision: str = "float32",
    ) -> None:
        super().__init__()
        self.precision = precision
        self.hidden = linear_layer(n_in, n_hidden, generator)
        self.norm = WeightedBatchNorm(n_hidden)
        self.out = linear_layer(n_hidden, n_out, generator)

    def forward(self, x: Tensor, weights: Tensor) -> Tensor:
        """Map rows `x` (n, n_in) to (n, n_out)."""
        hidden = self._apply_layer(self.hidden, x)
        activation = torch.relu(self.norm(hidden, weights))
        return self._apply_layer(self.out, activation)

    def _apply_layer(self, layer: nn.Linear, x: Tensor) -> Tensor:
        return linear(x, layer.weight, layer.bias, precision=self.precision)
