"""Carries out a Plan: a run directory that a person can read, Ansible itself, and the Outcome."""
