import platform
from importlib.metadata import version

import sklearn_prodemb
from sklearn_prodemb._utils.show_versions import machine


def test_versions_are_those_installed(capsys):
    sklearn_prodemb.show_versions()
    lines = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines["Python"] == platform.python_version()
    assert lines["torch"] == version("torch")
    assert lines["Processor"].endswith("cores")


def test_what_is_not_installed_is_left_out():
    assert list(machine(("numpy", "no-such-package"))["versions"]) == [
        "Python",
        "sklearn-prodemb",
        "numpy",
    ]
