"""Prod2Vec: what it learns from ids alone."""

import numpy as np
import pandas as pd
import pytest
from small import ID_SESSIONS, SESSIONS, TITLES, small

import sklearn_prodemb
from sklearn_prodemb import Sessions
from sklearn_prodemb._byol import training
from sklearn_prodemb.baselines import Prod2Vec


@pytest.mark.parametrize("kind", [int, str, float])
def test_ids_of_any_type(kind, tmp_path):
    ids = [kind(i) for i in range(6)]
    rows = pd.DataFrame({"session": [1, 1, 1, 2, 2, 2, 2], "id": ids[:3] + ids[2:]})
    rows["title"] = "mesa"
    sessions = Sessions.from_frame(rows, session="session", title="title", product="id")
    fitted = Prod2Vec(random_state=0).fit(sessions)
    assert fitted.encoder_.ids.tolist() == ids
    fitted.save(tmp_path / "file")
    again = sklearn_prodemb.load(tmp_path / "file")
    assert again.encoder_.ids.tolist() == ids
    assert {type(i) for i in again.encoder_.ids.tolist()} == {kind}
    assert (
        again.transform(ids[::-1]).tobytes() == fitted.encoder_.vectors[::-1].tobytes()
    )


def test_titles_and_categories_do_not_count():
    rows = pd.DataFrame(
        [
            (number, title, "mesa")
            for number, session in enumerate(SESSIONS.to_lists())
            for title, _ in session
        ],
        columns=["session", "id", "title"],
    )
    blank = Sessions.from_frame(rows, session="session", title="title", product="id")
    params = {"max_epochs": 2, "random_state": 0, "handle_unknown": "ignore"}
    expected = Prod2Vec(**params).fit(ID_SESSIONS).transform(TITLES)
    np.testing.assert_array_equal(
        Prod2Vec(**params).fit(blank).transform(TITLES), expected
    )


def test_ids_do_not_retrain_an_embedder(tmp_path, monkeypatch):
    expected = small(memory=str(tmp_path)).fit(SESSIONS)
    monkeypatch.setattr(training, "train", None)
    again = small(memory=str(tmp_path)).fit(ID_SESSIONS)
    np.testing.assert_array_equal(again.encoder_.filters, expected.encoder_.filters)
