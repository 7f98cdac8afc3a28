"""Examples run, on less data than they show."""

import runpy
import sys
from pathlib import Path

import matplotlib.image
import pytest
from matplotlib import pyplot as plt

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def pictures(tmp_path, monkeypatch):
    """Give the files of the figures that an example shows, in a list that grows."""
    files = []

    def show():
        files.append(tmp_path / f"{len(files)}.png")
        plt.savefig(files[-1])
        plt.close()

    plt.switch_backend("Agg")
    monkeypatch.setattr(plt, "show", show)
    return files


def test_diagnostics(pictures):
    found = runpy.run_path(str(EXAMPLES / "plot_diagnostics.py"), run_name="__main__")
    # New titles are not seen, but predicted.
    new = found["coverage"].summary()
    assert new["seen_titles"] == 0 < new["predicted_titles"]
    seen = found["embedder"].coverage(found["known"].titles).summary()
    assert seen["seen_titles"] > 0.9
    assert seen["known_words"] > new["known_words"]
    assert len(pictures) == 3
    assert all(matplotlib.image.imread(picture).std() > 0.1 for picture in pictures)


def test_multimodal(tmp_path, monkeypatch, capsys):
    pytest.importorskip("PIL", reason="pictures need pillow")
    picture = tmp_path / "multimodal.png"
    arguments = ["--plot", str(picture), "--sessions", "300"]
    monkeypatch.setattr(sys, "argv", ["multimodal.py", *arguments])
    runpy.run_path(str(EXAMPLES / "multimodal.py"), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    scores = {
        line[:-5].strip(): float(line[-5:]) for line in lines if line[-5:-3] == "0."
    }
    assert [*scores][:4] == ["title", "attributes", "picture", "clicks"]
    assert scores["title + attributes + picture + clicks"] > scores["clicks"]
    assert matplotlib.image.imread(picture).std() > 0.1


def test_similar_products(pictures):
    path = EXAMPLES / "plot_similar_products.py"
    found = runpy.run_path(str(path), run_name="__main__")
    tents = "Carpas y gazebos"
    assert found["alike"]["category"].eq(tents).all()
    assert found["seen_with"]["category"].ne(tents).all()
    # Of what was seen in one session the second index finds more.
    like, seen_with = found["recall"].values()
    assert 0.1 < like < seen_with
    (picture,) = pictures
    assert matplotlib.image.imread(picture).std() > 0.1


def test_refit_and_align(pictures):
    path = EXAMPLES / "plot_refit_and_align.py"
    found = runpy.run_path(str(path), run_name="__main__")
    old, new, aligned, trained_again = found["of_old_model"]
    # On other axes the old model is about as good as chance.
    assert new < 0.7 < 0.9 < min(old, aligned, trained_again)
    lengths = found["of_lengths"]
    assert (lengths["truncate"] >= lengths["first columns"]).all()
    (picture,) = pictures
    assert matplotlib.image.imread(picture).std() > 0.1
