"""Products like a product."""

from __future__ import annotations

from typing import Any

from .._public import public
from ._product_index import ProductIndex
from ._title_vectors import TitleVectors

_BLOCKS = ("words", "contexts")


@public
class SimilarProducts(ProductIndex):
    """Find the products of a catalogue that are most like a product.

    Titles are alike if they say alike things, and if titles with such words are seen
    with alike products: the cosine goes by the blocks "words" and "contexts" of a
    vector. The block "products", what this very title is seen with, is left out: it
    brings in what is bought with a product, and is of another kind. All columns count
    if the embedder names no blocks, as `TextCNNEmbedder`.

    Parameters
    ----------
    embedder : fitted embedder of titles
        Such as `ProductEmbedder`; any transformer that gives dense vectors of titles,
        or a `FrozenEstimator` of one, which `clone` leaves fitted. The index keeps what
        it has learned by then: fit the index anew after the embedder.
    n_neighbors : int, default=10
        How many products to find a title.
    title : str, default="title"
        The column of titles, if the catalogue is a data frame.
    product : str or None, default=None
        The column of product ids, if the catalogue is a data frame that has one. None
        tells products apart by their titles.
    nearest_neighbors : estimator or None, default=None
        What searches: has `fit(vectors)`, and `kneighbors` as scikit-learn's
        `NearestNeighbors`; it gets vectors of length 1. None compares a title with all
        products, in blocks of memory. `ApproximateNeighbors` is for large catalogues.

    Attributes
    ----------
    embedder_ : estimator
        The embedder as it was.
    blocks_ : dict of str to slice
        The columns of the embedder's vectors that count, by block; empty if all do.
    has_vector_ : ndarray of bool, shape (n_products,)
        Whether a product has a vector. The others are never found.
    nearest_neighbors_ : estimator
        The fitted search; its rows are the products with a vector.
    n_samples_fit_ : int
        Number of products of the catalogue.

    See Also
    --------
    SeenWithProducts : What is seen with a product.
    sklearn_prodemb.matching.ProductMatcher : The offers that are one product.

    Notes
    -----
    An index holds the titles of its catalogue, which an embedder's file does not, so it
    has no `save`: save the embedder, keep the catalogue, and fit the index again.
    `pickle` and `joblib.dump` write it with all that it holds.

    Examples
    --------
    >>> from sklearn_prodemb import ProductEmbedder
    >>> from sklearn_prodemb.neighbors import SimilarProducts
    >>> embedder = ProductEmbedder(max_epochs=0, random_state=0).fit([
    ...     ["carpa 4 personas", "bolsa de dormir"],
    ...     ["carpa 2 personas", "bolsa de dormir"],
    ...     ["mouse inalambrico", "teclado inalambrico"],
    ... ])
    >>> catalogue = ["carpa 4 personas", "carpa 2 personas", "mouse inalambrico"]
    >>> index = SimilarProducts(embedder).fit(catalogue)
    >>> index.find(["carpa 4 personas"], n_neighbors=1)["title"].tolist()
    ['carpa 2 personas']
    """

    def __init__(
        self,
        embedder: Any,
        *,
        n_neighbors: int = 10,
        title: str = "title",
        product: str | None = None,
        nearest_neighbors: Any = None,
    ) -> None:
        self.embedder = embedder
        self.n_neighbors = n_neighbors
        self.title = title
        self.product = product
        self.nearest_neighbors = nearest_neighbors

    def _choose_columns(self, vectors: TitleVectors) -> TitleVectors:
        return vectors.only(_BLOCKS) if vectors.blocks else vectors
