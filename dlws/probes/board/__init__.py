"""Mainboard, slots and sensors, and the firmware's table (SMBIOS)."""
