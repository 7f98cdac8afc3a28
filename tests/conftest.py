import pytest

pytest.register_assert_rewrite("estimator_checks")


@pytest.fixture(scope="session")
def spark():
    """A Spark on this machine, which all tests that need one share."""
    from small_spark import reason_to_skip, spark_session

    if reason := reason_to_skip():
        pytest.skip(reason)
    with spark_session() as session:
        yield session
