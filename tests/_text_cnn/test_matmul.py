"""Products by convolution against `torch.nn.functional.linear`."""

import pytest
import torch
from torch.nn import functional as F

from sklearn_prodemb._text_cnn.matmul import linear, round_up


def draw(*shape, dtype=torch.float32, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("n", [0, 1, 2, 63, 64, 65, 300])
def test_values_and_gradients(n, bias, dtype):
    x, weight = draw(n, 24, dtype=dtype), draw(40, 24, dtype=dtype, seed=1)
    arguments = [x, weight, draw(40, dtype=dtype, seed=2)][: 2 + bias]
    direction = draw(n, 40, dtype=dtype, seed=3)
    results = []
    for function in (linear, F.linear):
        inputs = [a.clone().requires_grad_() for a in arguments]
        result = function(*inputs)
        assert result.shape == (n, 40)
        results.append((result, *torch.autograd.grad(result, inputs, direction)))
    for ours, plain in zip(*results, strict=True):
        torch.testing.assert_close(ours, plain, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("n", [0, 1, 65, 300])
def test_factors_rounded_to_bfloat16(n, bias):
    x, weight = draw(n, 24), draw(40, 24, seed=1)
    arguments = [x, weight, draw(40, seed=2)][: 2 + bias]
    direction = draw(n, 40, seed=3)
    inputs = [a.clone().requires_grad_() for a in arguments]
    result = linear(*inputs, precision="bfloat16")
    assert result.dtype == torch.float32

    def rounded(tensor):
        return tensor.bfloat16().double()

    # Products of rounded factors, each rounded again: 8 bits of a mantissa.
    expected = (rounded(x) @ rounded(weight).T, rounded(direction) @ rounded(weight))
    expected += (rounded(direction).T @ rounded(x), direction.sum(0).double())
    found = [result - arguments[2] if bias else result]
    found += torch.autograd.grad(result, inputs, direction)
    for ours, plain in zip(found, expected, strict=False):
        bound = 2**-8 * float(plain.abs().max()) if plain.numel() else 0
        torch.testing.assert_close(ours.double(), plain, rtol=0, atol=bound + 1e-6)
    if n:
        # It is the rounding that makes the difference, where there is one.
        assert not torch.equal(result, linear(*arguments))


def test_views_of_any_layout():
    x, weight = draw(24, 70).T, draw(24, 40).T
    torch.testing.assert_close(linear(x, weight), x @ weight.T, rtol=1e-5, atol=1e-4)
    wide = draw(70, 60)[:, 10:34]
    torch.testing.assert_close(
        linear(wide, weight), wide @ weight.T, rtol=1e-5, atol=1e-4
    )


@pytest.mark.parametrize("wanted", [(0,), (1,), (0, 1)])
def test_only_the_gradients_that_are_needed(wanted):
    arguments = [draw(5, 3), draw(4, 3)]
    for i in wanted:
        arguments[i].requires_grad_()
    linear(*arguments).sum().backward()
    for i, argument in enumerate(arguments):
        assert (argument.grad is not None) == (i in wanted)


def test_the_same_bits_every_time():
    x, weight = draw(300, 512).requires_grad_(), draw(256, 512).requires_grad_()

    def results():
        product = linear(x, weight)
        return product, *torch.autograd.grad(product.square().sum(), [x, weight])

    first = results()
    for _ in range(10):
        assert all(map(torch.equal, results(), first))


def test_rows_rounded_up():
    assert [round_up(n) for n in (0, 1, 64, 65)] == [0, 64, 64, 128]
