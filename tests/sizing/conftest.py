"""Property tests of this folder have no deadline: on a loaded machine the first example may take long."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
