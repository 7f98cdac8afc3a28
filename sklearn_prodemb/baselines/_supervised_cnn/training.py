"""The text CNN trained from scratch on labelled titles."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from torch.nn import functional as F

from ..._text_cnn.batches import TitleBatch, make_title_batch
from ..._text_cnn.folding import Workspace
from ..._text_cnn.module import TextCNN, linear_layer
from ..._text_cnn.weights import EncoderWeights
from ..._utils.ragged import Ragged
from .config import TextCNNConfig

# Bounds the memory of the folded table where nothing is learned.
_TITLES_PER_BATCH = 4096


@dataclass(frozen=True)
class LabelledTitles:
    """Tokenised titles with what is to be predicted.

    Parameters
    ----------
    tokens : Ragged of int32, of length n_titles
        The tokens of each title.
    targets : ndarray of int64 or float32, shape (n_titles,)
        Numbers of classes, or standardised targets of a regression.
    """

    tokens: Ragged
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
    validation_scores : ndarray of float64, shape (n_epochs,)
        What `score` gives for the validation part after each epoch.
    """

    encoder: EncoderWeights
    output_weights: np.ndarray
    output_biases: np.ndarray
    losses: np.ndarray
    validation_scores: np.ndarray


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

        Features are dropped if the module is in training mode.
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


def score(outputs: np.ndarray, targets: np.ndarray, loss: float) -> float:
    """Give the area under the ROC curve of two classes, else minus the loss.

    The loss soon punishes that a network grows too sure, while it still learns to rank.
    """
    if outputs.shape[1] == 2 and len(np.unique(targets)) == 2:
        return float(roc_auc_score(targets, outputs[:, 1] - outputs[:, 0]))
    return -loss


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
    """Train encoder and output layer until the validation score rises no more.

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
        The network of the best epoch: that with the highest score, of equal ones that
        with the least loss.

    Raises
    ------
    ValueError
        If a loss is not finite.
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
        # Scores, and minus losses to tell equal ones apart.
        scores: list[tuple[float, float]] = []
        best = copy.deepcopy(network.state_dict())
        for epoch in range(config.max_epochs):
            order = np.random.default_rng((seed, epoch)).permutation(n)
            total = torch.zeros((), dtype=torch.float64, device=config.device)
            for rows in np.array_split(order, n_batches):
                optimizer.zero_grad()
                batch = _batch(network, titles, rows, config.device)
                targets = titles.targets[rows[batch.order]]
                wanted = torch.from_numpy(targets).to(config.device)
                loss = loss_of(network(batch), wanted)
                loss.backward()
                optimizer.step()
                total += loss.detach() * len(rows)
            losses.append(total.item() / n)
            outputs, validation_loss = _validate(network, validation, config.device)
            if not np.isfinite([losses[-1], validation_loss]).all():
                raise ValueError(
                    f"The loss is not finite in epoch {epoch + 1}: {losses[-1]} in "
                    f"training, {validation_loss} in validation. Lower learning_rate "
                    f"(now {config.learning_rate})."
                )
            value = score(outputs, validation.targets, validation_loss)
            scores.append((value, -validation_loss))
            best_epoch = scores.index(max(scores))
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
        np.array(scores)[:, 0],
    )


def _batch(
    network: TextCNNNetwork, titles: LabelledTitles, rows: np.ndarray, device: str
) -> TitleBatch:
    largest = max(network.encoder.kernel_sizes)
    return make_title_batch(titles.tokens, rows, largest, device)


@torch.no_grad()
def _validate(
    network: TextCNNNetwork, titles: LabelledTitles, device: str
) -> tuple[np.ndarray, float]:
    """Give the outputs (n_titles, n_outputs) and the mean loss, without dropout."""
    network.eval()
    n = len(titles.targets)
    outputs = torch.empty(n, network.out.out_features)
    for rows in np.array_split(np.arange(n), -(-n // _TITLES_PER_BATCH)):
        batch = _batch(network, titles, rows, device)
        outputs[rows[batch.order]] = network(batch).cpu()
    network.train()
    loss = loss_of(outputs, torch.from_numpy(titles.targets))
    return outputs.numpy(), loss.item()
