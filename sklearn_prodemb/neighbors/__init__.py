"""Products like a product, products seen with it, and vectors as a file."""

from typing import TYPE_CHECKING

from .._public import lazy_names

if TYPE_CHECKING:
    from ._approximate_neighbors import ApproximateNeighbors
    from ._export_parquet import export_parquet
    from ._seen_with_products import SeenWithProducts
    from ._similar_products import SimilarProducts

__all__ = [
    "ApproximateNeighbors",
    "SeenWithProducts",
    "SimilarProducts",
    "export_parquet",
]

__getattr__, __dir__ = lazy_names(__name__)
