"""Generated browsing sessions and misspelt titles, for trying things out."""

from ._make_sessions import make_sessions
from ._misspell_titles import misspell_titles

__all__ = ["make_sessions", "misspell_titles"]
