"""Probes read one subject each from a Host.

A subject of several files is a folder, with ``probe`` in the file of the same name.

A probe reads files first and runs a command only if no file has the fact; it needs no root, never
raises for something missing, never changes the machine, and reports what it read, not what it
concludes. What could not be read is ``None``, and a sentence in ``problems`` says why.

A reader that few machines need is imported where it is used: each file takes 0.1 ms to load.
"""
