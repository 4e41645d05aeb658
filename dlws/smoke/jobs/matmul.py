"""Multiply matrices, compare a sample with a float64 reference, and say how fast it went."""

import argparse
import statistics
import time

import job
import torch
from torch import Tensor

CPU_SIZE = 2048
GPU_SIZE = 8192
"""Large enough to fill any GPU of today, at 256 MiB a matrix in fp32."""
SAMPLED_ROWS = 64
ROUNDS = 7
ROUND_SECONDS = 0.15
"""Work in one timed round: long next to what starting a multiplication costs."""

KINDS = {"fp32": torch.float32, "tf32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def kinds_for(device: job.Device) -> tuple[str, ...]:
    """Number formats that the device multiplies in hardware."""
    if device.torch == "cpu":
        return ("fp32",)
    if device.backend == "cuda" and torch.cuda.get_device_capability(0) < (8, 0):
        return ("fp32", "fp16")  # TF32 and BF16 begin with compute capability 8.0
    return ("fp32", "fp16", "bf16") if device.backend != "cuda" else ("fp32", "tf32", "fp16", "bf16")


def size_for(device: job.Device) -> int:
    """Rows of a matrix: fewer where five of them in fp32 would not fit into the GPU's free memory."""
    if device.torch.startswith("cuda") and torch.cuda.mem_get_info()[0] < 5 * 4 * GPU_SIZE**2:
        return GPU_SIZE // 2
    return CPU_SIZE if device.torch == "cpu" else GPU_SIZE


def error_of(product: Tensor, a: Tensor, b: Tensor) -> float:
    """Largest deviation of some rows from float64 on the CPU, over the reference's root mean square."""
    rows = torch.linspace(0, len(a) - 1, SAMPLED_ROWS).long()
    right = a[rows.to(a.device)].cpu().double() @ b.cpu().double()
    found = product[rows.to(a.device)].cpu().double()
    return float((found - right).abs().max() / right.square().mean().sqrt())


def seconds_each(a: Tensor, b: Tensor, device: job.Device) -> list[float]:
    """Seconds that one multiplication took, in each of several rounds."""
    product = a @ b  # the first call loads kernels
    job.wait_for(device.torch)
    began = time.perf_counter()
    torch.matmul(a, b, out=product)
    job.wait_for(device.torch)
    repeats = max(1, round(ROUND_SECONDS / (time.perf_counter() - began)))
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(repeats):
            torch.matmul(a, b, out=product)
        job.wait_for(device.torch)
        rounds.append((time.perf_counter() - began) / repeats)
    return rounds


def measure(kind: str, size: int, device: job.Device, seed: int) -> None:
    """One number format: right, and how fast."""
    torch.set_float32_matmul_precision("high" if kind == "tf32" else "highest")
    random = torch.Generator().manual_seed(seed)
    a, b = (torch.randn(size, size, generator=random).to(device.torch, KINDS[kind]) for _ in range(2))
    product = a @ b
    job.measured(f"matmul.{kind}_error", error_of(product, a, b), "of rms", size=size, rows=SAMPLED_ROWS)
    job.measured(f"matmul.{kind}_nonfinite", int((~torch.isfinite(product)).sum()), "elements", size=size)
    rounds = seconds_each(a, b, device)
    speeds = [2 * size**3 / took / 1e12 for took in rounds]
    job.measured(
        f"matmul.{kind}_tflops",
        statistics.median(speeds),
        "TFLOP/s",
        size=size,
        rounds=ROUNDS,
        slowest=min(speeds),
        fastest=max(speeds),
    )


def main() -> None:
    """All number formats of the device."""
    parser = argparse.ArgumentParser(description="multiply matrices and check the result")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "xpu"), default="auto")
    parser.add_argument(
        "--size", type=int, help=f"rows of a matrix; default {CPU_SIZE}, on a GPU {GPU_SIZE} if they fit"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.perf_counter()
    device = job.pick_device(options.device)
    size = options.size or size_for(device)
    job.start("matmul", device, seed=options.seed)
    kinds = kinds_for(device)
    for number, kind in enumerate(kinds):
        job.say("progress", step=number, steps=len(kinds), doing=kind)
        measure(kind, size, device, options.seed)
    if device.torch.startswith("cuda"):
        job.measured("matmul.gpu_memory_mib", torch.cuda.max_memory_allocated() / 2**20, "MiB", peak=True)
    job.measured("matmul.seconds", time.perf_counter() - began, "s")
    job.say("done")


if __name__ == "__main__":
    main()
