"""What all embedders keep, by one that learns in no time."""

import numpy as np
import pytest
from small import SESSIONS, TITLES

from sklearn_prodemb import Sessions
from sklearn_prodemb._base.embedder import Learned, SessionEmbedder

OTHER_SESSIONS = Sessions.from_lists(SESSIONS.to_lists()[1:])


class LengthEncoder:
    """The length of a title, times a factor."""

    n_features = 1

    def __init__(self, factor, normalizer=None):
        self.factor, self.normalizer = factor, normalizer
        self.calls = []

    def with_normalizer(self, normalizer):
        return LengthEncoder(self.factor, normalizer)

    def encode(self, titles):
        self.calls.append(titles)
        lengths = [[len(title) * self.factor] for title in titles]
        return np.array(lengths, np.float32).reshape(-1, 1)


class LengthEmbedder(SessionEmbedder):
    """Counts in `learned` how often it learns; `outcome` says what comes of it."""

    learned = []
    _n_tasks = 1

    def __init__(
        self,
        factor=1,
        outcome="whole",
        *,
        sessions=None,
        normalizer=None,
        memory=None,
        random_state=0,
        verbose=False,
    ):
        self.factor = factor
        self.outcome = outcome
        self.sessions = sessions
        self.normalizer = normalizer
        self.memory = memory
        self.random_state = random_state
        self.verbose = verbose

    def _learn(self, sessions, seed, progress):
        self.learned.append(seed)
        with progress.stage("lengths"):
            if self.outcome == "fails":
                raise ValueError("nothing learned")
        return Learned(
            LengthEncoder(self.factor, self.normalizer),
            {"n_pairs_": sessions.n_pairs, "seed_": seed},
            (UserWarning("all is short"),) if self.outcome == "warns" else (),
            complete=self.outcome != "half",
        )


@pytest.fixture
def learned():
    LengthEmbedder.learned.clear()
    return LengthEmbedder.learned


@pytest.fixture
def memory(tmp_path):
    return str(tmp_path / "cache")


def test_what_was_learned_becomes_attributes(memory):
    for embedder in (LengthEmbedder(2), LengthEmbedder(2, memory=memory)):
        assert embedder.fit(SESSIONS) is embedder
        assert embedder.encoder_.factor == 2
        assert embedder.n_pairs_ == SESSIONS.n_pairs
        assert embedder.transform(["mesa", ""]).tolist() == [[8], [0]]
        assert embedder.get_feature_names_out().tolist() == ["lengthembedder0"]


def test_warnings_point_at_the_users_line_also_from_the_cache(memory, learned):
    for cache in (None, memory, memory):
        embedder = LengthEmbedder(outcome="warns", memory=cache)
        with pytest.warns(UserWarning, match="all is short") as record:
            embedder.fit(SESSIONS)
        assert len(record) == 1
        assert record[0].filename == __file__
    assert len(learned) == 2


def test_incomplete_results_are_not_cached(memory, learned):
    embedder = LengthEmbedder(outcome="half", memory=memory)
    for n in (1, 2):
        assert embedder.fit(SESSIONS).n_pairs_ == SESSIONS.n_pairs
        assert len(learned) == n


@pytest.mark.parametrize("cached", [True, False])
def test_a_failed_fit_leaves_the_estimator_as_it_was(memory, learned, cached):
    unfitted = LengthEmbedder(outcome="fails", memory=memory if cached else None)
    fitted = LengthEmbedder(memory=unfitted.memory).fit(SESSIONS)
    fitted.set_params(outcome="fails")
    for embedder in (unfitted, fitted):
        before = dict(vars(embedder))
        # An error is not kept either.
        for _ in range(2):
            n = len(learned)
            with pytest.raises(ValueError, match="nothing learned"):
                embedder.fit(OTHER_SESSIONS)
            assert len(learned) == n + 1
            assert vars(embedder) == before


# A second value of each parameter, and whether what is learned depends on it.
OTHER_VALUES = {
    "factor": (2, True),
    "outcome": ("other", True),
    "random_state": (1, True),
    "normalizer": (str.upper, True),
    "sessions": (OTHER_SESSIONS, True),
    "verbose": (True, False),
}


@pytest.mark.parametrize(
    "name", sorted(LengthEmbedder().get_params().keys() - {"memory"})
)
def test_the_cache_tells_apart_what_is_learned(memory, learned, name):
    value, matters = OTHER_VALUES[name]
    params = {"sessions": SESSIONS, "memory": memory}
    for _ in range(2):
        LengthEmbedder(**params).fit()
        assert len(learned) == 1
    for _ in range(2):
        other = LengthEmbedder(**(params | {name: value})).fit()
        assert len(learned) == 1 + matters
    assert other.get_params()[name] is value
    LengthEmbedder(**params).fit()
    assert len(learned) == 1 + matters


class AnyFactor(LengthEmbedder):
    """Does not mind which factor it gets."""

    _not_in_key = LengthEmbedder._not_in_key | {"factor"}


def test_a_subclass_can_leave_parameters_out_of_the_key(memory, learned):
    for factor in (1, 2):
        AnyFactor(factor, memory=memory).fit(SESSIONS)
    assert len(learned) == 1


class OtherEmbedder(LengthEmbedder):
    """Has the same parameters."""


def test_each_class_has_results_of_its_own(memory, learned):
    for kind in (LengthEmbedder, OtherEmbedder):
        for _ in range(2):
            kind(memory=memory).fit(SESSIONS)
    assert len(learned) == 2


def test_equal_sessions_share_a_result_whichever_way_they_come(memory, learned):
    again = Sessions.from_lists(SESSIONS.to_lists())
    LengthEmbedder(memory=memory).fit(SESSIONS)
    LengthEmbedder(memory=memory).fit(TITLES, sessions=again)
    LengthEmbedder(memory=memory, sessions=again).fit(TITLES)
    LengthEmbedder(memory=memory).fit(SESSIONS.to_lists())
    assert len(learned) == 1


def test_chance_is_cached_under_no_seed(memory, learned):
    # As `random_state=None` asks for any result, one that is there will do.
    fits = [
        LengthEmbedder(memory=memory, random_state=None).fit(SESSIONS).seed_
        for _ in range(2)
    ]
    assert fits == [learned[0]] * 2
    LengthEmbedder(memory=memory, random_state=0).fit(SESSIONS)
    assert len(learned) == 2


def test_a_normalizer_that_cannot_be_pickled_is_kept_with_a_cache(memory, learned):
    for _ in range(2):
        embedder = LengthEmbedder(memory=memory, normalizer=lambda t: t.lower())
        embedder.fit(SESSIONS)
        assert embedder.encoder_.normalizer is embedder.normalizer
    assert len(learned) == 1


def test_each_distinct_title_is_encoded_once():
    embedder = LengthEmbedder().fit(SESSIONS)
    distinct = [f"mesa {i}" for i in range(20)]
    titles = distinct + distinct[::-1]
    vectors = embedder.transform(titles)
    np.testing.assert_array_equal(vectors, [[len(title)] for title in titles])
    assert embedder.encoder_.calls == [distinct]


@pytest.mark.parametrize("X", [SESSIONS, SESSIONS.to_lists()])
def test_fit_transform_embeds_titles(X, learned):
    embedder = LengthEmbedder(sessions=SESSIONS)
    assert embedder.fit_transform(["mesa"]).tolist() == [[4]]
    with pytest.raises(TypeError, match="but X holds sessions"):
        embedder.fit_transform(X)
    assert len(learned) == 1
