"""Generated browsing sessions, for trying things out without data of one's own."""

from ._make_sessions import make_sessions

__all__ = ["make_sessions"]
