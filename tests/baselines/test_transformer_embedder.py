"""TransformerEmbedder as its users meet it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small import TITLES
from tiny_bert import tiny_bert

import sklearn_prodemb
from sklearn_prodemb.baselines import TransformerEmbedder


@pytest.fixture
def embedder():
    return TransformerEmbedder(model=tiny_bert()).fit(TITLES)


def test_files_name_the_model(embedder, tmp_path):
    path = tmp_path / "embedder.skops"
    embedder.save(path)
    assert path.stat().st_size < 10_000
    loaded = sklearn_prodemb.load(path)
    assert loaded.get_params() == embedder.get_params()
    assert loaded.transform(TITLES).tobytes() == embedder.transform(TITLES).tobytes()


def test_a_path_will_do(embedder, tmp_path):
    other = TransformerEmbedder(model=Path(tiny_bert())).fit()
    other.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    assert (loaded.model, other.model) == (tiny_bert(), Path(tiny_bert()))
    assert loaded.transform(TITLES).tobytes() == embedder.transform(TITLES).tobytes()


def test_a_new_process_says_nothing_and_gives_the_same_bytes(embedder, tmp_path):
    embedder.save(tmp_path / "file")
    code = (
        "import sys, numpy as np, sklearn_prodemb; _, path, model, out = sys.argv; "
        "from sklearn_prodemb.baselines import TransformerEmbedder; "
        f"first = sklearn_prodemb.load(path).transform({TITLES!r}); "
        f"second = TransformerEmbedder(model=model).fit_transform({TITLES!r}); "
        "assert (first == second).all(); np.save(out, first)"
    )
    out = tmp_path / "vectors.npy"
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        [*command, tmp_path / "file", tiny_bert(), out],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert np.load(out).tobytes() == embedder.transform(TITLES).tobytes()


def test_what_runs_it_may_be_set_after_fit(embedder):
    expected = embedder.transform(TITLES)
    embedder.set_params(batch_size=3, device="cpu", local_files_only=True)
    np.testing.assert_allclose(embedder.transform(TITLES), expected, rtol=0, atol=1e-6)
    embedder.set_params(device="abacus")
    with pytest.raises(ValueError, match="device='abacus' cannot be used"):
        embedder.transform(TITLES)
    embedder.set_params(device="cpu", batch_size=-1)
    with pytest.raises(ValueError, match="'batch_size' parameter"):
        embedder.transform(TITLES)


def test_what_decides_vectors_may_not(embedder):
    expected = embedder.transform(TITLES)
    embedder.set_params(pooling="mean", max_length=5, model="shop/other")
    assert embedder.transform(TITLES).tobytes() == expected.tobytes()


def test_a_failed_fit_keeps_the_former_model(embedder, tmp_path):
    before = embedder.encoder_
    embedder.set_params(model=str(tmp_path))
    with pytest.raises(OSError, match="holds no model"):
        embedder.fit(TITLES)
    assert embedder.encoder_ is before


def test_feature_names(embedder):
    names = embedder.get_feature_names_out()
    assert names[[0, -1]].tolist() == ["transformerembedder0", "transformerembedder15"]
