"""Score skrub's StringEncoder beside what `study.py` has in its place.

    python studies/skrub_agrees.py CORPUS FOLDER

skrub need not be installed for anything else. Its StringEncoder is TF-IDF of character
n-grams and a truncated SVD; here with the n-grams and the length of `study.py`, and on
the same draws of labels. Prints mean test AUC ROC.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import skrub
from corpora import CORPORA, read
from study import COLD_SIZES, bags, fit_head, score_head

from sklearn_prodemb.evaluation import TrainSizeSplit


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", choices=CORPORA)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    corpus = read(arguments.corpus, arguments.folder)
    titles = {*corpus.sessions.titles}
    for task in corpus.tasks.values():
        titles.update(task.titles)
    # Since titles are none of a data frame's, they are passed as one column.
    column = pd.Series(sorted(titles), name="title")
    encoder = skrub.StringEncoder(
        n_components=512, ngram_range=(3, 5), analyzer="char_wb", random_state=0
    ).fit(column)
    own = bags(corpus)["TF-IDF of characters + SVD"]()
    for name, task in corpus.tasks.items():
        of_skrub = encoder.transform(pd.Series(task.titles, name="title")).to_numpy()
        print(f"skrub {skrub.__version__}, {name}")
        for kind, vectors in (
            ("skrub", of_skrub),
            ("study", own.transform(task.titles)),
        ):
            scores = {}
            for size, _, train, test in TrainSizeSplit(COLD_SIZES).draws(task.titles):
                head = fit_head(vectors[train], task.y[train])
                score = score_head(head, vectors[test], task.y[test])
                scores.setdefault(size, []).append(score)
            means = {size: round(float(np.nanmean(s)), 4) for size, s in scores.items()}
            print(f"  {kind}: {means}", flush=True)


if __name__ == "__main__":
    main()
