"""Every estimator of the package against the conformity checks."""

import inspect

from estimator_checks import Case, FrameCase, JoinedCase, parametrize_with_checks
from small import (
    ID_SESSIONS,
    LABELS,
    PRICES,
    SESSIONS,
    TITLES,
    small,
    small_cnn,
    small_fasttext,
    small_product,
    spectral,
)
from small_pictures import ATTRIBUTES, IS_RED, PRODUCTS, mean_colours
from small_pictures import SESSIONS as OF_PICTURES
from tiny_bert import tiny_bert

from sklearn_prodemb.baselines import (
    MetaProd2Vec,
    Prod2Vec,
    TextCNNClassifier,
    TextCNNRegressor,
    TransformerEmbedder,
)
from sklearn_prodemb.multimodal import (
    AttributeAutoencoder,
    AttributeEmbedder,
    BPREmbedder,
    ClickEmbedder,
    ImageEmbedder,
    ImageFeatures,
    MultiModalEmbedder,
    SiameseImageEmbedder,
)

OF_IDS = {
    "embedding_dim": 4,
    "max_epochs": 1,
    "handle_unknown": "ignore",
    "random_state": 0,
}

CASES = {
    "learns from X": Case(spectral(), TITLES, LABELS, fit_input=SESSIONS),
    "BYOL learns from X": Case(small(), TITLES, LABELS, fit_input=SESSIONS),
    "learns from a parameter": Case(spectral(sessions=SESSIONS), TITLES, LABELS),
    "BYOL learns from a parameter": Case(small(sessions=SESSIONS), TITLES, LABELS),
    "frozen transformer": Case(TransformerEmbedder(model=tiny_bert()), TITLES, LABELS),
    "fastText": Case(small_fasttext(), TITLES, LABELS),
    "text CNN classifier": Case(small_cnn(TextCNNClassifier), TITLES, LABELS),
    "text CNN regressor": Case(small_cnn(TextCNNRegressor), TITLES, PRICES),
}
for name, params in {
    "product embedder": {},
    "product embedder, best epoch": {"early_stopping": True},
    "product embedder, untrained": {"max_epochs": 0},
}.items():
    CASES[name] = Case(
        small_product(**params),
        TITLES,
        LABELS,
        fit_input=SESSIONS,
        fits_catalogues=True,
    )
CASES["Prod2Vec"] = Case(
    Prod2Vec(**OF_IDS), TITLES, LABELS, fit_input=ID_SESSIONS, takes_ids=True
)
CASES["MetaProd2Vec"] = Case(
    MetaProd2Vec(**OF_IDS, sessions=ID_SESSIONS), TITLES, LABELS, takes_ids=True
)
CASES["ClickEmbedder"] = Case(
    ClickEmbedder(n_components=4, handle_unknown="ignore", random_state=0),
    TITLES,
    LABELS,
    fit_input=ID_SESSIONS,
    takes_ids=True,
)
CASES["BPREmbedder"] = Case(
    BPREmbedder(**OF_IDS), TITLES, LABELS, fit_input=ID_SESSIONS, takes_ids=True
)
OF_FRAMES = {"sessions": OF_PICTURES, "random_state": 0}
for estimator, frame in (
    (
        AttributeAutoencoder(embedding_dim=4, max_epochs=2, random_state=0),
        ATTRIBUTES.drop(columns="product_id"),
    ),
    (AttributeEmbedder(n_components=4, **OF_FRAMES), ATTRIBUTES),
    (ImageEmbedder(mean_colours, n_components=4, **OF_FRAMES), PRODUCTS),
    (
        SiameseImageEmbedder(mean_colours, embedding_dim=4, max_epochs=2, **OF_FRAMES),
        PRODUCTS,
    ),
    (ImageFeatures(mean_colours), PRODUCTS[["picture"]]),
    (
        MultiModalEmbedder(
            [
                (
                    "attributes",
                    AttributeEmbedder(n_components=4, random_state=0),
                    ["product_id", "colour", "size"],
                ),
                (
                    "clicks",
                    ClickEmbedder(
                        n_components=4, handle_unknown="ignore", random_state=0
                    ),
                    "product_id",
                ),
            ],
            **OF_FRAMES,
        ),
        ATTRIBUTES,
    ),
):
    kind = JoinedCase if isinstance(estimator, MultiModalEmbedder) else FrameCase
    CASES[type(estimator).__name__] = kind(estimator, frame, IS_RED, fit_input=frame)


@parametrize_with_checks(CASES)
def test_conformity(case, check, tmp_path):
    name = type(case.estimator).__name__
    if "tmp_path" in inspect.signature(check).parameters:
        check(name, case, tmp_path)
    else:
        check(name, case)
