"""Hardware events in the kernel's log; patterns are data in kernel_events*.py."""
