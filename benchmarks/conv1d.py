"""The same text CNN in plain layers: what one would write without the two shortcuts."""

import numpy as np
import torch
from torch import nn


class Conv1dEncoder(nn.Module):
    """`nn.Embedding`, `nn.Conv1d`, global max pooling and ReLU on padded batches.

    Starts from an `EncoderWeights` and gives padding the same meaning.
    """

    def __init__(self, weights):
        super().__init__()
        filters, biases = weights.filters, weights.biases
        embeddings = torch.tensor(weights.token_embeddings)
        self.padding = len(embeddings)
        padding = torch.zeros(1, embeddings.shape[1])
        self.embedding = nn.Embedding.from_pretrained(
            torch.cat([embeddings, padding]), freeze=False, padding_idx=self.padding
        )
        self.convolutions = nn.ModuleList()
        first, n_filters = 0, filters.shape[1]
        for number, size in enumerate(weights.kernel_sizes):
            blocks = torch.tensor(filters[first : first + size])
            convolution = nn.Conv1d(blocks.shape[2], n_filters, size)
            convolution.weight.data = blocks.permute(1, 2, 0).contiguous()
            part = biases[number * n_filters : (number + 1) * n_filters]
            convolution.bias.data = torch.tensor(part)
            self.convolutions.append(convolution)
            first += size

    def pad(self, titles, rows):
        """Give tokens (n, columns) and lengths (n,) of some rows of a `Ragged`."""
        lengths = titles.lengths[rows]
        widest = max(c.kernel_size[0] for c in self.convolutions)
        columns = np.arange(max(lengths.max(), widest))
        position = titles.offsets[:-1][rows, None] + columns
        position[columns >= lengths[:, None]] = len(titles.values)
        padded = np.append(titles.values, self.padding).astype(np.int64)
        return torch.from_numpy(padded[position]), torch.from_numpy(lengths)

    def forward(self, tokens, lengths):
        """Encode a padded batch."""
        x = self.embedding(tokens).transpose(1, 2)
        parts = []
        for convolution in self.convolutions:
            windows = convolution(x)
            last = (lengths - convolution.kernel_size[0]).clamp(min=0)
            missing = torch.arange(windows.shape[2]) > last[:, None]
            parts.append(windows.masked_fill(missing[:, None], -torch.inf).amax(2))
        return torch.cat(parts, 1).relu()


class Conv1dEmbedder:
    """Raw titles to vectors, in batches of titles sorted by length."""

    batch = 256

    def __init__(self, embedder):
        self.tokenizer = embedder.encoder_.tokenizer
        self.encoder = Conv1dEncoder(embedder.encoder_.weights)

    @torch.inference_mode()
    def transform(self, titles):
        """Embed titles."""
        tokens = self.tokenizer.encode(titles)
        order = np.argsort(tokens.lengths, kind="stable")
        parts = [
            self.encoder(*self.encoder.pad(tokens, order[i : i + self.batch]))
            for i in range(0, len(titles), self.batch)
        ]
        vectors = torch.cat(parts).numpy()
        result = np.empty_like(vectors)
        result[order] = vectors
        return result
