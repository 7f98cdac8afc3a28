"""The text CNN's encoder: titles in, vectors out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Self

import numpy as np
import torch
from torch import Tensor

from .._public import public
from .._titles.in_chunks import encode_in_chunks
from .._titles.normalize import Normalizer
from .._titles.pieces import PieceTokenizer
from .._utils.description import Array, Part, Wholes
from .._utils.plain_state import PlainStateMixin
from .chunks import chunks_by_length
from .folding import NO_WINDOW, pool
from .matmul import linear
from .weights import EncoderWeights

# Large enough for its matrix product to run at full rate.
_FOLD_BLOCK = 64
# A chunk bounds the memory in use, its tokens; torch takes all cores for one.
_TITLES_PER_CHUNK = 8192


@public
class TextCNNEncoder(PlainStateMixin):
    """Turn titles into vectors by token embeddings, convolutions and max pooling.

    A vector is the ReLU of bias plus the maximum over windows of tokens. A token gets
    its rows of the folded table (see `folding`) the first time it occurs, together with
    other tokens in groups of a fixed size. So its products do not depend on the call,
    and vectors are the same bytes in every process. It is safe to use from several
    threads.

    Parameters
    ----------
    tokenizer : PieceTokenizer
        Normalisation and the sentencepiece model.
    token_embeddings : ndarray of float32, shape (vocab_size, embedding_dim)
        One row for each token. A memory map is read only where its tokens are met.
    filters : ndarray of float32, shape (sum(kernel_sizes), n_filters, embedding_dim)
        Kernel after kernel, offset after offset.
    biases : ndarray of float32, shape (n_features,)
        Kernel after kernel.
    kernel_sizes : tuple of int
        The number of tokens in a window, kernel after kernel.

    Attributes
    ----------
    n_features : int
        Number of columns of a title's vector.
    """

    _state = {
        "tokenizer": Part("PieceTokenizer", vocab_size="vocab_size"),
        "token_embeddings": Array("float32", ("vocab_size", "embedding_dim")),
        "filters": Array("float32", ("n_blocks", "n_filters", "embedding_dim")),
        "kernel_sizes": Wholes("n_kernels", total="n_blocks"),
        "biases": Array("float32", ("n_kernels * n_filters",)),
    }

    def __init__(
        self,
        tokenizer: PieceTokenizer,
        token_embeddings: np.ndarray,
        filters: np.ndarray,
        biases: np.ndarray,
        kernel_sizes: tuple[int, ...],
    ) -> None:
        self.tokenizer = tokenizer
        self.token_embeddings = token_embeddings
        self.filters = filters
        self.biases = biases
        self.kernel_sizes = kernel_sizes
        self.n_features = len(biases)
        self._lock = threading.Lock()
        self._table: Tensor | None = None

    @classmethod
    def from_weights(cls, tokenizer: PieceTokenizer, weights: EncoderWeights) -> Self:
        """Build an encoder from what training gives.

        Parameters
        ----------
        tokenizer : PieceTokenizer
            Titles to tokens.
        weights : EncoderWeights
            The weights, as the attribute `weights` gives them.

        Returns
        -------
        encoder : TextCNNEncoder
            The encoder.
        """
        return cls(
            tokenizer,
            weights.token_embeddings,
            weights.filters,
            weights.biases,
            weights.kernel_sizes,
        )

    @property
    def weights(self) -> EncoderWeights:
        """All weights, to train further."""
        return EncoderWeights(
            self.token_embeddings, self.filters, self.biases, self.kernel_sizes
        )

    def with_normalizer(self, normalizer: Normalizer) -> Self:
        """Give the same encoder with another normalizer.

        Parameters
        ----------
        normalizer : str, callable or None
            As in `normalize_titles`.

        Returns
        -------
        encoder : TextCNNEncoder
            A new encoder, which shares the tables of this one.
        """
        tokenizer = PieceTokenizer(normalizer, self.tokenizer.model)
        return self.from_weights(tokenizer, self.weights)

    def encode(self, titles: Sequence[str]) -> np.ndarray:
        """Encode titles.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features)
            One row for each title.
        """
        return encode_in_chunks(
            titles, self._encode, self.n_features, titles_per_chunk=_TITLES_PER_CHUNK
        )

    def _encode(self, titles: Sequence[str], out: np.ndarray) -> None:
        """Encode a chunk of titles, into `out`."""
        tokens = self.tokenizer.encode(titles)
        order = np.argsort(tokens.lengths, kind="stable")
        with torch.inference_mode():
            biases = torch.tensor(self.biases)
            table = self._filled_table(tokens.values)
            for chunk in chunks_by_length(
                tokens,
                order,
                padding=len(self.token_embeddings),
                min_columns=max(self.kernel_sizes),
            ):
                vectors = pool(table, chunk, self.kernel_sizes).add_(biases).relu_()
                out[order[chunk.rows]] = vectors.numpy()

    def _filled_table(self, tokens: np.ndarray) -> Tensor:
        embeddings, filters = self.token_embeddings, self.filters
        n_tokens = len(embeddings)
        with self._lock:
            if self._table is None:
                self._filters = torch.tensor(filters).flatten(0, 1)
                self._folded = np.zeros(-(-n_tokens // _FOLD_BLOCK), bool)
                # Pages that are never filled take no memory.
                table = torch.empty(n_tokens + 2, *filters.shape[:2])
                table[n_tokens] = 0
                table[n_tokens + 1] = NO_WINDOW
                self._table = table
            wanted = np.zeros(len(self._folded), bool)
            wanted[tokens // _FOLD_BLOCK] = True
            for block in np.flatnonzero(wanted & ~self._folded):
                end = min((block + 1) * _FOLD_BLOCK, n_tokens)
                rows = slice(block * _FOLD_BLOCK, end)
                # A copy, since torch takes no read-only arrays such as memory maps.
                part = torch.from_numpy(np.array(embeddings[rows]))
                self._table[rows].flatten(1)[:] = linear(part, self._filters)
                self._folded[block] = True
            return self._table
