"""The network in training."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .._product.network import SubWordNetwork
from .views import View


class NetworkModule(nn.Module):
    """Sub-words and the closed form in, product features out.

    The parameters have the names and shapes of `SubWordNetwork`.

    Parameters
    ----------
    n_sub_words, n_inputs, n_hidden, n_outputs : int
        The sizes.
    generator : torch.Generator
        The source of randomness.
    """

    def __init__(
        self,
        n_sub_words: int,
        n_inputs: int,
        n_hidden: int,
        n_outputs: int,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        table = torch.empty(n_sub_words, n_hidden)
        nn.init.normal_(table, std=0.5 / n_hidden**0.5, generator=generator)
        self.sub_word_vectors = nn.Parameter(table)

        def draw(*shape: int, n_in: int) -> nn.Parameter:
            # As `nn.Linear` draws weights and biases.
            bound = max(1, n_in) ** -0.5
            values = torch.rand(shape, generator=generator)
            return nn.Parameter((2 * values - 1) * bound)

        self.input_weights = draw(n_inputs, n_hidden, n_in=n_inputs)
        self.hidden_biases = draw(n_hidden, n_in=n_inputs)
        self.output_weights = draw(n_hidden, n_outputs, n_in=n_hidden)
        self.output_biases = draw(n_outputs, n_in=n_hidden)
        # The straight way begins with nothing.
        self.skip_weights = nn.Parameter(torch.zeros(n_inputs, n_outputs))

    @classmethod
    def from_network(cls, network: SubWordNetwork) -> NetworkModule:
        """Build the module with the weights of a network."""
        n_sub_words, n_hidden = network.sub_word_vectors.shape
        sizes = n_sub_words, len(network.input_weights), n_hidden
        module = cls(*sizes, len(network.output_biases), torch.Generator())
        with torch.no_grad():
            for name, parameter in module.named_parameters():
                parameter.copy_(torch.tensor(getattr(network, name)))
        return module

    @property
    def n_hidden(self) -> int:
        """Number of hidden units."""
        return len(self.hidden_biases)

    def forward(self, view: View) -> tuple[Tensor, Tensor]:
        """Give product features (n_titles, n_outputs) and hidden units of a view."""

        def tensor(array: np.ndarray) -> Tensor:
            return torch.from_numpy(array).to(self.hidden_biases.device)

        inputs = tensor(view.inputs)
        rows = view.sub_words
        starts = tensor(rows.offsets[:-1])
        bag = F.embedding_bag(
            tensor(rows.values), self.sub_word_vectors, starts, mode="sum"
        )
        scales = tensor(np.maximum(rows.lengths, 1).astype(np.float32)).rsqrt()
        hidden = F.relu(
            bag * scales[:, None] + inputs @ self.input_weights + self.hidden_biases
        )
        straight = inputs @ self.skip_weights + self.output_biases
        return hidden @ self.output_weights + straight, hidden

    def export(self) -> SubWordNetwork:
        """Give the weights as plain arrays."""
        arrays = {
            name: parameter.detach().cpu().numpy().copy()
            for name, parameter in self.named_parameters()
        }
        return SubWordNetwork(**arrays)
