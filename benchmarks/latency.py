"""One title at a time, a thousand, and the first vector of a new process.

python benchmarks/latency.py

For `ProductEmbedder` asked for titles of the log and for new ones, `SpectralEmbedder`,
and `TextCNNEmbedder` untrained, which costs the same as trained. First vectors stand
beside those of fastText and model2vec (see `transform.py`) and an import of
scikit-learn's base class alone; each runs in processes of its own, all in turn.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from data import sources, titles_from
from side_by_side import N_RUNS, describe, machine, print_rows, save
from transform import fasttext_model, model2vec_model, unigram_tokenizer

from sklearn_prodemb import ProductEmbedder, SpectralEmbedder, TextCNNEmbedder

N_CALLS, BATCH = 5_000, 1_000
FIRST_VECTOR = """
import time
start = time.perf_counter()
{load}
loaded = time.perf_counter()
{embed}
print(loaded - start, time.perf_counter() - start)
"""
TITLE = "Zapatillas Nike Air Max 90"
OURS = f"embedder.transform([{TITLE!r}])"
WAYS = {
    "sklearn_prodemb.load": "import sklearn_prodemb\n"
    "embedder = sklearn_prodemb.load({path!r})",
    "joblib.load, memory map": "import joblib\n"
    "embedder = joblib.load({path!r}, mmap_mode='r')",
    # As with the core dependencies alone: scikit-learn imports pandas if it finds it.
    "sklearn_prodemb.load, pandas not installed": "import sys\n"
    "sys.modules['pandas'] = None\n"
    "import sklearn_prodemb\n"
    "embedder = sklearn_prodemb.load({path!r})",
}
PEERS = {
    "fastText": (
        "import fasttext\nmodel = fasttext.load_model({path!r})",
        f"model.get_sentence_vector({TITLE!r})",
    ),
    "model2vec": (
        "from model2vec import StaticModel\n"
        "model = StaticModel.from_pretrained({path!r})",
        f"model.encode([{TITLE!r}])",
    ),
    "scikit-learn's base class alone": ("import sklearn.base", ""),
}


def one_title(embedder, titles):
    embedder.transform(titles)  # a warm process has met its tokens and words
    seconds = []
    for title in titles[:N_CALLS]:
        start = time.perf_counter()
        embedder.transform([title])
        seconds.append(time.perf_counter() - start)
    start = time.perf_counter()
    for begin in range(0, len(titles), BATCH):
        embedder.transform(titles[begin : begin + BATCH])
    rate = len(titles) / (time.perf_counter() - start)
    return {
        "titles/s, 1,000 a call": rate,
        "median ms": 1e3 * float(np.median(seconds)),
        "99th percentile ms": 1e3 * float(np.quantile(seconds, 0.99)),
    }


def first_vectors(programs):
    """Run each program, a pair of load and embed, in processes of its own."""
    # Modules are compiled once, as an installation does.
    environment = {
        k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"
    }
    runs = {key: [] for key in programs}
    for number in range(N_RUNS + 1):
        for key, (load, embed) in programs.items():
            code = FIRST_VECTOR.format(load=load, embed=embed)
            command = [sys.executable, "-c", code]
            output = subprocess.check_output(command, env=environment, text=True)
            # The first run finds files that are not in memory yet.
            if number:
                runs[key].append(output.split())
    rows = []
    for (way, name), seconds in runs.items():
        loaded, total = np.median(np.array(seconds, float), axis=0)
        times = {"loaded after s": float(loaded), "first vector after s": float(total)}
        rows.append({"file": way, "embedder": name, **times})
    return rows


def save_all(found, titles, folder):
    """Save embedders and peers; give the programs that load them and embed a title."""
    import joblib

    programs = {}
    for name, embedder in found.items():
        for way, load in WAYS.items():
            path = str(folder / f"{len(programs)}")
            if "joblib" in way:
                joblib.dump(embedder, path)
            else:
                embedder.save(path)
            programs[way, name] = load.format(path=path), OURS
    path = str(folder / "fasttext.bin")
    fasttext_model(titles).save_model(path)
    vocab_size = found["TextCNNEmbedder"].encoder_.tokenizer.vocab_size
    model = model2vec_model(unigram_tokenizer(titles, vocab_size))
    model.save_pretrained(folder / "model2vec")
    paths = {"fastText": path, "model2vec": str(folder / "model2vec")}
    for name, (load, embed) in PEERS.items():
        programs["", name] = load.format(path=paths.get(name)), embed
    return programs


def embedders(titles):
    """Give an embedder of each class that learned these titles, by its name."""
    sessions = [titles[i : i + 10] for i in range(0, len(titles), 10)]
    return {
        "ProductEmbedder": ProductEmbedder(
            normalizer="es", max_epochs=1, random_state=0
        ).fit(sessions),
        "SpectralEmbedder": SpectralEmbedder(normalizer="es", random_state=0).fit(
            sessions
        ),
        "TextCNNEmbedder": TextCNNEmbedder(max_epochs=0, random_state=0).fit(sessions),
    }


def main():
    about = machine(torch.get_num_threads())
    print(describe(about))
    rows = []
    for source in sources():
        titles = titles_from(source, 40_000)
        known, new = titles[:20_000], titles[20_000:]
        found = embedders(known)
        asked = [(name, embedder, known) for name, embedder in found.items()]
        asked.append(("ProductEmbedder, new titles", found["ProductEmbedder"], new))
        rows += [
            {"titles": source, "embedder": name, **one_title(embedder, those)}
            for name, embedder, those in asked
        ]
    print_rows(rows)
    with tempfile.TemporaryDirectory() as folder:
        starts = first_vectors(save_all(found, known, Path(folder)))
    print_rows(starts)
    save("latency", about, rows + starts)


if __name__ == "__main__":
    main()
