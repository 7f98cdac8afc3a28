import pytest

pytest.register_assert_rewrite("estimator_checks")
