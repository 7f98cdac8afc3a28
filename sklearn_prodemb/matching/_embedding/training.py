"""The training of an encoder of offers."""

from __future__ import annotations

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional as F

from ..._utils.ragged import Ragged
from .._unit_rows import unit_rows
from .config import EmbeddingConfig
from .encoder import OfferEncoder
from .inputs import Inputs
from .losses import loss_of
from .neighbors import nearest

# One product in so many is drawn at random, the others are like it.
_SHARE_OF_SEEDS = 4
# From so many that are most like it.
_N_LIKE = 20


class OfferModule(nn.Module):
    """The encoder in training, with the parameters of `OfferEncoder`.

    Parameters
    ----------
    encoder : OfferEncoder
        What to start from.
    """

    def __init__(self, encoder: OfferEncoder) -> None:
        super().__init__()
        self.start = encoder
        self.text_vectors = nn.Parameter(torch.tensor(encoder.text_vectors))
        self.projections = nn.ParameterDict(
            {
                # A name of a parameter has no dots.
                str(place): nn.Parameter(torch.tensor(weights))
                for place, weights in enumerate(encoder.projections.values())
            }
        )
        self._columns = torch.zeros(0, dtype=torch.int64)
        self._used = torch.zeros(0)

    def forward(self, texts: sparse.csr_array, others: list[np.ndarray]) -> Tensor:
        """Give the unit vectors of each kind, (n_kinds, n_offers, embedding_dim)."""
        # A batch has few of all words and n-grams: its gradient is of their vectors.
        columns, places = np.unique(texts.indices, return_inverse=True)
        self._columns = torch.from_numpy(columns.astype(np.int64))
        self._used = self.text_vectors.detach()[self._columns].requires_grad_()
        summed = F.embedding_bag(
            torch.from_numpy(places.astype(np.int64)),
            self._used,
            torch.from_numpy(texts.indptr[:-1].astype(np.int64)),
            mode="sum",
            per_sample_weights=torch.from_numpy(texts.data),
        )
        parts = [summed] + [
            torch.from_numpy(rows) @ weights
            for rows, weights in zip(others, self.projections.values(), strict=True)
        ]
        return F.normalize(torch.stack(parts), dim=2)

    def backward(self, loss: Tensor) -> None:
        """Work out the gradients of a loss of the last output."""
        loss.backward()
        gradient = self._used.grad
        assert gradient is not None
        self.text_vectors.grad = torch.sparse_coo_tensor(
            self._columns[None],
            gradient,
            self.text_vectors.shape,
            # The columns are sorted, distinct and those of the table.
            is_coalesced=True,
            check_invariants=False,
        )

    def export(self) -> OfferEncoder:
        """Give the weights as plain arrays."""
        start = self.start
        trained = [weights.detach().numpy() for weights in self.projections.values()]
        return OfferEncoder(
            start.rarity,
            self.text_vectors.detach().numpy(),
            dict(zip(start.projections, trained, strict=True)),
            start.weights,
        )


def train(
    encoder: OfferEncoder,
    inputs: Inputs,
    codes: np.ndarray,
    config: EmbeddingConfig,
    seed: int,
) -> tuple[OfferEncoder, np.ndarray]:
    """Train an encoder on offers whose groups are known.

    A step draws a quarter of its products at random among those of several offers, and
    to each of them products that are like it: others are told apart soon. It takes two
    offers of each product, or the one that there is.

    Parameters
    ----------
    encoder : OfferEncoder
        What to start from.
    inputs : Inputs
        The offers.
    codes : ndarray of int64, shape (n_offers,)
        Their groups as numbers; -1 is left out.
    config : EmbeddingConfig
        The settings.
    seed : int
        Seed of the batches, and of the products' vectors of ArcFace.

    Returns
    -------
    encoder : OfferEncoder
        The trained encoder.
    losses : ndarray of float64, shape (n_steps,)
        The loss of each step; there are none unless two products have two offers.

    Raises
    ------
    ValueError
        If a loss is not finite.
    """
    products = _Products(codes, encoder.encode_inputs(inputs))
    # One product alone cannot be told from others.
    n_steps = config.max_iter if len(products.several) > 1 else 0
    rng = np.random.default_rng(seed)
    losses: list[float] = []
    with torch.enable_grad():
        module = OfferModule(encoder)
        n_kinds = 1 + len(inputs.others)
        proxies = nn.Parameter(_draw_proxies(n_kinds, products.n, config, seed))
        rate = config.learning_rate
        optimizers = [
            torch.optim.SparseAdam([module.text_vectors], lr=rate),
            torch.optim.Adam([*module.projections.values(), proxies], lr=10 * rate),
        ]
        for step in range(n_steps):
            rows, of_row = products.draw(config.batch_size, rng)
            vectors = module(
                inputs.texts[rows], [of[rows] for of in inputs.others.values()]
            )
            if config.loss == "arcface":
                targets = F.normalize(proxies, dim=2)
                is_same = F.one_hot(torch.from_numpy(of_row), products.n).bool()
                has_target = torch.ones(targets.shape[:2], dtype=torch.bool)
            else:
                targets = vectors
                is_same = torch.from_numpy(np.equal.outer(of_row, of_row))
                is_same.fill_diagonal_(False)
                has_target = _has(vectors)
            similarities = vectors @ targets.mT
            present = _has(vectors)[:, :, None] & has_target[:, None]
            loss = loss_of(similarities, present, is_same, config)
            for optimizer in optimizers:
                optimizer.zero_grad()
            module.backward(loss)
            for optimizer in optimizers:
                optimizer.step()
            losses.append(loss.item())
            if not np.isfinite(losses[-1]):
                raise ValueError(
                    f"The loss is not finite in step {step + 1}: {losses[-1]}. Lower "
                    f"learning_rate (now {rate})."
                )
    return module.export(), np.array(losses, np.float64)


class _Products:
    """The offers of each product, of which batches are drawn."""

    def __init__(self, codes: np.ndarray, vectors: np.ndarray) -> None:
        known = np.flatnonzero(codes >= 0)
        # Numbers without gaps: of some of the groups there may be no offer.
        _, of_known = np.unique(codes[known], return_inverse=True)
        self._offers = known[np.argsort(of_known, kind="stable")]
        self._sizes = np.bincount(of_known)
        self._begins = np.cumsum(self._sizes) - self._sizes
        self.n = len(self._sizes)
        self.several = np.flatnonzero(self._sizes > 1)

        # The products that are most like each of those.
        means = unit_rows(np.add.reduceat(vectors[self._offers], self._begins))
        rows, places = nearest(means[self.several], means, _N_LIKE + 1)
        is_other = self.several[rows] != places
        self._like = Ragged.from_lengths(
            places[is_other],
            np.bincount(rows[is_other], minlength=len(self.several)),
        )

    def draw(
        self, n_products: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw the offers of a batch; give them, and the product of each."""
        n_seeds = min(max(1, n_products // _SHARE_OF_SEEDS), len(self.several))
        seeds = rng.choice(len(self.several), n_seeds, replace=False)
        drawn = [self.several[seeds]]
        for seed in seeds:
            like = self._like[seed]
            drawn.append(rng.permutation(like)[: _SHARE_OF_SEEDS - 1])
        products = np.unique(np.concatenate(drawn))
        sizes, begins = self._sizes[products], self._begins[products]
        first = rng.integers(sizes)
        second = (first + 1 + rng.integers(np.maximum(sizes - 1, 1))) % sizes
        two = np.flatnonzero(sizes > 1)
        places = np.concatenate([begins + first, (begins + second)[two]])
        return self._offers[places], np.concatenate([products, products[two]])


def _has(vectors: Tensor) -> Tensor:
    """Tell which vectors are not zero, (n_kinds, n_offers)."""
    return vectors.detach().any(dim=2)


def _draw_proxies(
    n_kinds: int, n_products: int, config: EmbeddingConfig, seed: int
) -> Tensor:
    """Draw the products' vectors of ArcFace; other losses have none."""
    if config.loss != "arcface":
        n_products = 0
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n_kinds, n_products, config.embedding_dim, generator=generator)
