"""Warnings point at the line of the user."""

import inspect
import warnings
from pathlib import Path

import joblib
import pytest
from sklearn.preprocessing import FunctionTransformer

import sklearn_prodemb
from sklearn_prodemb._utils.warn import warn


def directly(warning):
    warn(warning)


def through_scikit_learn(warning):
    FunctionTransformer(warn).transform(warning)


def through_joblib(warning):
    joblib.Parallel(n_jobs=1)([joblib.delayed(warn)(warning)])


@pytest.mark.parametrize("way", [directly, through_scikit_learn, through_joblib])
def test_the_innermost_line_of_the_user(way):
    with pytest.warns(FutureWarning, match="look here") as record:
        way(FutureWarning("look here"))
    assert len(record) == 1
    assert record[0].filename == __file__
    assert record[0].lineno == inspect.getsourcelines(way)[1] + 1


@pytest.mark.parametrize(("ending", "inner"), [("", True), ("_extras", False)])
def test_code_of_this_package_is_passed_over(ending, inner):
    # A folder whose name only begins alike is the user's.
    file = Path(f"{Path(sklearn_prodemb.__file__).parent}{ending}", "some.py")
    code = compile("warn(UserWarning('here'))", str(file), "exec")
    with pytest.warns(UserWarning, match="here") as record:
        exec(code, {"warn": warn})
    assert record[0].filename == (__file__ if inner else str(file))


def test_a_filter_by_module_and_class_works():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module=__name__)
        warn(UserWarning("not seen"))
