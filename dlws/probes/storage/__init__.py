"""Disks, their health, arrays and file systems."""
