"""Data files that ship with dlws, and their loaders. Every figure carries its source."""
