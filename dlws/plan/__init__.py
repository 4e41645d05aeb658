"""Decides: which software suits a machine (Stack), and which roles bring it there (Plan)."""
