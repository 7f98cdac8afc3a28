"""A small training of ProductEmbedder's network, without an estimator."""

from dataclasses import replace

import numpy as np
import torch
from small import SESSIONS
from small_training import Quiet

from sklearn_prodemb import ProductEmbedder
from sklearn_prodemb._byol.training import train
from sklearn_prodemb._product.products import Products
from sklearn_prodemb._product_training.config import NetworkConfig
from sklearn_prodemb._product_training.learner import NetworkLearner
from sklearn_prodemb._product_training.module import NetworkModule
from sklearn_prodemb._product_training.training import make_data
from sklearn_prodemb._sessions.pairs import paired_rows

CONFIG = NetworkConfig(
    alpha=0.7,
    regression_weight=8.0,
    max_epochs=3,
    validation_fraction=0.2,
    early_stopping=False,
    device="cpu",
    n_hidden=12,
    sessions_per_batch=20,
    further_products=10,
)
ENCODER = (
    ProductEmbedder(n_components=16, max_epochs=0, random_state=0)
    .fit(SESSIONS)
    .encoder_
)
PRODUCTS = Products.of(ENCODER.tokenizer, SESSIONS.titles.tolist())
N_CATEGORIES = SESSIONS.n_categories


def small_data(encoder=ENCODER):
    cut = paired_rows(SESSIONS.offsets, None)
    codes = SESSIONS.title_codes
    rows = PRODUCTS.distinct_rows(codes, cut)
    return make_data(encoder, PRODUCTS, codes, SESSIONS.category_codes, rows)


def small_module(data, config=CONFIG, seed=0):
    return NetworkModule(
        ENCODER.sub_words.n_columns,
        ENCODER.closed_form.n_summed_features,
        config.n_hidden,
        data.targets.shape[1],
        torch.Generator().manual_seed(seed),
    )


def small_learner(
    seed=0,
    data=None,
    validation=None,
    n_categories=N_CATEGORIES,
    is_trained=False,
    **changed,
):
    config = replace(CONFIG, **changed)
    data = small_data() if data is None else data
    module = small_module(data, config, seed)
    return NetworkLearner(
        data, n_categories, config, seed, module, validation, is_trained=is_trained
    )


def run(learner=None, progress=None, **kwargs):
    learner = small_learner() if learner is None else learner
    progress = Quiet() if progress is None else progress
    epochs = learner.config.max_epochs
    return train(learner, epochs, seed=0, progress=progress, attributes=vars, **kwargs)


def parameters_of(network):
    return np.concatenate([a.ravel() for a in network.__getstate__().values()])
