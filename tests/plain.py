"""The plain, obviously right versions that the fast paths are tested against."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from sklearn_prodemb._byol.objective import SessionRows
from sklearn_prodemb._utils.ragged import Ragged


class PlainTextCNN(nn.Module):
    """`nn.Embedding` and `nn.Conv1d`, one title at a time."""

    def __init__(self, weights, dtype=torch.float32):
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(
            torch.tensor(weights.token_embeddings, dtype=dtype), freeze=False
        )
        self.convolutions = nn.ModuleList()
        n_filters = weights.filters.shape[1]
        first = 0
        for number, size in enumerate(weights.kernel_sizes):
            convolution = nn.Conv1d(weights.filters.shape[2], n_filters, size)
            blocks = torch.tensor(weights.filters[first : first + size], dtype=dtype)
            biases = weights.biases[number * n_filters : (number + 1) * n_filters]
            convolution.weight = nn.Parameter(blocks.permute(1, 2, 0).contiguous())
            convolution.bias = nn.Parameter(torch.tensor(biases, dtype=dtype))
            self.convolutions.append(convolution)
            first += size

    def forward(self, titles):
        return torch.stack([self.encode(title) for title in titles])

    def encode(self, tokens):
        x = self.embedding(torch.tensor(tokens, dtype=torch.int64)).T[None]
        parts = []
        for convolution in self.convolutions:
            short = convolution.kernel_size[0] - x.shape[2]
            padded = F.pad(x, (0, max(0, short)))
            parts.append(F.relu(convolution(padded)).amax(dim=2)[0])
        return torch.cat(parts)

    def filter_gradients(self):
        """Gradients in the layout of `EncoderWeights.filters`."""
        return torch.cat([c.weight.grad.permute(2, 0, 1) for c in self.convolutions])

    def bias_gradients(self):
        return torch.cat([c.bias.grad for c in self.convolutions])


def plain_head(head):
    """The same weights in `nn.Sequential` with `nn.BatchNorm1d`."""
    norm = nn.BatchNorm1d(head.norm.weight.numel(), eps=head.norm.eps).double()
    norm.weight = nn.Parameter(head.norm.weight.detach().clone())
    norm.bias = nn.Parameter(head.norm.bias.detach().clone())
    layers = []
    for layer in (head.hidden, head.out):
        linear = nn.Linear(layer.in_features, layer.out_features).double()
        linear.load_state_dict(layer.state_dict())
        layers.append(linear)
    return nn.Sequential(layers[0], norm, nn.ReLU(), layers[1])


def ragged(rows):
    """Lists of int as a `Ragged`."""
    values = np.array([value for row in rows for value in row], np.int32)
    return Ragged.from_lengths(values, np.array([len(r) for r in rows], np.int64))


class TokenLists:
    """A tokenizer of titles that are lists of tokens already."""

    def encode(self, titles):
        return ragged(titles)


def random_sessions(rng, lengths, n_products, n_categories, missing):
    """Sessions as lists of (product, category); -1 where the category is missing."""
    sessions = []
    for length in lengths:
        products = rng.choice(n_products, length, replace=False)
        categories = rng.integers(0, n_categories, length)
        categories[rng.random(length) < missing] = -1
        sessions.append(list(zip(products.tolist(), categories.tolist(), strict=True)))
    return sessions


def as_rows(sessions):
    """Sessions in the columns that the fast path takes."""
    rows = [(p, s, c, len(v) - 1) for s, v in enumerate(sessions) for p, c in v]
    product, session, category, mates = torch.tensor(rows).T
    starts = torch.tensor([0, *map(len, sessions[:-1])]).cumsum(0)
    return SessionRows(product, session, category, mates, starts)


def ordered_pairs(sessions):
    """Every (key, query) of every session, both directions."""
    for session in sessions:
        for i, key in enumerate(session):
            for j, query in enumerate(session):
                if i != j:
                    yield key, query


def plain_mates(sessions, n_products, of_title=None):
    """Weighted pairs of products, added up one by one; titles are products by default.

    `of_title` has -1 for a title that is no product.
    """
    if of_title is None:
        of_title = range(n_products)
    mates = np.zeros((n_products, n_products))
    for session in sessions:
        titles = sorted(set(session))
        for a in titles:
            for b in titles:
                i, j = of_title[a], of_title[b]
                if i != j and i >= 0 and j >= 0:
                    mates[i, j] += 1 / (len(titles) - 1)
    return mates


def plain_ppmi(counts, smoothing=1):
    """PPMI of counts, one cell at a time."""
    result = np.zeros_like(counts)
    contexts = counts.sum(axis=0) ** smoothing
    for a, b in np.argwhere(counts > 0):
        chance = counts[a].sum() * contexts[b] / contexts.sum()
        result[a, b] = max(0, np.log(counts[a, b] / chance))
    return result
