"""The kernel sizes of a text CNN, as users give them."""

from __future__ import annotations

from numbers import Integral
from typing import Any


def check_kernel_sizes(kernel_sizes: Any) -> None:
    """Raise a ValueError if `kernel_sizes` are not positive ints, at least one."""
    for size in kernel_sizes:
        if isinstance(size, bool) or not isinstance(size, Integral) or size < 1:
            raise ValueError(
                f"kernel_sizes must be positive ints, got {kernel_sizes!r}."
            )
    if not len(kernel_sizes):
        raise ValueError("kernel_sizes must not be empty.")
