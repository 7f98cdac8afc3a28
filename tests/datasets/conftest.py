"""What several tests of the generator look at."""

import numpy as np
import pytest

from sklearn_prodemb.datasets._catalogue import draw_products
from sklearn_prodemb.datasets._dice import Dice
from sklearn_prodemb.datasets._vocabulary import load_vocabulary


@pytest.fixture(scope="session")
def families():
    return load_vocabulary().families


@pytest.fixture(scope="session")
def products():
    return draw_products(20_000, Dice(np.random.RandomState(0)))
