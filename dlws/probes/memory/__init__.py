"""Main memory, its modules and its errors."""
