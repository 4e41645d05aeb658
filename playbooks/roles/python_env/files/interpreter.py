"""Exits with a sentence if this Python can't make virtual environments."""

import sys

# No f-strings here: Python 2 and 3.5 must understand this far, to say that they are too old.
VERSION = "%d.%d" % sys.version_info[:2]  # noqa: UP031

if sys.version_info < (3, 10):  # noqa: UP036 - any Python may be named as the interpreter
    sys.exit(
        "this is Python " + VERSION + ", and 3.10 or newer is needed. Name a newer one: --python PROGRAM"
    )
try:
    import ensurepip  # noqa: F401 - Debian and Ubuntu keep it in a package of its own
    import venv  # noqa: F401
except ImportError:
    sys.exit("it lacks the venv module. On Debian and Ubuntu: sudo apt install python" + VERSION + "-venv")
