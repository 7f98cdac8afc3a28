"""Titles per second of `transform`, raw strings to vectors, beside `nn.Conv1d`.

    python benchmarks/transform.py [PATH]

PATH is a folder with `instacart/products.parquet` (see `examples/instacart.py`); where
it is not given, titles are generated. They are tiled with small edits to 100,000
distinct ones. The peer has the same weights, tokenizer and meaning of padding:
`nn.Embedding` and `nn.Conv1d` on batches of 256 titles sorted by length. Both run in
turn, five times, on all cores; the encoder is untrained, which costs the same as a
trained one.
"""

import argparse
import platform
import statistics
import time
from pathlib import Path

import joblib
import numpy as np
import torch
from torch import nn

import sklearn_prodemb
from sklearn_prodemb import ProductEmbedder
from sklearn_prodemb.datasets import make_sessions

N_TITLES = 100_000
N_RUNS = 5
BATCH = 256


def distinct_titles(folder):
    if folder is None:
        titles = make_sessions(20_000, random_state=0).titles.tolist()
    else:
        import pandas as pd

        frame = pd.read_parquet(folder / "instacart" / "products.parquet")
        titles = frame["title"].drop_duplicates().tolist()
    copies = -(-N_TITLES // len(titles))
    tiled = [t if i == 0 else f"{t} {i}" for i in range(copies) for t in titles]
    return tiled[:N_TITLES]


class Peer:
    """The same encoder with `nn.Embedding` and `nn.Conv1d`."""

    def __init__(self, embedder):
        self.tokenizer = embedder.tokenizer_
        embeddings = torch.tensor(embedder.token_embeddings_)
        padding = torch.zeros(1, embeddings.shape[1])
        self.embedding = nn.Embedding.from_pretrained(torch.cat([embeddings, padding]))
        self.convolutions = []
        first, n_filters = 0, embedder.filters_.shape[1]
        for number, size in enumerate(embedder.kernel_sizes_):
            blocks = torch.tensor(embedder.filters_[first : first + size])
            biases = embedder.biases_[number * n_filters : (number + 1) * n_filters]
            convolution = nn.Conv1d(blocks.shape[2], n_filters, size)
            convolution.weight.data = blocks.permute(1, 2, 0).contiguous()
            convolution.bias.data = torch.tensor(biases)
            self.convolutions.append(convolution)
            first += size

    @torch.inference_mode()
    def transform(self, titles):
        """Embed titles."""
        tokens, offsets = self.tokenizer.encode(titles)
        lengths = np.diff(offsets)
        order = np.argsort(lengths, kind="stable")
        n_features = sum(c.out_channels for c in self.convolutions)
        vectors = np.empty((len(titles), n_features), np.float32)
        padded = np.append(tokens, self.embedding.num_embeddings - 1).astype(np.int64)
        widest = max(c.kernel_size[0] for c in self.convolutions)
        for begin in range(0, len(titles), BATCH):
            rows = order[begin : begin + BATCH]
            columns = np.arange(max(lengths[rows].max(), widest))
            position = offsets[rows, None] + columns
            position[columns >= lengths[rows, None]] = len(tokens)
            x = self.embedding(torch.from_numpy(padded[position])).transpose(1, 2)
            parts = []
            for convolution in self.convolutions:
                windows = convolution(x)
                last = np.maximum(lengths[rows] - convolution.kernel_size[0], 0)
                missing = np.arange(windows.shape[2]) > last[:, None]
                windows.masked_fill_(torch.from_numpy(missing)[:, None], -torch.inf)
                parts.append(windows.amax(2).relu())
            vectors[rows] = torch.cat(parts, 1).numpy()
        return vectors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    titles = distinct_titles(parser.parse_args().folder)
    embedder = ProductEmbedder(max_epochs=0, normalizer="basic", random_state=0)
    embedder.fit([titles])
    peer = Peer(embedder)
    largest = np.abs(embedder.transform(titles) - peer.transform(titles)).max()

    n_tokens = len(embedder.tokenizer_.encode(titles)[0])
    print(
        f"{joblib.cpu_count()} cores ({platform.machine()}), "
        f"{torch.get_num_threads()} threads, Python {platform.python_version()}, "
        f"torch {torch.__version__}, sklearn-prodemb {sklearn_prodemb.__version__}\n"
        f"{len(titles):,} distinct titles of {n_tokens / len(titles):.1f} tokens; the "
        f"largest difference between the two is {largest:.1e}"
    )
    times = {"ours": [], "Conv1d": []}
    for _ in range(N_RUNS):
        for name, transform in (
            ("ours", embedder.transform),
            ("Conv1d", peer.transform),
        ):
            start = time.perf_counter()
            transform(titles)
            times[name].append(time.perf_counter() - start)
    for name, seconds in times.items():
        print(f"{name}: {len(titles) / statistics.median(seconds):,.0f} titles/s")
    ratios = [b / a for a, b in zip(times["ours"], times["Conv1d"], strict=True)]
    print(f"ratio of times, median of {N_RUNS}: {statistics.median(ratios):.1f}")


if __name__ == "__main__":
    main()
