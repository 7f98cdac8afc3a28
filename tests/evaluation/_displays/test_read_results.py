"""One task and one metric are picked, and draws without a score left out."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb.evaluation import TrainSizeDisplay
from sklearn_prodemb.evaluation._displays.read_results import draws, read_results


@pytest.mark.parametrize("of", [pd.DataFrame, pl.from_pandas, pa.Table.from_pandas])
def test_rows_of_one_task_by_model(of, results):
    found = read_results(of(results[::-1]), task="used", metric=None)
    assert (found.task, found.label) == ("used", "test AUC ROC")
    assert list(found.models) == ["none", "theirs", "ours"]
    for model, rows in found.models.items():
        plain = results[(results["model"] == model) & (results["task"] == "used")]
        np.testing.assert_array_equal(rows["score"].to_numpy(), plain["score"][::-1])


def test_one_of_several_metrics(results):
    used = results[results["task"] == "used"]
    both = pd.concat([used.assign(metric="r2"), used.assign(metric="of mine", score=2)])
    with pytest.raises(ValueError, match=r"one metric, got \['r2', 'of mine'\]"):
        read_results(both, task=None, metric=None)
    assert read_results(both, task=None, metric="r2").label == "test R²"
    found = read_results(both, task=None, metric="of mine")
    assert found.label == "test of mine"
    assert (found.models["ours"]["score"].to_numpy() == 2).all()


def test_draws_without_a_score_are_left_out(results):
    none = results.assign(
        score=results["score"].where(results["train_size"] < 1000, np.nan)
    )
    found = draws(read_results(none, task="used", metric=None).models["ours"])
    plain = none[(none["model"] == "ours") & (none["task"] == "used")].dropna()
    assert list(found) == [100, 500]
    assert [len(scores) for scores in found.values()] == [2, 3]
    for size, scores in found.items():
        expected = plain["score"][plain["train_size"] == size]
        np.testing.assert_array_equal(scores, expected)


def test_results_that_cannot_be_drawn(results):
    with pytest.raises(ValueError, match=r"one task, got \['used', 'counterfeit'\]"):
        TrainSizeDisplay.from_results(results)
    with pytest.raises(ValueError, match="There is no task 'usde' in results"):
        TrainSizeDisplay.from_results(results, task="usde")
    with pytest.raises(ValueError, match=r"\['score'\] are missing"):
        TrainSizeDisplay.from_results(results.drop(columns=["score"]))
    with pytest.raises(TypeError, match="must be a data frame"):
        TrainSizeDisplay.from_results([1, 2])
    both = pd.concat([results, results.assign(part="validation")])
    with pytest.raises(ValueError, match="must have one part"):
        TrainSizeDisplay.from_results(both, task="used")
