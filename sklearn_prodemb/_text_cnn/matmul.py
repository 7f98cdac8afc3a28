"""Matrix products by the faster of the libraries that torch carries.

On x86 torch hands float32 products to MKL, which on processors of other makers than its
own runs at half to two thirds of the rate of oneDNN (`benchmarks/products.py` prints
both). A convolution with windows of one element is the same product, in the same
precision, and goes to oneDNN. That compiles a kernel for each shape it meets, so the
number of rows, which differs from batch to batch, is rounded up.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

# Few enough shapes for all kernels to be kept, and little more to compute.
_ROWS = 64


def round_up(n: int) -> int:
    """Give the number of rows that `linear` computes for `n` rows without a copy."""
    return -(-n // _ROWS) * _ROWS


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Compute `x @ weight.T + bias`, as `torch.nn.functional.linear` does.

    Parameters
    ----------
    x : Tensor, shape (n, n_in)
        Rows.
    weight : Tensor, shape (n_out, n_in)
        The matrix.
    bias : Tensor of shape (n_out,) or None, default=None
        What is added to each row.

    Returns
    -------
    product : Tensor, shape (n, n_out)
        The product; gradients flow to all arguments.
    """
    one_dnn = (
        x.device.type == "cpu"
        and x.dtype == torch.float32
        and x.numel() > 0
        and torch.backends.mkl.is_available()
        and torch.backends.mkldnn.is_available()
    )
    return (_Linear.apply if one_dnn else F.linear)(x, weight, bias)


class _Linear(torch.autograd.Function):
    # The backward pass of conv2d takes a third longer than these two products.

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        n = len(x)
        x = _padded(x)
        ctx.save_for_backward(x, weight)
        return _convolve(x, weight, bias)[:n]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        n = len(gradients[0])
        gradient = _padded(gradients[0])
        for_x, for_weight, for_bias = ctx.needs_input_grad
        return (
            _convolve(gradient, weight.T)[:n] if for_x else None,
            _convolve(gradient.T, x.T) if for_weight else None,
            gradients[0].sum(0) if for_bias else None,
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
