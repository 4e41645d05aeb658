"""What AMD's cards answer, in the stand-in's language."""

MI300X = """\
amdsmi_init 0
amdsmi_get_lib_version 25 5 1
amdsmi_get_processor_handles 1
amdsmi_get_processor_type 1
amdsmi_get_gpu_asic_info AMD Instinct MI300X OAM
amdsmi_get_gpu_vram_info 4
amdsmi_get_gpu_vram_vendor HYNIX
amdsmi_get_gpu_compute_partition SPX
amdsmi_get_gpu_memory_partition NPS1
amdsmi_get_gpu_ecc_enabled 0x5
amdsmi_get_gpu_total_ecc_count 3 1 0
amdsmi_get_gpu_xgmi_link_status 7 1 1 1 1 1 0 1
amdsmi_get_violation_status 0 1 0 0 255
amdsmi_is_P2P_accessible 1
"""


def several(count: int, lines: str = MI300X) -> str:
    """The same card so many times, each in a socket of its own."""
    own = [
        f"amdsmi_get_gpu_device_bdf/{gpu} 0000:{0xC1 + gpu:02x}:00.0\n"
        f"amdsmi_get_gpu_device_uuid/{gpu} 00ff74a1-0000-1000-8000-{gpu + 1:012d}\n"
        for gpu in range(count)
    ]
    return f"{lines}amdsmi_get_socket_handles {count}\n{''.join(own)}"
