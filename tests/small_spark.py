"""A small Spark on this machine, for the tests that need one."""

import os
import shutil
import sys
from contextlib import contextmanager


def reason_to_skip():
    """Say what is missing, None if nothing is."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed: pip install 'sklearn-prodemb[spark]'"
    home = os.environ.get("JAVA_HOME")
    found = home and os.path.exists(os.path.join(home, "bin", "java"))
    return None if found or shutil.which("java") else "there is no Java for Spark"


@contextmanager
def spark_session(**config):
    """Start Spark with two cores, little memory and no web page."""
    from pyspark.sql import SparkSession

    # Workers of Python are the ones of this environment, and find what tests find.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    builder = SparkSession.builder.master("local[2]").appName("tests")
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **config,
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()
