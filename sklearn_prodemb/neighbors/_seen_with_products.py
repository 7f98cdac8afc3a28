"""What is seen with a product."""

from __future__ import annotations

from .._public import public
from ._product_index import ProductIndex
from ._title_vectors import TitleVectors

_BLOCKS = ("contexts", "products")


@public
class SeenWithProducts(ProductIndex):
    """Find the products of a catalogue that are seen with a product in sessions.

    Products are ranked by the cosine of two blocks of their vectors: "contexts", what
    titles with these words are seen with, and "products", what exactly this title is
    seen with. Products that are seen with the same other products are often seen
    together too. The words of the title do not count. So what is seen with a tent may
    be a sleeping bag, and not a smaller tent.

    Parameters
    ----------
    embedder : fitted ProductEmbedder or SpectralEmbedder
        Other embedders have no such blocks. If it is a `FrozenEstimator`, `clone`
        leaves it fitted. The index keeps a copy: if the embedder is fitted again, fit
        the index again too.
    n_neighbors : int, default=10
        How many products to find a title.
    title : str, default="title"
        The column of titles, if the catalogue is a data frame.
    product : str or None, default=None
        The column of product ids, if the catalogue is a data frame that has one. None
        tells products apart by their titles. If the embedder was fitted on sessions
        with ids, they also choose the block "products", as in its `transform`.
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
        The columns of the embedder's vectors that count, by block.
    has_vector_ : ndarray of bool, shape (n_products,)
        Whether a product has a vector. Products without one are never found.
    nearest_neighbors_ : estimator
        The fitted search. Its rows are the products that have a vector.
    n_samples_fit_ : int
        Number of products of the catalogue.

    See Also
    --------
    SimilarProducts : The products that are most like a product.
    sklearn_prodemb.evaluation.session_mate_retrieval : How well vectors find what is
        seen together.

    Notes
    -----
    An index has no `save`: save the embedder, keep the catalogue, and fit the index
    again. `pickle` and `joblib.dump` write an index with all that it holds, also the
    titles of the catalogue.

    Examples
    --------
    >>> from sklearn_prodemb import ProductEmbedder
    >>> from sklearn_prodemb.neighbors import SeenWithProducts
    >>> embedder = ProductEmbedder(max_epochs=0, random_state=0).fit([
    ...     ["carpa 4 personas", "bolsa de dormir", "linterna"],
    ...     ["carpa 2 personas", "bolsa de dormir", "linterna"],
    ...     ["mouse inalambrico", "teclado inalambrico", "parlante"],
    ... ])
    >>> catalogue = ["bolsa de dormir", "linterna", "mouse inalambrico"]
    >>> index = SeenWithProducts(embedder).fit(catalogue)
    >>> index.find(["bolsa de dormir"], n_neighbors=1)["title"].tolist()
    ['linterna']
    """

    def _choose_columns(self, vectors: TitleVectors) -> TitleVectors:
        name = type(vectors.embedder).__name__
        if not {*_BLOCKS} <= vectors.blocks.keys():
            raise ValueError(
                f"The vectors of {name} have no columns for what a product is seen "
                f"with: give SeenWithProducts a ProductEmbedder or SpectralEmbedder."
            )
        if not vectors.knows_mates:
            raise ValueError(
                f"This {name} was fitted on sessions of one product each, so it does "
                f"not know what is seen with what: fit it on browsing sessions."
            )
        return vectors.only(_BLOCKS)
