"""Words and n-grams of texts, and what kind they are."""

import numpy as np

from sklearn_prodemb.matching._text_table import TextTable


def test_kinds_of_words_and_how_rare_they_are():
    table = TextTable.of(["canon 185", "canon d750", ""])
    kinds = list(zip(table.is_number.tolist(), table.is_code.tolist(), strict=True))
    # In the order of the words: 185, canon, d750.
    assert kinds == [(True, False), (False, False), (False, True)]
    assert table.rarity[0] == table.rarity[2] == 1 > table.rarity[1]
    assert table.first_words.tolist() == [1, 1, -1]
    assert table.lengths.tolist() == [9, 10, 0]
    np.testing.assert_array_equal(
        table.counts.toarray(), [[1, 1, 0], [0, 1, 1], [0, 0, 0]]
    )
    np.testing.assert_allclose(table.weighted.toarray()[0], [1, table.rarity[1], 0])
    assert TextTable.of(["", ""]) is None
