"""The processor, from /proc, /sys or lscpu."""
