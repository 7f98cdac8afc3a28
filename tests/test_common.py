"""Every estimator of the package against the conformity checks."""

import inspect

from estimator_checks import Case, parametrize_with_checks
from small import (
    LABELS,
    PRICES,
    SESSIONS,
    TITLES,
    small,
    small_cnn,
    small_fasttext,
)

from sklearn_prodemb.baselines import TextCNNClassifier, TextCNNRegressor

CASES = {
    "learns from X": Case(small(), TITLES, LABELS, fit_input=SESSIONS),
    "learns from a parameter": Case(small(sessions=SESSIONS), TITLES, LABELS),
    "fastText": Case(small_fasttext(), TITLES, LABELS),
    "text CNN classifier": Case(small_cnn(TextCNNClassifier), TITLES, LABELS),
    "text CNN regressor": Case(small_cnn(TextCNNRegressor), TITLES, PRICES),
}


@parametrize_with_checks(CASES)
def test_conformity(case, check, tmp_path):
    name = type(case.estimator).__name__
    if "tmp_path" in inspect.signature(check).parameters:
        check(name, case, tmp_path)
    else:
        check(name, case)
