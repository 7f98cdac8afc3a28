"""
From an event log to sessions
=============================

A shop has a log: who looked at what, and when. ``Sessions.from_events`` cuts it into
sessions, at each pause of a user that is longer than ``gap``. What has to be cleaned
before, and which gap to take?
"""

# %%
# A log as it comes
# -----------------
#
# This log is made up, and as messy as real ones are: rows in no order, times as text,
# pages that were loaded twice, titles and categories that are missing, and a robot that
# looks at hundreds of products in a row.
import tempfile
import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_prodemb import Sessions
from sklearn_prodemb.datasets import make_sessions

rng = np.random.default_rng(0)
visits = make_sessions(1_500, random_state=0).sessions.to_lists()
parts = []
for visit in visits:
    begin = pd.Timestamp("2026-03-01") + pd.Timedelta(days=rng.uniform(0, 14))
    minutes = rng.lognormal(mean=0.3, sigma=1.1, size=len(visit)).cumsum()
    part = pd.DataFrame(visit, columns=["title", "category"])
    part["user"] = f"user {rng.integers(400)}"
    part["time"] = begin + pd.to_timedelta(minutes, unit="min")
    parts.append(part)
events = pd.concat(parts, ignore_index=True)
robot = events.sample(700, random_state=0).assign(user="robot")
robot["time"] = pd.Timestamp("2026-03-09") + pd.to_timedelta(
    2 * np.arange(len(robot)), unit="s"
)
events = pd.concat([events, robot, events.sample(frac=0.05, random_state=0)])
events = events.sample(frac=1, random_state=0, ignore_index=True)
events.loc[rng.random(len(events)) < 0.01, "title"] = None
events["time"] = events["time"].dt.strftime("%d/%m/%Y %H:%M:%S")
events = events[["user", "time", "title", "category"]]
events.head()

# %%
# What is refused, and what is not
# --------------------------------
#
# A missing category is fine, a page loaded twice counts once, and rows may have any
# order. Times as text are refused, and so are missing titles: the error names the row.
# Both are for you to decide.
events["time"] = pd.to_datetime(events["time"], format="%d/%m/%Y %H:%M:%S")
names = {"user": "user", "time": "time", "title": "title", "category": "category"}
try:
    Sessions.from_events(events, **names)
except TypeError as error:
    print(textwrap.fill(str(error)))

events = events.dropna(subset="title")
sessions = Sessions.from_events(events, **names, gap="30min")
sessions

# %%
# Which gap?
# ----------
#
# The upper part shows the pauses between two events of one user, without those of the
# robot. There are two hills: pauses of about a minute, within a visit, and of days,
# between two visits. A gap belongs in the valley between them. The lower part shows
# what each gap makes of the log. Below ten minutes visits are torn to pieces. From half
# an hour to some hours the number of sessions hardly changes: any gap on this step will
# do. Beyond it, visits that have nothing to do with each other become one session.
ordered = events[events["user"] != "robot"].sort_values(["user", "time"])
pauses = ordered.groupby("user")["time"].diff()
minutes = pauses[pauses > pd.Timedelta(0)].dt.total_seconds() / 60
gaps = np.geomspace(0.1, 20_000, 30)
n_sessions = [
    Sessions.from_events(events, **names, gap=pd.Timedelta(minutes=gap)).n_sessions
    for gap in gaps
]

_, (upper, lower) = plt.subplots(
    2, 1, figsize=(7.5, 5), sharex=True, layout="constrained"
)
upper.hist(minutes, bins=np.geomspace(0.1, 20_000, 60), color="0.7")
upper.set(ylabel="pauses", title="Pauses of users, and the sessions that a gap gives")
lower.plot(gaps, n_sessions, marker="o", markersize=4)
marks = {
    "1 min": 1,
    "10 min": 10,
    "30 min": 30,
    "3 h": 180,
    "1 d": 1_440,
    "7 d": 10_080,
}
lower.set(xscale="log", xlabel="pause, gap", ylabel="sessions", ylim=0)
lower.set_xticks([*marks.values()], [*marks])
lower.minorticks_off()
for ax in (upper, lower):
    ax.axvline(30, color="C1", linestyle="--", label="gap of 30 minutes")
    ax.spines[["top", "right"]].set_visible(False)
upper.legend(frameon=False)
plt.show()

# %%
# Robots, samples, files
# ----------------------
#
# ``sessions.lengths`` finds the robot. No person looks at hundreds of products in one
# go, and most pairs of this log are its own. Embedders cut sessions to their first
# ``max_session_length`` products, and ``filter`` leaves such sessions out. Sessions of
# one product are worth keeping: their titles have words to learn from.
people = sessions.filter(sessions.lengths <= 50)
pd.DataFrame(
    {
        "longest": [s.lengths.max() for s in (sessions, people)],
        "pairs": [s.n_pairs for s in (sessions, people)],
        "of one product": [(s.lengths == 1).sum() for s in (sessions, people)],
    },
    index=["all sessions", "at most 50 products"],
)

# %%
# ``sample`` draws some sessions, to try things out on. ``save`` writes columns to a
# folder, and ``load`` maps them into memory, which is much quicker than reading the log
# again.
few = people.sample(200, random_state=0)
with tempfile.TemporaryDirectory() as place:
    few.save(Path(place) / "sessions")
    again = Sessions.load(Path(place) / "sessions")
    print(again, again == few)
    # Files that are mapped must be let go before the folder is removed.
    del again
