"""Matrix products by the faster of the libraries that torch carries.

On x86 torch hands float32 products to MKL, which on processors of other makers than its
own runs at half to two thirds of the rate of oneDNN (`benchmarks/products.py` prints
both). A convolution with windows of one element is the same product, in the same
precision, and goes to oneDNN. That compiles a kernel for each shape it meets, so the
number of rows, which differs from batch to batch, is rounded up.

Training may round the factors of a product to bfloat16 instead. Processors that have
such products take half of the time or less for them, and sums are still float32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional as F

# Gives x @ weight.T + bias, the bias being left out if it is.
Multiply: TypeAlias = Callable[..., Tensor]

# Few enough shapes for all kernels to be kept, and little more to compute.
_ROWS = 64


def round_up(n: int) -> int:
    """Give the number of rows that `linear` computes for `n` rows without a copy."""
    return -(-n // _ROWS) * _ROWS


def linear(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    precision: str = "float32",
) -> Tensor:
    """Compute `x @ weight.T + bias`, as `torch.nn.functional.linear` does.

    Parameters
    ----------
    x : Tensor, shape (n, n_in)
        Rows.
    weight : Tensor, shape (n_out, n_in)
        The matrix.
    bias : Tensor of shape (n_out,) or None, default=None
        What is added to each row.
    precision : {"float32", "bfloat16"}, default="float32"
        What the factors of the product, and of its gradients, are rounded to. By
        default they are as they come.

    Returns
    -------
    product : Tensor, shape (n, n_out)
        The product; gradients flow to all arguments.
    """
    if precision == "bfloat16":
        return _Linear.apply(x, weight, bias, _multiply_rounded)
    one_dnn = (
        x.device.type == "cpu"
        and x.dtype == torch.float32
        and x.numel() > 0
        and torch.backends.mkl.is_available()
        and torch.backends.mkldnn.is_available()
    )
    if one_dnn:
        return _Linear.apply(x, weight, bias, _convolve)
    return F.linear(x, weight, bias)


class _Linear(torch.autograd.Function):
    # The backward pass of conv2d takes a third longer than these two products.

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, multiply: Multiply
    ) -> Tensor:
        n = len(x)
        x = _padded(x)
        ctx.save_for_backward(x, weight)
        ctx.multiply = multiply
        return multiply(x, weight, bias)[:n]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        n = len(gradients[0])
        gradient = _padded(gradients[0])
        for_x, for_weight, for_bias = ctx.needs_input_grad[:3]
        return (
            ctx.multiply(gradient, weight.T)[:n] if for_x else None,
            ctx.multiply(gradient.T, x.T) if for_weight else None,
            gradients[0].sum(0) if for_bias else None,
            None,
        )


def _padded(x: Tensor) -> Tensor:
    return F.pad(x, (0, 0, 0, round_up(len(x)) - len(x)))


def _convolve(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    if x.stride(0) == 1 < x.stride(1):
        # The transpose of a matrix is a row of n pixels, laid out channels first.
        return F.conv1d(x.T[None], weight.contiguous()[:, :, None], bias)[0].T
    # One image of n by 1 pixels with n_in channels, laid out channels last.
    image = x[None, :, None].permute(0, 3, 1, 2)
    return F.conv2d(image, weight[:, :, None, None], bias)[0, :, :, 0].T


def _multiply_rounded(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    product = F.linear(x.bfloat16(), weight.bfloat16()).to(x.dtype)
    return product if bias is None else product + bias
