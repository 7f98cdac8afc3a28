"""Objects that travel as the arguments of their constructor."""

import copy
import pickle

import joblib
import numpy as np
import pytest

from sklearn_prodemb._utils.description import Field, Part, Whole, Wrong
from sklearn_prodemb._utils.plain_state import PlainStateMixin, without_memory_maps
from sklearn_prodemb.encoders import WordTokenizer
from sklearn_prodemb.exceptions import InvalidFileError


class AnyArray(Field):
    def check_form(self, value, sizes):
        if not isinstance(value, np.ndarray):
            raise Wrong("must be an array")

    def check_contents(self, value):
        pass


class Scaled(PlainStateMixin):
    """Numbers times a factor, worked out once."""

    _state = {"numbers": AnyArray(), "factor": Whole()}

    def __init__(self, numbers, factor=2):
        if factor == 0:
            raise ValueError("factor must not be 0")
        self.numbers, self.factor = numbers, factor
        self._products = numbers * factor


@pytest.mark.parametrize(
    "again", [lambda s: pickle.loads(pickle.dumps(s)), copy.copy, copy.deepcopy]
)
def test_all_but_the_arguments_is_built_again(again):
    scaled = Scaled(np.arange(3), 5)
    assert set(scaled.__getstate__()) == {"numbers", "factor"}
    scaled._products = None
    other = again(scaled)
    assert other.factor == 5
    assert other._products.tolist() == [0, 5, 10]


def test_a_state_is_checked_by_the_constructor():
    scaled = Scaled(np.arange(3))
    scaled.factor = 0
    data = pickle.dumps(scaled)
    with pytest.raises(ValueError, match="factor must not be 0"):
        pickle.loads(data)


def test_a_state_is_held_against_its_description():
    state = {"numbers": np.arange(3), "factor": 2.5}
    with pytest.raises(InvalidFileError, match=r"Scaled\.factor must be an int"):
        Scaled.__new__(Scaled).__setstate__(state)
    del state["factor"]
    with pytest.raises(InvalidFileError, match="Scaled lacks factor"):
        Scaled.__new__(Scaled).__setstate__(state)


def test_an_argument_that_is_not_described_is_an_error():
    with pytest.raises(TypeError, match="differ in further"):

        class Further(Scaled):
            def __init__(self, numbers, factor=2, further=0):
                super().__init__(numbers, factor)


class Added(PlainStateMixin):
    """A part that was added later."""

    _state = {"numbers": AnyArray(), "part": Part("WordTokenizer", omitted=True)}

    def __init__(self, numbers, part=None):
        self.numbers, self.part = numbers, part


def test_a_part_that_was_added_is_not_written_if_there_is_none():
    numbers, words = np.arange(3), WordTokenizer("es", b"mesa ")
    assert set(Added(numbers).__getstate__()) == {"numbers"}
    assert set(Added(numbers, words).__getstate__()) == {"numbers", "part"}
    assert pickle.loads(pickle.dumps(Added(numbers))).part is None
    again = pickle.loads(pickle.dumps(Added(numbers, words)))
    assert again.part.words == ["mesa"]
    old = Added.__new__(Added)
    old.__setstate__({"numbers": numbers})
    assert old.part is None
    with pytest.raises(InvalidFileError, match=r"Added\.part must be a WordTokenizer"):
        old.__setstate__({"numbers": numbers, "part": numbers})


@pytest.fixture
def mapped(tmp_path):
    joblib.dump(np.arange(4.0), tmp_path / "array")
    array = joblib.load(tmp_path / "array", mmap_mode="r")
    assert isinstance(array, np.memmap)
    return array


def test_memory_maps_are_written_as_plain_arrays(mapped):
    again = pickle.loads(pickle.dumps(Scaled(mapped)))
    assert type(again.numbers) is np.ndarray
    assert again.numbers.tolist() == [0, 1, 2, 3]


def test_memory_maps_in_dicts(mapped):
    other = np.ones(2)
    result = without_memory_maps({"a": {"b": mapped}, "c": other, "d": "text"})
    assert type(result["a"]["b"]) is np.ndarray
    assert result["a"]["b"].tolist() == mapped.tolist()
    assert result["c"] is other
    assert result["d"] == "text"
