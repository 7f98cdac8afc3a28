"""The text CNN as a torch module, to train."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from .chunks import Chunk
from .folding import FoldedPool, Workspace, fold, pool
from .weights import EncoderWeights


class TextCNN(nn.Module):
    """The encoder as a module; computes from the batch's distinct tokens.

    Parameters
    ----------
    weights : EncoderWeights
        What to start from.
    workspace : Workspace
        Memory that encoders may share which do not work at the same time.
    precision : {"float32", "bfloat16"}, default="float32"
        Of the products, see `linear`.
    """

    def __init__(
        self,
        weights: EncoderWeights,
        workspace: Workspace,
        *,
        precision: str = "float32",
    ) -> None:
        super().__init__()
        self.precision = precision
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
                self.precision,
            )
        else:
            table = fold(
                embeddings, self.filters, self.workspace, precision=self.precision
            )
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


def linear_layer(n_in: int, n_out: int, generator: torch.Generator) -> nn.Linear:
    """Make a linear layer with weights drawn as `nn.Linear` draws them.

    Torch would draw from its global generator, which belongs to the user.
    """
    layer = nn.utils.skip_init(nn.Linear, n_in, n_out)
    bound = n_in**-0.5
    for parameter in (layer.weight, layer.bias):
        nn.init.uniform_(parameter, -bound, bound, generator=generator)
    return layer
