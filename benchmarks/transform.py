"""Titles per second, raw strings to vectors, beside what one would use instead.

    python benchmarks/transform.py

Sources, numbers of threads and batch sizes are crossed; all programs run in turn in one
process for each number of threads:

- ours: `SpectralEmbedder.transform`, fitted on the titles, ten a session;
- TextCNNEmbedder: its `transform`, untrained, which costs the same as trained;
- Conv1d: the same text CNN, with its weights and tokenizer, as `nn.Embedding` and
  `nn.Conv1d`, batches of 256 titles sorted by length;
- fastText: `get_sentence_vector`, 512-d, trained on the titles for one pass;
- model2vec: `StaticModel.encode`, a 512-d table of random numbers on a unigram
  tokenizer of as many tokens as the text CNN's, learned on the same titles;
- MiniLM: a transformer of all-MiniLM-L6-v2's size (6 layers, 384-d) with random weights
  on the same tokenizer, mean pooling, batches of 64 titles sorted by length;
- TF-IDF: `TfidfVectorizer.transform`, fitted on the titles; sparse.

Slow programs embed fewer titles than a batch of 100,000: the column says how many.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
from conv1d import Conv1dEmbedder
from data import sources, titles_from
from side_by_side import (
    N_RUNS,
    RESULTS,
    describe,
    in_turn,
    machine,
    median_ratio,
    print_rows,
    save,
)
from sklearn.feature_extraction.text import TfidfVectorizer

from sklearn_prodemb import SpectralEmbedder, TextCNNEmbedder

N_TITLES = 200_000
BATCHES = (1, 32, 1_000, 100_000)
# No timing takes much longer than a second: titles a run, by program.
MOST = {"MiniLM": 300, "Conv1d": 10_000, "fastText": 20_000}
# Small batches are repeated up to so many titles.
LEAST = {1: 300, 32: 3_200, 1_000: 10_000}


def fasttext_model(titles):
    import fasttext

    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(titles[:20_000]))
        file.flush()
        return fasttext.train_unsupervised(
            file.name, dim=512, epoch=1, minCount=1, bucket=200_000, verbose=0
        )


def fasttext_program(titles):
    model = fasttext_model(titles)
    return lambda batch: np.stack([model.get_sentence_vector(t) for t in batch])


def unigram_tokenizer(titles, vocab_size):
    from tokenizers import Tokenizer, normalizers, pre_tokenizers
    from tokenizers.models import Unigram
    from tokenizers.trainers import UnigramTrainer

    tokenizer = Tokenizer(Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = UnigramTrainer(
        vocab_size=vocab_size,
        show_progress=False,
        special_tokens=["[PAD]", "[UNK]"],
        unk_token="[UNK]",
    )
    tokenizer.train_from_iterator(titles, trainer)
    return tokenizer


def model2vec_model(tokenizer):
    from model2vec import StaticModel

    table = np.random.default_rng(0).standard_normal(
        (tokenizer.get_vocab_size(), 512), dtype=np.float32
    )
    return StaticModel(table, tokenizer)


def model2vec_program(tokenizer, n_threads):
    model = model2vec_model(tokenizer)
    return lambda batch: model.encode(batch, use_multiprocessing=n_threads > 1)


def minilm_program(tokenizer):
    from transformers import BertConfig, BertModel

    model = BertModel(
        BertConfig(
            vocab_size=tokenizer.get_vocab_size(),
            hidden_size=384,
            num_hidden_layers=6,
            num_attention_heads=12,
            intermediate_size=1536,
        )
    ).eval()

    @torch.inference_mode()
    def transform(titles):
        ids = [e.ids for e in tokenizer.encode_batch_fast(titles)]
        order = np.argsort([len(i) for i in ids], kind="stable")
        vectors = np.empty((len(titles), 384), np.float32)
        for begin in range(0, len(titles), 64):
            rows = order[begin : begin + 64]
            n = max(len(ids[rows[-1]]), 1)
            padded = np.zeros((len(rows), n), np.int64)
            for row, title in zip(padded, rows, strict=True):
                row[: len(ids[title])] = ids[title]
            mask = torch.from_numpy(padded != 0)
            hidden = model(torch.from_numpy(padded), mask).last_hidden_state
            sums = (hidden * mask[:, :, None]).sum(1)
            vectors[rows] = (sums / mask.sum(1, keepdim=True).clamp(min=1)).numpy()
        return vectors

    return transform


def programs_for(titles, n_threads):
    known = titles[:50_000]
    sessions = [known[i : i + 10] for i in range(0, len(known), 10)]
    spectral = SpectralEmbedder(normalizer="es", random_state=0).fit(sessions)
    text_cnn = TextCNNEmbedder(max_epochs=0, random_state=0).fit(sessions)
    tokenizer = unigram_tokenizer(known, text_cnn.encoder_.tokenizer.vocab_size)
    for model in (spectral, text_cnn):
        model.transform(titles)  # a process meets words and folds the table once
    return text_cnn, {
        "ours": spectral.transform,
        "TextCNNEmbedder": text_cnn.transform,
        "Conv1d": Conv1dEmbedder(text_cnn).transform,
        "fastText": fasttext_program(titles),
        "model2vec": model2vec_program(tokenizer, n_threads),
        "MiniLM": minilm_program(tokenizer),
        "TF-IDF": TfidfVectorizer().fit(known).transform,
    }


def measure(source, n_threads):
    titles = titles_from(source, N_TITLES)
    text_cnn, programs = programs_for(titles, n_threads)
    names = ("TextCNNEmbedder", "Conv1d")
    folded, plain = (programs[name](titles[:2_000]) for name in names)
    assert np.abs(folded - plain).max() < 1e-4
    n_tokens = text_cnn.encoder_.tokenizer.encode(titles).lengths.mean()
    rng = np.random.default_rng(0)
    rows = []
    for batch in BATCHES:
        runs, counts = {}, {}
        for name, transform in programs.items():
            n = min(max(batch, LEAST.get(batch, 0)), MOST.get(name, N_TITLES))
            first = int(rng.integers(0, len(titles) - n + 1))
            chosen = titles[first : first + n]
            parts = [chosen[i : i + batch] for i in range(0, n, batch)]

            def run(transform=transform, parts=parts):
                for part in parts:
                    transform(part)

            runs[name], counts[name] = run, n
        seconds = in_turn(runs)
        per_title = {
            name: [s / counts[name] for s in times] for name, times in seconds.items()
        }
        rows += [
            {
                "titles": source,
                "tokens": round(float(n_tokens), 1),
                "threads": n_threads,
                "batch": batch,
                "program": name,
                "embedded": counts[name],
                "titles/s": 1 / float(np.median(times)),
                "ours is faster by": median_ratio(per_title["ours"], times),
            }
            for name, times in per_title.items()
        ]
        print_rows(rows[-len(programs) :])
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, help="measure with so many, in here")
    n_threads = parser.parse_args().threads
    if n_threads is not None:
        warnings.filterwarnings("ignore")
        torch.set_num_threads(n_threads)
        rows = [row for s in sources() for row in measure(s, n_threads)]
        save(f"transform_{n_threads}", machine(n_threads), rows)
        return
    print(describe(machine(None)), f"; medians of {N_RUNS} runs in turn")
    parts = []
    for n_threads in (2, 1):
        names = ("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "LOKY_MAX_CPU_COUNT")
        environment = {**os.environ, **dict.fromkeys(names, str(n_threads))}
        subprocess.run(
            [sys.executable, __file__, "--threads", str(n_threads)],
            check=True,
            env=environment,
        )
        path = Path(RESULTS) / f"transform_{n_threads}.json"
        parts.append(json.loads(path.read_text()))
        path.unlink()
    save("transform", machine(None), [row for part in parts for row in part["rows"]])


if __name__ == "__main__":
    main()
