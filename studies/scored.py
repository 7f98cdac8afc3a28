"""What studies share that score models on data sets: arguments, and what is kept."""

import argparse
from pathlib import Path

import pandas as pd


def ask(doc, corpora):
    """Read the arguments FOLDER, --corpus NAME and --table of a study.

    Gives the folder, and the corpora to score: all by default, none with --table.
    """
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--corpus", choices=corpora, action="append")
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    return arguments.folder, [] if arguments.table else arguments.corpus or [*corpora]


def main(doc, data, table, path):
    """Score what the arguments name, and keep the scores; or print the table.

    `data` has a function a data set, which takes the part, validation or test, and the
    folder, and gives a dict a score. The scores of a part and a data set replace those
    that `path` has.
    """
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--part", choices=("validation", "test"), default="test")
    parser.add_argument("--data", choices=data, action="append")
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    kept = pd.read_csv(path).to_dict("records") if path.exists() else []
    for name in () if arguments.table else arguments.data or data:
        about = {"part": arguments.part, "data": name}
        rows = [
            {**about, **row} for row in data[name](arguments.part, arguments.folder)
        ]
        kept = [row for row in kept if (row["part"], row["data"]) != (*about.values(),)]
        kept += rows
        pd.DataFrame(kept).to_csv(path, index=False)
        print(pd.DataFrame(rows).round(3).to_string(), flush=True)
    if arguments.table:
        print(table(pd.read_csv(path)))
