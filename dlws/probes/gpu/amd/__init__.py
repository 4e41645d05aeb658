"""AMD's GPUs: amdgpu's files in sysfs, KFD, AMD SMI, and what ROCm's tools printed."""
