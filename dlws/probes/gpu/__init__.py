"""GPUs: through the driver where it answers, else through the PCI bus."""
