"""Every estimator of the package against the conformity checks."""

import inspect

from estimator_checks import Case, parametrize_with_checks
from small import LABELS, SESSIONS, TITLES, small
from tiny_bert import tiny_bert

from sklearn_prodemb.baselines import TransformerEmbedder

CASES = {
    "learns from X": Case(small(), TITLES, LABELS, fit_input=SESSIONS),
    "learns from a parameter": Case(small(sessions=SESSIONS), TITLES, LABELS),
    "frozen transformer": Case(TransformerEmbedder(model=tiny_bert()), TITLES, LABELS),
}


@parametrize_with_checks(CASES)
def test_conformity(case, check, tmp_path):
    name = type(case.estimator).__name__
    if "tmp_path" in inspect.signature(check).parameters:
        check(name, case, tmp_path)
    else:
        check(name, case)
