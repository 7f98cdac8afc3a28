"""A page that goes with a saved estimator."""

import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from small import SESSIONS, TITLES, spectral

from sklearn_prodemb import PinnedEmbedder, ProductEmbedder, TextCNNEmbedder
from sklearn_prodemb.evaluation import model_card
from sklearn_prodemb.matching import ProductMatcher


@pytest.fixture(scope="module")
def embedder():
    return spectral(sessions=SESSIONS).fit()


def scores():
    rows = [
        {"model": "P", "task": "used", "part": "test", "train_size": size}
        | {"draw": draw, "metric": "auc_roc", "score": 0.5 + draw / 10}
        for size in (10, 20)
        for draw in range(3)
    ]
    return pd.DataFrame([*rows, {**rows[0], "train_size": 30}])


def lines_of(card, heading):
    """The lines below a heading, up to the next one."""
    lines = card.render().splitlines()
    rest = lines[lines.index(heading) + 1 :]
    end = next((i for i, line in enumerate(rest) if line.startswith("#")), None)
    return [line for line in rest[:end] if line]


def cells(lines):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_sizes_are_those_of_the_tables(embedder):
    rows = dict(cells(lines_of(model_card(embedder), "## Sizes")))
    encoder = embedder.encoder_
    assert rows["columns of a vector"] == str(encoder.n_features)
    for block, columns in encoder.blocks.items():
        size = len(range(encoder.n_features)[columns])
        assert rows[f"columns of the block '{block}'"] == str(size)
    n, width = encoder.word_vectors.shape
    assert rows["`encoder_.word_vectors`"] == f"{n} x {width}, float32"
    assert rows["`encoder_.product_keys`"] == f"{len(encoder.product_keys)}, uint64"


def test_what_the_user_tells(embedder):
    card = model_card(
        embedder, description="For *tests*.", fitted_on="Made up.", limits="Tiny."
    )
    assert lines_of(card, "## Purpose") == ["For *tests*."]
    assert lines_of(card, "## Fitted on") == ["Made up."]
    assert lines_of(card, "## Limits")[0] == "Tiny."
    assert "pass `" not in card.render()


def test_what_nobody_told(embedder):
    text = model_card(embedder).render()
    for name in ("description", "fitted_on"):
        assert f"pass `{name}`" in text
    assert "## Scores" not in text


def test_the_space_is_told_and_a_pin_is_looked_through(embedder):
    for estimator in (embedder, PinnedEmbedder(embedder), FrozenEstimator(embedder)):
        rows = dict(cells(lines_of(model_card(estimator), "## Sizes")))
        assert rows["`space_`, the fingerprint of the axes"] == embedder.space_


def test_counts(embedder):
    rows = dict(cells(lines_of(model_card(embedder), "### What fit counted")))
    assert rows["`n_pairs_`"] == f"{embedder.n_pairs_:,}"


def test_scores(embedder):
    rows = cells(lines_of(model_card(embedder, scores=scores()), "## Scores"))
    found = {row[3]: row[-1] for row in rows}
    assert found == {"10": "0.600 ± 0.100", "20": "0.600 ± 0.100", "30": "0.500"}


def test_no_title_and_no_session_is_told(embedder):
    text = model_card(embedder).render().lower()
    assert not any(title.lower() in text for title in TITLES)
    assert "n_sessions" not in text
    assert embedder.sessions is SESSIONS


def test_it_is_a_card_of_skops(embedder, tmp_path):
    card = model_card(embedder)
    card.add(**{"SpectralEmbedder/More": "And so on."})
    card.save(tmp_path / "card.md")
    text = (tmp_path / "card.md").read_text("utf-8")
    assert "## More" in text
    assert text.startswith("# SpectralEmbedder") or "\n# SpectralEmbedder" in text


@pytest.mark.parametrize(
    "estimator",
    [
        ProductEmbedder(max_epochs=0, n_components=8, random_state=0),
        TextCNNEmbedder(max_epochs=0, random_state=0),
    ],
    ids=lambda e: type(e).__name__,
)
def test_other_embedders(estimator):
    text = model_card(estimator.fit(SESSIONS)).render()
    assert f"# {type(estimator).__name__}" in text
    assert "`n_pairs_`" in text


def test_a_matcher():
    offers = ["canon ixus 185", "canon ixus 185 black", "nikon d750", "nikon d750 body"]
    matcher = ProductMatcher(random_state=0).fit(offers, [0, 0, 1, 1])
    assert "# ProductMatcher" in model_card(matcher).render()


def test_not_fitted():
    with pytest.raises(NotFittedError):
        model_card(spectral())


def test_another_estimator():
    with pytest.raises(TypeError, match="a fitted estimator of sklearn-prodemb, got"):
        model_card(LogisticRegression())


def test_odd_scores(embedder):
    with pytest.raises(TypeError, match=r"the data frame .* but is"):
        model_card(embedder, scores=[0.5])
    with pytest.raises(ValueError, match=r"lacks the columns \['task'\]"):
        model_card(embedder, scores=scores().drop(columns="task"))
