"""The network in training against the one in numpy."""

import numpy as np
import torch
from small_network import ENCODER, PRODUCTS, parameters_of, small_data, small_module

from sklearn_prodemb._product.predictor import Predictor
from sklearn_prodemb._product_training.module import NetworkModule
from sklearn_prodemb._product_training.views import View, Views
from sklearn_prodemb._utils.ragged import Ragged

MODULE = small_module(small_data())


def test_the_same_as_in_numpy():
    titles = [["mesa", "silla"], ["mesa", "zzz"], ["qqq"], []]
    # Whole titles, of words that others have as well.
    views = Views(ENCODER.closed_form, ENCODER.sub_words, titles * 500)
    view = views.draw(np.arange(4), np.random.default_rng(1), 0, 0)
    network = MODULE.export()
    zeros = np.zeros((ENCODER.sub_words.n_columns, 4), np.float32)
    predictor = Predictor(ENCODER.sub_words, zeros, network, None)
    numpy = predictor.predict(titles, view.inputs)
    ours = MODULE(view)[0].detach().numpy() / 2
    np.testing.assert_allclose(ours[:2], numpy[:2], atol=1e-6)
    # The network of nothing is its biases; the encoder says nothing then.
    assert ours[2:].any()
    assert not numpy[2:].any()


def test_export_and_back():
    network = MODULE.export()
    again = NetworkModule.from_network(network)
    np.testing.assert_array_equal(parameters_of(again.export()), parameters_of(network))
    assert again.n_hidden == 12
    before = parameters_of(network)
    with torch.no_grad():
        again.skip_weights += 1
    np.testing.assert_array_equal(parameters_of(network), before)


def test_no_inputs():
    module = NetworkModule(5, 0, 3, 2, torch.Generator().manual_seed(0))
    rows = Ragged.from_lengths(np.array([0, 4]), np.array([2, 0]))
    features, hidden = module(View(np.zeros((2, 0), np.float32), rows))
    assert features.shape == (2, 2)
    assert hidden.shape == (2, 3)
    assert torch.isfinite(features).all()


def test_equal_seeds_draw_equal_weights():
    a, b, other = (small_module(small_data(), seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(parameters_of(a.export()), parameters_of(b.export()))
    assert not np.array_equal(a.hidden_biases.detach(), other.hidden_biases.detach())
    assert len(PRODUCTS.words) == len(small_data().targets)
