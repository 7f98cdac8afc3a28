import pytest
from small import SESSIONS

from sklearn_prodemb import Sessions
from sklearn_prodemb.evaluation import hold_out_titles


@pytest.mark.parametrize("share", [0.1, 0.35, 0.9])
def test_each_row_is_in_one_part(share):
    known, new = hold_out_titles(SESSIONS, share, random_state=0)
    assert {*known.titles}.isdisjoint(new.titles)
    assert new.n_products == round(share * SESSIONS.n_products)
    rows = [row for part in (known, new) for s in part.to_lists() for row in s]
    assert sorted(rows) == sorted(row for s in SESSIONS.to_lists() for row in s)
    # Who was together with whom stays, in the same order.
    held = {*new.titles}
    expected = [[row for row in s if row[0] in held] for s in SESSIONS.to_lists()]
    assert new.to_lists() == [session for session in expected if session]


def test_the_choice_depends_on_the_seed_alone():
    a, b, other = (hold_out_titles(SESSIONS, random_state=s)[1] for s in (0, 0, 1))
    assert a == b
    assert a != other


@pytest.mark.parametrize("share", [0.01, 0.99])
def test_a_part_without_titles(share):
    sessions = Sessions.from_lists([["mesa", "silla"], ["lampara"]])
    with pytest.raises(ValueError, match="of 3 titles leaves a part without any"):
        hold_out_titles(sessions, share)


@pytest.mark.parametrize("share", [0, 1, 1.5, "x"])
def test_bad_share(share):
    with pytest.raises(ValueError, match="'held_out' parameter"):
        hold_out_titles(SESSIONS, share)


def test_no_sessions():
    with pytest.raises(ValueError, match="'sessions' parameter"):
        hold_out_titles([["mesa", "silla"]])
