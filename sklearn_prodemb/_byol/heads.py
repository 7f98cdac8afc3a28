"""The networks in training: encoder, projector, predictor, category predictor."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from .._text_cnn.encoder import EncoderWeights
from .._text_cnn.folding import Chunk, FoldedPool, Workspace, fold, pool
from .._text_cnn.matmul import linear


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


def linear_layer(n_in: int, n_out: int, generator: torch.Generator) -> nn.Linear:
    """Make a linear layer with weights drawn as `nn.Linear` draws them.

    Torch would draw from its global generator, which belongs to the user.
    """
    layer = nn.utils.skip_init(nn.Linear, n_in, n_out)
    bound = n_in**-0.5
    for parameter in (layer.weight, layer.bias):
        nn.init.uniform_(parameter, -bound, bound, generator=generator)
    return layer


class Head(nn.Module):
    """Linear, batch norm, ReLU, linear: projector, predictor and category predictor.

    Parameters
    ----------
    n_in, n_hidden, n_out : int
        The sizes.
    generator : torch.Generator
        The source of randomness; weights are drawn as `nn.Linear` draws them.
    """

    def __init__(
        self, n_in: int, n_hidden: int, n_out: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.hidden = linear_layer(n_in, n_hidden, generator)
        self.norm = WeightedBatchNorm(n_hidden)
        self.out = linear_layer(n_hidden, n_out, generator)

    def forward(self, x: Tensor, weights: Tensor) -> Tensor:
        """Map rows `x` (n, n_in) to (n, n_out)."""
        hidden = linear(x, self.hidden.weight, self.hidden.bias)
        activation = torch.relu(self.norm(hidden, weights))
        return linear(activation, self.out.weight, self.out.bias)


class TextCNN(nn.Module):
    """The encoder as a module; computes from the batch's distinct tokens.

    Parameters
    ----------
    weights : EncoderWeights
        What to start from.
    workspace : Workspace
        Memory that encoders may share which do not work at the same time.
    """

    def __init__(self, weights: EncoderWeights, workspace: Workspace) -> None:
        super().__init__()
        self.kernel_sizes = weights.kernel_sizes
        self.workspace = workspace
        self.embeddings = nn.Parameter(torch.tensor(weights.token_embeddings))
        self.filters = nn.Parameter(torch.tensor(weights.filters))
        self.biases = nn.Parameter(torch.tensor(weights.biases))

    def forward(self, embeddings: Tensor, chunks: list[Chunk], n_titles: int) -> Tensor:
        """Encode titles.

        Parameters
        ----------
        embeddings : Tensor, shape (n_tokens, embedding_dim)
            The rows of `self.embeddings` of the batch's distinct tokens.
        chunks : list of Chunk
            The titles, with tokens numbered within the batch.
        n_titles : int
            Number of titles.

        Returns
        -------
        y : Tensor, shape (n_titles, n_features)
            The representation.
        """
        if torch.is_grad_enabled():
            pooled = FoldedPool.apply(
                embeddings,
                self.filters,
                chunks,
                n_titles,
                self.kernel_sizes,
                self.workspace,
            )
        else:
            table = fold(embeddings, self.filters, self.workspace)
            pooled = torch.cat([pool(table, c, self.kernel_sizes) for c in chunks])
        return torch.relu(pooled + self.biases)

    def export(self) -> EncoderWeights:
        """Copy the weights out as plain arrays."""

        def array(parameter: Tensor) -> np.ndarray:
            return parameter.detach().to("cpu", copy=True).numpy()

        return EncoderWeights(
            array(self.embeddings),
            array(self.filters),
            array(self.biases),
            self.kernel_sizes,
        )
