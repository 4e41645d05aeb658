"""Intel's GPUs: the drivers' files in sysfs, and what Intel's tools printed."""
