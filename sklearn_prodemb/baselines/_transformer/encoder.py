"""A pretrained model that is only run: titles in, pooled vectors out."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
import torch

from ..._public import public
from ..._utils.description import Array, OneOf, Text, Whole
from ..._utils.devices import resolve_device
from ..._utils.plain_state import PlainStateMixin
from .pretrained import load_pretrained

# A chunk bounds the memory of tokens, which Python keeps as lists of int.
_TITLES_PER_CHUNK = 8192
_PROBE = "Zapatillas running talle 42 para mujer"
# Relative: devices differ by rounding, other models by far more.
_PROBE_TOLERANCE = 0.01


@public
class TransformerEncoder(PlainStateMixin):
    """A pretrained transformer, known by its name and loaded when it is first used.

    Neither weights nor tokenizer are pickled. It is safe to use from several threads.

    Parameters
    ----------
    model : str
        A folder or a name on the Hugging Face hub.
    revision : str or None
        The commit on the hub; None for a folder.
    pooling : {"cls", "mean"}
        The first token's last hidden state, or the mean over tokens.
    max_length : int
        Number of tokens to which a title is truncated.
    probe : ndarray of float32, shape (n_features,)
        The vector of a fixed title, to check that a model is the same.
    """

    _state = {
        "model": Text(),
        "revision": Text(optional=True),
        "pooling": OneOf(("cls", "mean")),
        "max_length": Whole(1),
        "probe": Array("float32", ("n_features",)),
    }

    def __init__(
        self,
        model: str,
        revision: str | None,
        pooling: str,
        max_length: int,
        probe: np.ndarray,
    ) -> None:
        self.model = model
        self.revision = revision
        self.pooling = pooling
        self.max_length = max_length
        self.probe = probe
        self._loaded: tuple[Any, Any] | None = None
        self._lock = threading.Lock()

    @classmethod
    def fit(
        cls,
        model: str,
        *,
        pooling: str,
        max_length: int,
        device: str,
        local_files_only: bool,
    ) -> Self:
        """Load a model and take its probe.

        Parameters
        ----------
        model, pooling, max_length, device, local_files_only
            As in `TransformerEmbedder`.

        Returns
        -------
        encoder : TransformerEncoder
            The encoder, loaded.

        Raises
        ------
        OSError
            If the model cannot be found or read, or does not embed text.
        ValueError
            If it does not take `max_length` tokens, or there is no such device.
        """
        on = resolve_device(device)
        tokenizer, network, revision = load_pretrained(
            model, local_files_only=local_files_only
        )
        _check_max_length(max_length, tokenizer, network, model)
        network.to(on)
        try:
            probe = _probe(tokenizer, network, pooling, max_length)
        except (AttributeError, TypeError, ValueError) as error:
            raise OSError(
                f"The model {model!r} does not turn text into hidden states: {error}"
            ) from error
        new = cls(model, revision, pooling, max_length, probe)
        new._loaded = tokenizer, network
        return new

    @property
    def n_features(self) -> int:
        """Number of columns of a title's vector."""
        return len(self.probe)

    def encode(
        self,
        titles: Sequence[str],
        *,
        batch_size: int,
        device: str,
        local_files_only: bool,
    ) -> np.ndarray:
        """Embed titles.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles.
        batch_size, device, local_files_only
            As in `TransformerEmbedder`.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features)
            One row for each title.

        Raises
        ------
        OSError
            If the model cannot be loaded, or gives another probe.
        """
        vectors = np.zeros((len(titles), self.n_features), np.float32)
        # One at a time: tokenizers cannot be shared by threads, and torch uses all
        # cores for one batch.
        with self._lock:
            tokenizer, network = self._load(local_files_only)
            network.to(resolve_device(device))
            for start in range(0, len(titles), _TITLES_PER_CHUNK):
                chunk = titles[start : start + _TITLES_PER_CHUNK]
                tokens = _tokens(tokenizer, chunk, self.max_length)
                padding = tokenizer.pad_token_id or 0
                for rows, pooled in _pooled(
                    network, tokens, padding, self.pooling, batch_size
                ):
                    vectors[start + rows] = pooled
        return vectors

    def _load(self, local_files_only: bool) -> tuple[Any, Any]:
        if self._loaded is None:
            tokenizer, network, _ = load_pretrained(
                self.model, self.revision, local_files_only=local_files_only
            )
            _check_max_length(self.max_length, tokenizer, network, self.model)
            probe = _probe(tokenizer, network, self.pooling, self.max_length)
            if probe.shape != self.probe.shape or not (
                np.linalg.norm(probe - self.probe)
                <= _PROBE_TOLERANCE * np.linalg.norm(self.probe)
            ):
                raise OSError(
                    f"The model {self.model!r} is not the one that this estimator was "
                    f"fitted with: a title gets another vector. Bring the former "
                    f"model back, or fit anew, together with all that learned from "
                    f"its vectors."
                )
            self._loaded = tokenizer, network
        return self._loaded


def _check_max_length(
    max_length: int, tokenizer: Any, network: Any, model: str
) -> None:
    own = tokenizer.num_special_tokens_to_add()
    if max_length <= own:
        raise ValueError(
            f"max_length={max_length} leaves nothing of a title: the model {model!r} "
            f"adds {own} tokens of its own."
        )
    most = tokenizer.model_max_length
    most = min(most, getattr(network.config, "max_position_embeddings", None) or most)
    if max_length > most:
        raise ValueError(
            f"max_length={max_length} is more than the {most} tokens that the model "
            f"{model!r} takes."
        )


def _probe(tokenizer: Any, network: Any, pooling: str, max_length: int) -> np.ndarray:
    tokens = _tokens(tokenizer, [_PROBE], max_length)
    [(_, pooled)] = _pooled(network, tokens, 0, pooling, 1)
    return pooled[0]


def _tokens(tokenizer: Any, titles: Sequence[str], max_length: int) -> list[list[int]]:
    # A lone surrogate cannot be written as UTF-8, which tokenizers work on.
    titles = [title.encode("utf-8", "replace").decode() for title in titles]
    return tokenizer(titles, truncation=True, max_length=max_length)["input_ids"]


@torch.inference_mode()
def _pooled(
    network: Any, tokens: list[list[int]], padding: int, pooling: str, batch_size: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give the vectors of each batch and whose they are.

    Batches are sorted by length, for little padding. Titles without tokens, of which
    nothing can be pooled, are left out.
    """
    lengths = np.array([len(row) for row in tokens])
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    device = network.device
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        mask = np.arange(lengths[rows[-1]]) < lengths[rows, None]
        padded = np.full(mask.shape, padding)
        padded[mask] = np.concatenate([tokens[row] for row in rows])
        seen = torch.from_numpy(mask).to(device)
        hidden = network(
            input_ids=torch.from_numpy(padded).to(device), attention_mask=seen.long()
        ).last_hidden_state
        if pooling == "cls":
            vectors = hidden[:, 0]
        else:
            vectors = (hidden * seen[:, :, None]).sum(1) / seen.sum(1, keepdim=True)
        yield rows, vectors.cpu().numpy()
