"""dlws: size, provision and verify deep learning workstations."""

__version__ = "0.1.0"
