"""SiameseImageEmbedder: what it learns, and how its training goes."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from record import Record
from small_pictures import (
    IS_RED,
    PRODUCTS,
    SESSIONS,
    Counting,
    mean_colours,
    sessions_of,
)

from sklearn_prodemb.exceptions import CollapseWarning
from sklearn_prodemb.multimodal import SiameseImageEmbedder

pytest.importorskip("PIL", reason="needs pillow")


def unfitted(backbone=mean_colours, **params):
    small = {
        "embedding_dim": 4,
        "max_epochs": 5,
        "pairs_per_batch": 64,
        "learning_rate": 0.01,
        "sessions": SESSIONS,
        "random_state": 0,
    }
    return SiameseImageEmbedder(backbone, **{**small, **params})


@pytest.mark.parametrize("loss", ["info_nce", "triplet"])
def test_new_products_are_near_what_they_will_be_seen_with(loss):
    half = unfitted(loss=loss).fit(PRODUCTS[:20])
    vectors = half.transform(PRODUCTS[20:])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = vectors @ vectors.T
    same = np.equal.outer(IS_RED[20:], IS_RED[20:])
    assert cosines[same].mean() > cosines[~same].mean() + 0.5
    assert half.n_linked_ == 20
    assert half.loss_curve_.shape == (5,)
    assert half.loss_curve_[-1] < half.loss_curve_[0]
    assert half.n_backbone_features_ == 3


def test_pictures_are_read_once_and_only_if_there_are_pairs():
    counting = Counting()
    unfitted(counting, batch_size=7).fit_transform(PRODUCTS)
    assert counting.calls == [7] * 5 + [5]
    apart = sessions_of([[0, 100], [1, 101]])
    counting = Counting()
    with pytest.raises(ValueError, match="No session has two products with pictures"):
        unfitted(counting, sessions=apart).fit(PRODUCTS)
    assert not counting.calls


def test_callbacks_are_told_of_epochs_and_can_stop():
    record = Record()
    record.on_fit_task_end = lambda estimator, context, *, fitted_estimator=None: (
        record.ended.append(context.task_name) or record.ended.count("epoch") == 4
    )
    stopped = unfitted().set_callbacks(record).fit(PRODUCTS)
    # The first one is that of the pictures.
    assert record.ended.count("epoch") == 4
    whole = unfitted().fit(PRODUCTS)
    np.testing.assert_array_equal(stopped.loss_curve_, whole.loss_curve_[:3])


def test_a_training_that_fails_leaves_the_estimator_as_it_was():
    fitted = unfitted().fit(PRODUCTS)
    before = dict(vars(fitted))
    fitted.set_params(learning_rate=1e30)
    with pytest.raises(ValueError, match="The loss is not finite"):
        fitted.fit(PRODUCTS)
    fitted.set_params(learning_rate=0.01)
    assert vars(fitted) == before


def test_a_collapse_is_told():
    def constant(pictures):
        return np.ones((len(pictures), 3)) * 5

    with pytest.warns(CollapseWarning, match="spread by only 0 of their length"):
        unfitted(constant).fit(PRODUCTS)


def test_vectors_are_served_without_torch():
    fitted = unfitted().fit(PRODUCTS)
    code = (
        "import pickle, sys; import numpy as np; "
        "encoder = pickle.loads(sys.stdin.buffer.read()); "
        "encoder.project(np.ones((2, 3), np.float32)); "
        "assert 'torch' not in sys.modules"
    )
    data = pickle.dumps(fitted.encoder_)
    subprocess.run([sys.executable, "-c", code], input=data, check=True)
