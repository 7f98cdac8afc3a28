"""Examples run, on less data than they show."""

import runpy
import sys
from pathlib import Path

import matplotlib.image
import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


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
