"""The command line: each command parses, calls, prints and exits; the work is done elsewhere."""
