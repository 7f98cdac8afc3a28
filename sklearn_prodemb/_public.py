"""The public names, in one table.

The table feeds the lazy imports of the packages, the types that `load` trusts and the
page docs/api.md. A public class or function is known by its public name alone:
pickles, files of `save` and error messages hold no module path, so that code can move.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

ROOT = __name__.partition(".")[0]

T = TypeVar("T")


class PublicName(NamedTuple):
    """One row of the table.

    Parameters
    ----------
    package : str
        The package that users import the name from, relative to this one.
    name : str
        The name.
    home : str
        The module that defines it, relative to this package.
    stored : bool, default=False
        Whether its objects may be in a file that `save` writes.
    """

    package: str
    name: str
    home: str
    stored: bool = False

    @property
    def path(self) -> str:
        """The name as users write it, with its package."""
        return ".".join(filter(None, (ROOT, self.package, self.name)))

    @property
    def home_module(self) -> str:
        """The absolute name of the module that defines it."""
        return f"{ROOT}.{self.home}"


NAMES = (
    PublicName("", "ProductEmbedder", "_product_embedder", True),
    PublicName("", "SpectralEmbedder", "_spectral_embedder", True),
    PublicName("", "TextCNNEmbedder", "_text_cnn_embedder", True),
    PublicName("", "PinnedEmbedder", "_pinned_embedder"),
    PublicName("", "Sessions", "_sessions.sessions"),
    PublicName("", "SessionCounts", "_counts.session_counts"),
    PublicName("", "SessionEvents", "_sessions.events"),
    PublicName("", "SessionsById", "_sessions.by_id"),
    PublicName("", "Coverage", "_titles.coverage"),
    PublicName("", "load", "_base.persistence"),
    PublicName("", "normalize_titles", "_titles.normalize"),
    PublicName("", "show_versions", "_utils.show_versions"),
    PublicName(
        "baselines", "FastTextClassifier", "baselines._fasttext_classifier", True
    ),
    PublicName("baselines", "MetaProd2Vec", "baselines._meta_prod2vec", True),
    PublicName("baselines", "Prod2Vec", "baselines._prod2vec", True),
    PublicName(
        "baselines", "TextCNNClassifier", "baselines._text_cnn_classifier", True
    ),
    PublicName("baselines", "TextCNNRegressor", "baselines._text_cnn_regressor", True),
    PublicName(
        "baselines", "TransformerEmbedder", "baselines._transformer_embedder", True
    ),
    PublicName("encoders", "AttributeEncoder", "multimodal._attributes.encoder", True),
    PublicName("encoders", "BoostedTrees", "matching._boosted_trees", True),
    PublicName("encoders", "FastTextModel", "baselines._fasttext.model", True),
    PublicName("encoders", "ItemEncoder", "_items.item_encoder", True),
    PublicName(
        "encoders", "MetaItemEncoder", "baselines._skip_gram.meta_item_encoder", True
    ),
    PublicName("encoders", "OfferEncoder", "matching._embedding.encoder", True),
    PublicName("encoders", "Offers", "matching._offers", True),
    PublicName("encoders", "PairNetwork", "matching._pair_network", True),
    PublicName("encoders", "PieceTokenizer", "_titles.pieces", True),
    PublicName("encoders", "ProductEncoder", "_product.encoder", True),
    PublicName("encoders", "ProductIds", "_spectral.product_ids", True),
    PublicName("encoders", "SessionProjection", "multimodal._mates.projection", True),
    PublicName("encoders", "SiameseEncoder", "multimodal._siamese.encoder", True),
    PublicName("encoders", "SpectralEncoder", "_spectral.encoder", True),
    PublicName("encoders", "SubWordNetwork", "_product.network", True),
    PublicName("encoders", "TextCNNEncoder", "_text_cnn.encoder", True),
    PublicName(
        "encoders", "TransformerEncoder", "baselines._transformer.encoder", True
    ),
    PublicName("encoders", "WordTokenizer", "_titles.words", True),
    PublicName("evaluation", "AlphaDisplay", "evaluation._displays.alpha_display"),
    PublicName(
        "evaluation", "LossCurveDisplay", "evaluation._displays.loss_curve_display"
    ),
    PublicName(
        "evaluation", "MatchingDisplay", "evaluation._displays.matching_display"
    ),
    PublicName(
        "evaluation", "TitleMapDisplay", "evaluation._displays.title_map_display"
    ),
    PublicName(
        "evaluation", "TrainSizeDisplay", "evaluation._displays.train_size_display"
    ),
    PublicName(
        "evaluation",
        "BlockContributionDisplay",
        "evaluation._displays.block_contribution_display",
    ),
    PublicName("evaluation", "TrainSizeSplit", "evaluation._train_size_split"),
    PublicName(
        "evaluation", "attribute_prediction", "evaluation._attribute_prediction"
    ),
    PublicName("evaluation", "block_contributions", "evaluation._block_contributions"),
    PublicName("evaluation", "cart_lines", "evaluation._cart_lines"),
    PublicName(
        "evaluation", "cart_return_prediction", "evaluation._cart_return_prediction"
    ),
    PublicName(
        "evaluation", "clicked_to_purchased", "evaluation._clicked_to_purchased"
    ),
    PublicName("evaluation", "group_scores", "evaluation._group_scores"),
    PublicName("evaluation", "group_table", "evaluation._group_table"),
    PublicName("evaluation", "hold_out_titles", "evaluation._hold_out_titles"),
    PublicName("evaluation", "compare_models", "evaluation._compare_models"),
    PublicName("evaluation", "model_card", "evaluation._model_card"),
    PublicName(
        "evaluation", "session_mate_retrieval", "evaluation._session_mate_retrieval"
    ),
    PublicName("matching", "EmbeddingMatcher", "matching._embedding_matcher", True),
    PublicName(
        "matching", "NetworkPairMatcher", "matching._network_pair_matcher", True
    ),
    PublicName("matching", "PairMatcher", "matching._pair_matcher", True),
    PublicName("matching", "ProductMatcher", "matching._product_matcher", True),
    PublicName(
        "multimodal",
        "AttributeAutoencoder",
        "multimodal._attribute_autoencoder",
        True,
    ),
    PublicName(
        "multimodal", "AttributeEmbedder", "multimodal._attribute_embedder", True
    ),
    PublicName("multimodal", "ImageEmbedder", "multimodal._image_embedder", True),
    PublicName("multimodal", "ImageFeatures", "multimodal._image_features", True),
    PublicName(
        "multimodal",
        "SiameseImageEmbedder",
        "multimodal._siamese_image_embedder",
        True,
    ),
    PublicName("multimodal", "BPREmbedder", "multimodal._bpr_embedder", True),
    PublicName("multimodal", "ClickEmbedder", "multimodal._click_embedder", True),
    PublicName(
        "multimodal", "MultiModalEmbedder", "multimodal._multi_modal_embedder", True
    ),
    PublicName("neighbors", "ApproximateNeighbors", "neighbors._approximate_neighbors"),
    PublicName("neighbors", "SeenWithProducts", "neighbors._seen_with_products"),
    PublicName("neighbors", "SimilarProducts", "neighbors._similar_products"),
    PublicName("neighbors", "export_parquet", "neighbors._export_parquet"),
    PublicName("datasets", "make_sessions", "datasets._make_sessions"),
    PublicName("datasets", "misspell_titles", "datasets._misspell_titles"),
    PublicName("spark", "transform", "spark._transform"),
    PublicName("exceptions", "CheckpointWarning", "exceptions"),
    PublicName("exceptions", "CollapseWarning", "exceptions"),
    PublicName("exceptions", "InterruptedTrainingWarning", "exceptions"),
    PublicName("exceptions", "InvalidFileError", "exceptions"),
)

_BY_HOME = {(row.home_module, row.name): row for row in NAMES}


def public(thing: T) -> T:
    """Give a class or function of the table its public place; a decorator.

    Raises
    ------
    KeyError
        If the table has no row for it.
    """
    row = _BY_HOME[thing.__module__, thing.__name__]  # type: ignore[attr-defined]
    thing.__module__ = row.path.rpartition(".")[0]
    return thing


def lazy_names(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make the `__getattr__` and `__dir__` of a package from the table.

    Parameters
    ----------
    package : str
        The package's `__name__`.

    Returns
    -------
    getattr_, dir_ : callable
        What the package assigns to `__getattr__` and `__dir__` (PEP 562).
    """
    rows = {r.name: r for r in NAMES if r.path == f"{package}.{r.name}"}

    def getattr_(name: str) -> Any:
        if name not in rows:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(rows[name].home_module), name)

    def dir_() -> list[str]:
        return sorted({*rows, *getattr(sys.modules[package], "__all__", ())})

    return getattr_, dir_
