"""Workload to Requirements: pure functions, no machine touched."""
