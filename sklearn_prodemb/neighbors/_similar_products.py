"""Products like a product."""

from __future__ import annotations

from .._public import public
from ._product_index import ProductIndex
from ._title_vectors import TitleVectors

_BLOCKS = ("words", "contexts")


@public
class SimilarProducts(ProductIndex):
    """Find the products of a catalogue that are most like a product.

    Products are ranked by the cosine of two blocks of their vectors: "words", the words
    of the title, and "contexts", what titles with these words are seen with. The block
    "products", what exactly this title is seen with, does not count: it brings in
    products of another kind that people look at together with this one. If the embedder
    has no blocks, such as `TextCNNEmbedder`, or was fitted on sessions of one product
    each, all columns count.

    Parameters
    ----------
    embedder : fitted embedder of titles
        Such as `ProductEmbedder`, or any transformer that gives dense vectors of
        titles. If it is a `FrozenEstimator`, `clone` leaves it fitted. The index keeps
        a copy: if the embedder is fitted again, fit the index again too.
    n_neighbors : int, default=10
        How many products to find a title.
    title : str, default="title"
        The column of titles, if the catalogue is a data frame.
    product : str or None, default=None
        The column of product ids, if the catalogue is a data frame that has one. None
        tells products apart by their titles.
    nearest_neighbors : estimator or None, default=None
        Searches the vectors, which have norm 1. It has the methods `fit(vectors)` and
        `kneighbors` of scikit-learn's `NearestNeighbors`. None compares a title with
        all products, in bounded memory. For large catalogues use
        `ApproximateNeighbors`.

    Attributes
    ----------
    embedder_ : estimator
        The embedder as it was.
    blocks_ : dict of str to slice
        The columns of the embedder's vectors that count, by block. Empty if all count.
    has_vector_ : ndarray of bool, shape (n_products,)
        Whether a product has a vector. Products without one are never found.
    nearest_neighbors_ : estimator
        The fitted search. Its rows are the products that have a vector.
    n_samples_fit_ : int
        Number of products of the catalogue.

    See Also
    --------
    SeenWithProducts : What is seen with a product.
    sklearn_prodemb.matching.ProductMatcher : The offers that are one product.

    Notes
    -----
    An index has no `save`: save the embedder, keep the catalogue, and fit the index
    again. `pickle` and `joblib.dump` write an index with all that it holds, also the
    titles of the catalogue.

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

    def _choose_columns(self, vectors: TitleVectors) -> TitleVectors:
        return vectors.only(_BLOCKS) if vectors.knows_mates else vectors
