"""NVIDIA's GPUs: NVML, the PCI bus, a Tegra's device tree, and what nvidia-smi printed."""
