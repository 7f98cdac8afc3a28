"""Sub-words of a few titles, and a network of them."""

import numpy as np

from sklearn_prodemb._product.sub_words import SubWords
from sklearn_prodemb.encoders import SubWordNetwork

TITLES = [["mesa", "roja"], ["mesas", "rojas"], ["mesa", "pino", "mesa"], ["té"]]
WORDS = ["mesa", "mesas", "pino", "roja", "té"]
SUB_WORDS, IN_TITLES = SubWords.learn(WORDS, TITLES)
N_INPUTS, N_OUTPUTS = 4, 3


def draw_network(seed=0, n_sub_words=SUB_WORDS.n_columns):
    """A network of 6 hidden units with weights drawn at random."""
    rng = np.random.default_rng(seed)
    shapes = [(n_sub_words, 6), (N_INPUTS, 6), 6, (6, N_OUTPUTS)]
    shapes += [(N_INPUTS, N_OUTPUTS), N_OUTPUTS]
    return SubWordNetwork(
        *(rng.standard_normal(shape).astype(np.float32) for shape in shapes)
    )
