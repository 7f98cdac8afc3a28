"""ClickEmbedder: what it keeps of sessions."""

import subprocess
import sys

import numpy as np
import pytest
from record import Record
from small import ID_SESSIONS, TITLES, sessions_of_ids

from sklearn_prodemb.multimodal import ClickEmbedder, _click_embedder
from sklearn_prodemb.multimodal._clicks.learning import STAGES


def test_what_is_seen_together_is_near():
    rng = np.random.default_rng(0)
    lists = [rng.permutation(10)[:4] + 10 * (n % 2) for n in range(200)]
    fitted = ClickEmbedder(n_components=8, random_state=0).fit(sessions_of_ids(lists))
    X = fitted.transform(range(20))
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), 1, rtol=1e-6)
    same = np.equal.outer(np.arange(20) < 10, np.arange(20) < 10)
    cosines = X @ X.T
    assert cosines[same].mean() > cosines[~same].mean() + 0.3
    assert fitted.n_pairs_ == 200 * 6


def test_sessions_are_cut():
    sessions = sessions_of_ids([[1, 2, 3], [2, 1], [4, 5, 1]])
    fitted = ClickEmbedder(max_session_length=2, random_state=0).fit(sessions)
    assert sorted(fitted.encoder_.ids) == [1, 2, 4, 5]
    assert fitted.n_pairs_ == 3


def test_stages(capsys):
    record = Record()
    fitted = ClickEmbedder(verbose=True, random_state=0, handle_unknown="ignore")
    fitted.set_callbacks(record).fit(ID_SESSIONS)
    assert record.parts == ["fit", *STAGES]
    assert record.n_blocks == record.n_tasks
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        f"[ClickEmbedder] {stage}" for stage in STAGES
    ]
    np.testing.assert_array_equal(record.fitted[-1], fitted.transform(TITLES))


def test_it_learns_once_with_a_cache(tmp_path, monkeypatch):
    params = {"random_state": 0, "memory": str(tmp_path)}
    expected = ClickEmbedder(**params).fit(ID_SESSIONS).encoder_.vectors
    monkeypatch.setattr(_click_embedder, "learn_vectors", None)
    again = ClickEmbedder(**params).fit(ID_SESSIONS)
    np.testing.assert_array_equal(again.encoder_.vectors, expected)
    with pytest.raises(TypeError):
        ClickEmbedder(**params, n_components=5).fit(ID_SESSIONS)


def test_it_does_not_import_torch():
    code = (
        "import sys, pandas as pd; from sklearn_prodemb import Sessions; "
        "from sklearn_prodemb.multimodal import BPREmbedder, ClickEmbedder; "
        "df = pd.DataFrame({'s': [1, 1, 2, 2], 'p': [1, 2, 2, 3], 't': list('abbc')}); "
        "sessions = Sessions.from_frame(df, session='s', title='t', product='p'); "
        "BPREmbedder(); ClickEmbedder().fit(sessions).transform([1]); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
