"""Smoke tests: short jobs that really train and multiply, run under the target's own Python."""
