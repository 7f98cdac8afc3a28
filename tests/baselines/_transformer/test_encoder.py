"""Pooled vectors are those of the plain formula, one title at a time."""

import copy
import json
import pickle
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from small import TITLES
from tiny_bert import tiny_bert, write_tiny_bert

from sklearn_prodemb.baselines import TransformerEmbedder
from sklearn_prodemb.baselines._transformer import encoder

LONG = " ".join(["zapatilla"] * 200)
MANY = [*TITLES, "", "mesa", LONG, "?!", "漢字", "ñandú", *(t[:3] for t in TITLES)]


def fitted(**params):
    return TransformerEmbedder(**({"model": tiny_bert()} | params)).fit()


def plain(folder, titles, pooling, max_length):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder)
    vectors = []
    for title in titles:
        tokens = tokenizer(
            title, truncation=True, max_length=max_length, return_tensors="pt"
        )
        with torch.no_grad():
            hidden = model(**tokens).last_hidden_state[0]
        vectors.append(hidden[0] if pooling == "cls" else hidden.mean(0))
    return torch.stack(vectors).numpy()


@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize("max_length", [3, 10, 128])
@pytest.mark.parametrize("batch_size", [1, 7, 1000])
def test_vectors_equal_the_plain_formula(pooling, max_length, batch_size):
    embedder = fitted(pooling=pooling, max_length=max_length, batch_size=batch_size)
    vectors = embedder.transform(MANY)
    expected = plain(tiny_bert(), MANY, pooling, max_length)
    np.testing.assert_allclose(vectors, expected, rtol=0, atol=2e-6)
    assert np.abs(expected).max() > 1
    assert np.ptp(expected, axis=0).min() > 0.1


def test_chunks_do_not_matter(monkeypatch):
    expected = fitted().transform(MANY)
    monkeypatch.setattr(encoder, "_TITLES_PER_CHUNK", 5)
    np.testing.assert_allclose(fitted().transform(MANY), expected, rtol=0, atol=1e-6)


def test_each_distinct_title_goes_through_the_model_once(monkeypatch):
    embedder = fitted(batch_size=2)
    seen = []
    _, network = embedder.encoder_._loaded
    network.register_forward_pre_hook(
        lambda _, args, kwargs: seen.append(kwargs["input_ids"].shape),
        with_kwargs=True,
    )
    embedder.transform(["mesa silla", "mesa", "mesa silla", "silla", "mesa", "carpa"])
    assert [rows for rows, _ in seen] == [2, 2]
    assert [columns for _, columns in seen] == [3, 4]


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_a_title_without_tokens_is_zeros(tmp_path, pooling):
    folder = write_tiny_bert(tmp_path)
    for name, change in {
        "tokenizer.json": {"post_processor": None},
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast"},
    }.items():
        content = json.loads((tmp_path / name).read_text()) | change
        (tmp_path / name).write_text(json.dumps(content))
    vectors = fitted(model=folder, pooling=pooling).transform(["mesa", "", "silla"])
    assert not vectors[1].any()
    assert vectors[[0, 2]].any(axis=1).all()
    assert not fitted(model=folder).transform(["", ""]).any()


def test_threads_share_an_encoder():
    embedder = fitted(max_length=16)
    expected = embedder.transform(MANY)
    unpickled = pickle.loads(pickle.dumps(embedder))
    results = []

    def work():
        results.append(unpickled.transform(MANY))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert all(r.tobytes() == expected.tobytes() for r in results)


def test_a_length_that_the_model_cannot_have_is_refused_when_it_is_loaded():
    encoder = fitted().encoder_
    state = encoder.__getstate__() | {"max_length": 1}
    encoder = type(encoder)(**state)
    with pytest.raises(ValueError, match="leaves nothing of a title"):
        encoder.encode(["mesa"], batch_size=1, device="cpu", local_files_only=True)


def test_neither_weights_nor_tokenizer_are_pickled():
    embedder = fitted()
    expected = embedder.transform(MANY)
    data = pickle.dumps(embedder)
    assert len(data) < 2000
    for again in (pickle.loads(data), copy.deepcopy(embedder), copy.copy(embedder)):
        assert again.transform(MANY).tobytes() == expected.tobytes()


def test_half_precision_weights_are_widened(tmp_path):
    folder = Path(write_tiny_bert(tmp_path))
    transformers.AutoModel.from_pretrained(folder).half().save_pretrained(folder)
    assert json.loads((folder / "config.json").read_text())["dtype"] == "float16"
    _, network = fitted(model=str(folder)).encoder_._loaded
    assert {weight.dtype for weight in network.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    ("max_length", "message"),
    [
        (2, r"max_length=2 leaves nothing of a title: .* adds 2 tokens"),
        (129, r"max_length=129 is more than the 128 tokens that the model .* takes"),
    ],
)
def test_max_length_is_checked(max_length, message):
    with pytest.raises(ValueError, match=message):
        fitted(max_length=max_length)
    fitted(max_length=128).transform([LONG])


def test_positions_bound_max_length_where_the_tokenizer_does_not(tmp_path):
    folder = Path(write_tiny_bert(tmp_path, max_position_embeddings=20))
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    del settings["model_max_length"]
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    with pytest.raises(ValueError, match="more than the 20 tokens"):
        fitted(model=str(folder))
    fitted(model=str(folder), max_length=20).transform([LONG])


def test_another_model_in_the_same_place_is_noticed(tmp_path):
    folder = Path(shutil.copytree(tiny_bert(), tmp_path / "model"))
    data = pickle.dumps(fitted(model=str(folder)))
    assert pickle.loads(data).transform(["mesa"]).any()
    write_tiny_bert(folder, seed=1)
    with pytest.raises(OSError, match=rf"{folder}' is not the one that this estim"):
        pickle.loads(data).transform(["mesa"])
    write_tiny_bert(folder, hidden_size=8)
    with pytest.raises(OSError, match="is not the one"):
        pickle.loads(data).transform(["mesa"])
    shutil.rmtree(folder)
    unpickled = pickle.loads(data)
    with pytest.raises(OSError, match=f"no folder '{folder}'"):
        unpickled.transform(["mesa"])
    write_tiny_bert(folder)
    assert unpickled.transform(["mesa"]).any()


def test_a_model_of_something_else_is_named(tmp_path):
    config = transformers.T5Config(
        vocab_size=100, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2
    )
    transformers.T5Model(config).save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(Path(tiny_bert()) / name, tmp_path)
    with pytest.raises(OSError, match=f"'{tmp_path}' does not turn text into hidden"):
        fitted(model=str(tmp_path))
