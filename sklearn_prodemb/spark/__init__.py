"""Frames of Spark: vectors of titles, computed on its executors."""

from typing import TYPE_CHECKING

from .._public import lazy_names

if TYPE_CHECKING:
    from ._transform import transform

__all__ = ["transform"]

__getattr__, __dir__ = lazy_names(__name__)
