"""Python's dates and datetimes: against a slow version that is plain to see."""

import datetime
import zoneinfo

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb._sessions.dates import stamps_of_dates
from sklearn_prodemb._utils import chunks

ZONES = [
    zoneinfo.ZoneInfo("Europe/Berlin"),
    datetime.UTC,
    zoneinfo.ZoneInfo("Asia/Tokyo"),
]


def series(moments):
    column = pd.Series(moments, dtype=object, name="time")
    return nw.from_native(column, series_only=True)


def plain(moment):
    """Nanoseconds since 1970."""
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime.combine(moment, datetime.time())
    zone = None if moment.utcoffset() is None else datetime.UTC
    delta = moment - datetime.datetime(1970, 1, 1, tzinfo=zone)
    whole = (delta.days * 86400 + delta.seconds) * 10**6 + delta.microseconds
    return whole * 1000 + getattr(delta, "nanoseconds", 0)


def random_moments(seed, kind):
    rng = np.random.default_rng(seed)
    moments = []
    for number in rng.integers(-(2**54), 2**54, 100).tolist():
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=number)
        if kind == "zones":
            moment = moment.replace(tzinfo=ZONES[number % 3], fold=number % 2)
        elif kind == "dates" and number % 2:
            moment = moment.date()
        elif kind == "stamps":
            moment = pd.Timestamp(moment)
        elif kind == "stamps in zones":
            moment = pd.Timestamp(moment, tz=ZONES[number % 3])
        elif kind == "nanoseconds":
            moment = pd.Timestamp(number * 100 + number % 1000)
        moments.append(moment)
    return moments


@pytest.mark.parametrize("size", [7, 65_536])
@pytest.mark.parametrize(
    "kind", ["datetimes", "zones", "dates", "stamps", "stamps in zones", "nanoseconds"]
)
def test_random_moments(kind, size, monkeypatch):
    monkeypatch.setattr(chunks.chunks, "__defaults__", (size,))
    for seed in range(3):
        moments = random_moments(seed, kind)
        stamps, per_second = stamps_of_dates(series(moments))
        assert per_second == (10**9 if kind == "nanoseconds" else 10**6)
        nanoseconds = [stamp * (10**9 // per_second) for stamp in stamps.tolist()]
        assert nanoseconds == list(map(plain, moments))


def test_years_that_nanoseconds_do_not_reach():
    moments = [datetime.datetime(1, 1, 1), pd.Timestamp(1), datetime.date(9999, 12, 31)]
    stamps, per_second = stamps_of_dates(series(moments))
    assert per_second == 10**9
    assert stamps.dtype == object
    assert stamps.tolist() == list(map(plain, moments))


@pytest.mark.parametrize("size", [1, 2, 65_536])
def test_zones_are_not_mixed(size, monkeypatch):
    monkeypatch.setattr(chunks.chunks, "__defaults__", (size,))
    moments = [datetime.datetime(2026, 1, d) for d in (1, 2, 3, 4)]
    moments[2] = moments[2].replace(tzinfo=datetime.UTC)
    with pytest.raises(ValueError, match="row 0 has none and row 2 has one"):
        stamps_of_dates(series(moments))
