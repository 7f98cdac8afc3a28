"""From sessions to a trained network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .._byol.checkpoint import Checkpoint
from .._byol.collapse import collapse_warning, spread
from .._byol.training import Progress, TrainingResult, train
from .._product.encoder import ProductEncoder
from .._product.learning import fit_product_features
from .._product.network import SubWordNetwork
from .._product.predictor import Predictor
from .._product.products import Products
from .._utils.ragged import Ragged
from ..exceptions import CollapseWarning
from .config import NetworkConfig
from .data import NetworkData, keep_rows
from .learner import NetworkLearner
from .module import NetworkModule
from .validation import Validation
from .views import Views

_PRODUCTS_FOR_SPREAD = 2_000
# The network learns next to nothing of words that one product alone has: to it, a few
# products look alike.
_LEAST_FOR_SPREAD = 20


def make_data(
    encoder: ProductEncoder,
    products: Products,
    titles: np.ndarray,
    categories: np.ndarray,
    sessions: Ragged,
) -> NetworkData:
    """Put sessions in the form that the network learns from.

    Parameters
    ----------
    encoder : ProductEncoder
        What is known of the products.
    products : Products
        The products of the distinct titles.
    titles, categories : ndarray of int, shape (n_rows,)
        The title and the category of each row, as numbers; -1 if it is missing.
    sessions : Ragged of int64, of length n_sessions
        The rows of each session, one a product.

    Returns
    -------
    data : NetworkData
        The sessions, with two or more products that the closed form knows; if it knows
        none at all, each product with itself.
    """
    closed_form, sub_words = encoder.closed_form, encoder.sub_words
    views = Views(closed_form, sub_words, products.words)
    of_row = products.of_title[titles]
    if not len(closed_form.product_keys):
        # The first row of each product, twice.
        found, first = np.unique(of_row, return_index=True)
        twice = np.repeat(first[found >= 0], 2)
        return NetworkData(
            views,
            sub_words.tf_idf(products.words) @ encoder.coefficients,
            of_row,
            categories,
            Ragged.from_lengths(twice, np.full(len(twice) // 2, 2)),
            with_mates=False,
        )
    places = closed_form.find_products(products.keys)
    targets = closed_form.product_vectors[places].astype(np.float32)
    targets[places < 0] = 0
    known = places[of_row[sessions.values]] >= 0
    rows = keep_rows(sessions, known)
    return NetworkData(views, targets, of_row, categories, rows, with_mates=True)


def train_network(
    encoder: ProductEncoder,
    products: Products,
    data: NetworkData,
    n_categories: int,
    config: NetworkConfig,
    *,
    seed: int,
    progress: Progress,
    attributes: Callable[[TrainingResult], dict[str, Any]],
    checkpoint: Checkpoint | None = None,
) -> tuple[TrainingResult, CollapseWarning | None]:
    """Train a network that predicts the product block of titles.

    Parameters
    ----------
    encoder : ProductEncoder
        The closed form, and the network to start from if it has one.
    products : Products
        The products of the distinct titles.
    data : NetworkData
        The sessions.
    n_categories : int
        Number of categories.
    config : NetworkConfig
        Everything else.
    seed, progress, attributes, checkpoint
        As of `train`.

    Returns
    -------
    result : TrainingResult
        The trained network, a `TrainedNetwork`, and its losses.
    warning : CollapseWarning or None
        If it says the same of all products.

    Raises
    ------
    ValueError
        If the loss or the weights are not finite.
    """
    with torch.enable_grad():
        generator = torch.Generator().manual_seed(seed)
        if encoder.network is None:
            module = NetworkModule(
                encoder.sub_words.n_columns,
                encoder.closed_form.n_summed_features,
                config.n_hidden,
                data.targets.shape[1],
                generator,
            )
        else:
            module = NetworkModule.from_network(encoder.network)
        validation = None
        if config.early_stopping:
            rng = np.random.default_rng((seed, 3))
            data, held = data.hold_out(config.validation_fraction, rng)
            if len(held):
                coefficients = _without(held, encoder, products, data)
                validation = Validation(data, held, coefficients, config, seed)
        learner = NetworkLearner(
            data,
            n_categories,
            config,
            seed,
            module,
            validation,
            is_trained=encoder.network is not None,
        )
    result = train(
        learner,
        config.max_epochs,
        seed=seed,
        progress=progress,
        attributes=attributes,
        checkpoint=checkpoint,
    )
    network = result.weights.network
    return result, _collapse(network, encoder, products, config)


def _without(
    held: np.ndarray, encoder: ProductEncoder, products: Products, data: NetworkData
) -> np.ndarray:
    """Give the coefficients of a ridge regression without the products held out."""
    if encoder.network is not None or not data.with_mates:
        # The network that training goes on from has seen them as well; and what is
        # learned from titles alone needs no targets.
        return encoder.coefficients
    known = np.setdiff1d(np.flatnonzero(data.targets.any(axis=1)), held)
    titles = [products.words[i] for i in known]
    return fit_product_features(encoder.sub_words, titles, data.targets[known])


def _collapse(
    network: SubWordNetwork | None,
    encoder: ProductEncoder,
    products: Products,
    config: NetworkConfig,
) -> CollapseWarning | None:
    """Look at what the network says of some products."""
    n = min(_PRODUCTS_FOR_SPREAD, len(products.words))
    if network is None or n < _LEAST_FOR_SPREAD:
        return None
    chosen = np.random.default_rng(0).choice(len(products.words), n, replace=False)
    titles = [products.words[i] for i in chosen]
    tokens = encoder.tokenizer.encode_words(titles).tokens
    nothing = np.zeros_like(encoder.coefficients)
    predictor = Predictor(encoder.sub_words, nothing, network, None)
    features = predictor.predict(titles, encoder.closed_form.sum_words(tokens))
    return collapse_warning(spread(features), config.alpha)
