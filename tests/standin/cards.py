"""What cards answer, in the stand-in's language."""

RTX_4090 = """\
nvmlInitWithFlags 0
nvmlSystemGetDriverVersion 575.57.08
nvmlSystemGetNVMLVersion 12.575.57.08
nvmlSystemGetCudaDriverVersion_v2 12090
nvmlDeviceGetName NVIDIA GeForce RTX 4090
nvmlDeviceGetUUID/0 GPU-00000000-0000-0000-0000-000000000001
nvmlDeviceGetPciInfo_v3/0 0000:01:00.0 0x268410de 0x16f41043
nvmlDeviceGetArchitecture 8
nvmlDeviceGetCudaComputeCapability 8 9
nvmlDeviceGetNumGpuCores 16384
nvmlDeviceGetMemoryInfo 25757220864 25171066880 586153984
nvmlDeviceGetMemoryInfo_v2 25757220864 528482304 25168969728 59768832
nvmlDeviceGetMemoryBusWidth 384
nvmlDeviceGetNumaNodeId 0
nvmlDeviceGetVirtualizationMode 0
nvmlDeviceGetCurrPcieLinkGeneration 1
nvmlDeviceGetMaxPcieLinkGeneration 4
nvmlDeviceGetGpuMaxPcieLinkGeneration 4
nvmlDeviceGetCurrPcieLinkWidth 16
nvmlDeviceGetMaxPcieLinkWidth 16
nvmlDeviceGetPcieReplayCounter 0
nvmlDeviceGetPowerUsage 21530
nvmlDeviceGetPowerManagementLimit 450000
nvmlDeviceGetEnforcedPowerLimit 450000
nvmlDeviceGetPowerManagementDefaultLimit 450000
nvmlDeviceGetPowerManagementLimitConstraints 10000 600000
nvmlDeviceGetClockInfo/*/1 210
nvmlDeviceGetClockInfo/*/2 405
nvmlDeviceGetMaxClockInfo/*/1 3105
nvmlDeviceGetMaxClockInfo/*/2 10501
nvmlDeviceGetCurrentClocksEventReasons 0x1
nvmlDeviceGetPerformanceState 8
nvmlDeviceGetTemperature/*/0 41
nvmlDeviceGetTemperatureThreshold/*/0 100
nvmlDeviceGetTemperatureThreshold/*/1 97
nvmlDeviceGetTemperatureThreshold/*/3 90
nvmlDeviceGetFanSpeed 30
nvmlDeviceGetUtilizationRates 3 1
nvmlDeviceGetEccMode 0 0
nvmlDeviceGetPersistenceMode 1
nvmlDeviceGetComputeMode 0
nvmlDeviceGetDisplayMode 0
nvmlDeviceGetDisplayActive 0
nvmlDeviceGetVbiosVersion 95.02.3C.40.8C
nvmlDeviceGetGspFirmwareVersion 575.57.08
nvmlDeviceGetComputeRunningProcesses_v3 4242 1073741824
nvmlDeviceGetGraphicsRunningProcesses_v3\x20
nvmlDeviceGetFieldValues 0
field/*/230 0
nvmlDeviceGetTopologyCommonAncestor 40
nvmlDeviceGetP2PStatus 5
"""

H100 = """\
nvmlDeviceGetName NVIDIA H100 80GB HBM3
nvmlDeviceGetPciInfo_v3/0 0000:1b:00.0 0x233010de 0x16c110de
nvmlDeviceGetArchitecture 9
nvmlDeviceGetCudaComputeCapability 9 0
nvmlDeviceGetMemoryInfo_v2 85520809984 543293440 84974567424 2949120
nvmlDeviceGetMemoryBusWidth 5120
nvmlDeviceGetEccMode 1 1
nvmlDeviceGetTotalEccErrors/*/0 0
nvmlDeviceGetTotalEccErrors/*/1 0
nvmlDeviceGetTotalEccErrors/*/2 12
nvmlDeviceGetTotalEccErrors/*/3 2
nvmlDeviceGetRemappedRows 0 2 1 0
nvmlDeviceGetFanSpeed !3
nvmlDeviceGetMigMode 0 0
nvmlDeviceGetMaxMigDeviceCount 7
field/*/230 1
"""
"""Lines to put after those of the RTX 4090."""


def several(count: int, lines: str = RTX_4090) -> str:
    """The same card so many times."""
    own = [
        f"nvmlDeviceGetUUID/{gpu} GPU-00000000-0000-0000-0000-{gpu + 1:012d}\n"
        f"nvmlDeviceGetPciInfo_v3/{gpu} 0000:{gpu + 1:02x}:00.0 0x268410de 0x16f41043\n"
        for gpu in range(count)
    ]
    return f"{lines}nvmlDeviceGetCount_v2 {count}\n{''.join(own)}"
