"""Ctrl-C at a given point."""

import sys


def interrupted(n_calls, function, *arguments):
    """Call a function, and press Ctrl-C after so many calls of functions in it.

    Returns
    -------
    interrupted : bool
        Whether the function was interrupted; False if it came to its end.
    """
    left = n_calls

    def press(frame, event, argument):
        nonlocal left
        left -= event == "call"
        if left == 0:
            sys.setprofile(None)
            raise KeyboardInterrupt

    # Python cannot raise what comes while it closes a generator, and goes on.
    report = sys.unraisablehook
    sys.unraisablehook = lambda found: (
        None if found.exc_type is KeyboardInterrupt else report(found)
    )
    sys.setprofile(press)
    try:
        function(*arguments)
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(None)
        sys.unraisablehook = report
    return False
