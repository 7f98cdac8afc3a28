"""The text CNN trained from scratch on labelled titles."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .._batches import TitleBatch, make_title_batch
from .._encoder import EncoderWeights
from .._folding import Workspace
from .._networks import TextCNN, linear_layer

# Bounds the memory of the folded table where nothing is learned.
_TITLES_PER_BATCH = 4096


@dataclass(frozen=True)
class TextCNNConfig:
    """What training depends on, besides the titles; see `TextCNNClassifier`."""

    learning_rate: float
    weight_decay: float
    dropout: float
    batch_size: int
    max_epochs: int
    n_iter_no_change: int
    device: str


@dataclass(frozen=True)
class LabelledTitles:
    """Tokenised titles with what is to be predicted.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_tokens,)
        The tokens of all titles, one after the other.
    offsets : ndarray of int64, shape (n_titles + 1,)
        Title i has `tokens[offsets[i]:offsets[i + 1]]`.
    targets : ndarray of int64 or float32, shape (n_titles,)
        Numbers of classes, or standardised targets of a regression.
    """

    tokens: np.ndarray
    offsets: np.ndarray
    targets: np.ndarray


@dataclass(frozen=True)
class TextCNNResult:
    """What training gives.

    Parameters
    ----------
    encoder : EncoderWeights
        The encoder of the best epoch.
    output_weights : ndarray of float32, shape (n_outputs, n_features)
        The output layer of the best epoch.
    output_biases : ndarray of float32, shape (n_outputs,)
        Its biases.
    losses : ndarray of float64, shape (n_epochs,)
        Mean loss over the titles of each epoch.
    validation_losses : ndarray of float64, shape (n_epochs,)
        Mean loss over the validation part after each epoch.
    """

    encoder: EncoderWeights
    output_weights: np.ndarray
    output_biases: np.ndarray
    losses: np.ndarray
    validation_losses: np.ndarray


class TextCNNNetwork(nn.Module):
    """Encoder, dropout and a linear output layer.

    Parameters
    ----------
    weights : EncoderWeights
        The encoder to start from.
    n_outputs : int
        Number of outputs.
    dropout : float
        Share of the encoder's features that are dropped in training.
    generator : torch.Generator
        The source of randomness, on the CPU.
    """

    def __init__(
        self,
        weights: EncoderWeights,
        n_outputs: int,
        dropout: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.encoder = TextCNN(weights, Workspace())
        self.out = linear_layer(weights.n_features, n_outputs, generator)
        self.dropout = dropout
        self.generator = generator

    def forward(self, batch: TitleBatch) -> Tensor:
        """Map titles to outputs (n_titles, n_outputs), in the order of `batch.order`.

        Features are dropped where the module is in training mode.
        """
        embeddings = F.embedding(batch.token_ids, self.encoder.embeddings)
        y = self.encoder(embeddings, batch.chunks, len(batch.order))
        if self.training and self.dropout:
            kept = torch.empty(y.shape).bernoulli_(
                1 - self.dropout, generator=self.generator
            )
            y = y * kept.to(y.device) / (1 - self.dropout)
        return self.out(y)


def loss_of(outputs: Tensor, targets: Tensor) -> Tensor:
    """Give the mean cross entropy of classes, or squared error of numbers."""
    if targets.is_floating_point():
        return F.mse_loss(outputs[:, 0], targets)
    return F.cross_entropy(outputs, targets)


def train_text_cnn(
    titles: LabelledTitles,
    validation: LabelledTitles,
    weights: EncoderWeights,
    n_outputs: int,
    config: TextCNNConfig,
    *,
    seed: int,
    generator: torch.Generator,
) -> TextCNNResult:
    """Train encoder and output layer until the validation loss falls no more.

    Parameters
    ----------
    titles, validation : LabelledTitles
        What to learn from, and what to watch.
    weights : EncoderWeights
        The encoder to start from.
    n_outputs : int
        Number of classes, or 1.
    config : TextCNNConfig
        Everything else.
    seed : int
        Seed of the order of titles.
    generator : torch.Generator
        The source of all other randomness.

    Returns
    -------
    result : TextCNNResult
        The network of the epoch with the least validation loss.

    Raises
    ------
    ValueError
        Where a loss is not finite.
    """
    with torch.enable_grad():
        network = TextCNNNetwork(weights, n_outputs, config.dropout, generator)
        network.to(config.device)
        optimizer = torch.optim.AdamW(
            network.parameters(),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            fused=config.device.startswith(("cpu", "cuda")),
        )
        n = len(titles.targets)
        n_batches = -(-n // config.batch_size)
        losses: list[float] = []
        validation_losses: list[float] = []
        best = copy.deepcopy(network.state_dict())
        for epoch in range(config.max_epochs):
            order = np.random.default_rng((seed, epoch)).permutation(n)
            total = torch.zeros((), dtype=torch.float64, device=config.device)
            for rows in np.array_split(order, n_batches):
                optimizer.zero_grad()
                loss = _loss(network, titles, rows, config.device)
                loss.backward()
                optimizer.step()
                total += loss.detach() * len(rows)
            losses.append(total.item() / n)
            validation_losses.append(_validate(network, validation, config.device))
            if not np.isfinite([losses[-1], validation_losses[-1]]).all():
                raise ValueError(
                    f"The loss is not finite in epoch {epoch + 1}: {losses[-1]} in "
                    f"training, {validation_losses[-1]} in validation. Lower "
                    f"learning_rate (now {config.learning_rate})."
                )
            best_epoch = int(np.argmin(validation_losses))
            if best_epoch == epoch:
                best = copy.deepcopy(network.state_dict())
            if epoch - best_epoch >= config.n_iter_no_change:
                break
        network.load_state_dict(best)
    return TextCNNResult(
        network.encoder.export(),
        network.out.weight.detach().cpu().numpy(),
        network.out.bias.detach().cpu().numpy(),
        np.array(losses),
        np.array(validation_losses),
    )


def _loss(
    network: TextCNNNetwork, titles: LabelledTitles, rows: np.ndarray, device: str
) -> Tensor:
    batch = make_title_batch(
        titles.tokens,
        titles.offsets,
        rows,
        max(network.encoder.kernel_sizes),
        device,
    )
    targets = torch.from_numpy(titles.targets[rows[batch.order]]).to(device)
    return loss_of(network(batch), targets)


@torch.no_grad()
def _validate(network: TextCNNNetwork, titles: LabelledTitles, device: str) -> float:
    network.eval()
    n = len(titles.targets)
    total = 0.0
    for rows in np.array_split(np.arange(n), -(-n // _TITLES_PER_BATCH)):
        total += _loss(network, titles, rows, device).item() * len(rows)
    network.train()
    return total / n
