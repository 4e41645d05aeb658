"""Train LeNet-5 (LeCun et al., 1998) on digits that this script draws, and test it on digits it has not seen.

Every digit is drawn from a seed: strokes with shaken points, a random thickness, slant, size, turn and
place, and noise. Nothing is downloaded. Training and test digits come from different random streams.
"""

import argparse
import math
import time
from collections.abc import Iterator
from itertools import pairwise

import job
import torch
from torch import Tensor, nn

SIDE = 32
TRAIN_IMAGES = 12_000
TEST_IMAGES = 2_000
BATCH = 96
EPOCHS = 6
WARM_UP_STEPS = 20
"""Not timed: the first steps choose kernels and fill caches."""
AVERAGED_STEPS = 20
"""First and last loss are means over so many steps, since one batch says little."""

Stroke = list[tuple[float, float]]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, pieces: int = 8) -> Stroke:
    """Part of an ellipse, in degrees clockwise from the right, as the image's y axis points down."""
    angles = [math.radians(start + (end - start) * step / pieces) for step in range(pieces + 1)]
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


DIGITS: list[list[Stroke]] = [
    [arc(0, 0, 0.55, 0.9, 0, 360, 14)],
    [[(-0.3, -0.6), (0.1, -0.9), (0.1, 0.9)]],
    [[*arc(0, -0.4, 0.5, 0.5, -170, 40, 7), (-0.55, 0.9), (0.6, 0.9)]],
    [arc(-0.05, -0.43, 0.5, 0.47, -150, 90), arc(-0.05, 0.43, 0.58, 0.47, -90, 150)],
    [[(0.2, -0.9), (-0.6, 0.3), (0.65, 0.3)], [(0.25, -0.3), (0.25, 0.9)]],
    [[(0.5, -0.9), (-0.4, -0.9), (-0.45, -0.15), *arc(-0.05, 0.35, 0.58, 0.55, -120, 140)]],
    [[(0.35, -0.9), (-0.2, -0.4), *arc(0, 0.4, 0.52, 0.5, -180, 180, 12)]],
    [[(-0.55, -0.9), (0.55, -0.9), (-0.1, 0.9)]],
    [arc(0, -0.47, 0.43, 0.43, 90, 450, 11), arc(0, 0.45, 0.52, 0.47, -90, 270, 11)],
    [[(-0.35, 0.9), (0.2, 0.4), *arc(0, -0.4, 0.52, 0.5, 0, 360, 12)]],
]
"""Strokes of each digit in a box from -1 to 1."""


def segments() -> Tensor:
    """All digits as line segments, ``[digit, segment, end, xy]``; short digits repeat their last segment."""
    lines = [[pair for stroke in digit for pair in pairwise(stroke)] for digit in DIGITS]
    most = max(len(line) for line in lines)
    return torch.tensor([line + [line[-1]] * (most - len(line)) for line in lines])


def draw(count: int, seed: int, chunk: int = 500) -> tuple[Tensor, Tensor]:
    """Images ``[count, 1, SIDE, SIDE]`` and what they show. Drawn on the CPU: the same on every machine."""
    random = torch.Generator().manual_seed(seed)
    shapes = segments()
    labels = torch.randint(0, 10, (count,), generator=random)
    images = [draw_some(shapes[part], random) for part in labels.split(chunk)]
    return torch.cat(images), labels


def draw_some(lines: Tensor, random: torch.Generator) -> Tensor:
    """Images of some digits, each transformed in its own way."""
    count = len(lines)

    def between(low: float, high: float) -> Tensor:
        return torch.rand(count, generator=random) * (high - low) + low

    lines = lines + torch.randn(lines.shape, generator=random) * 0.05
    turn, slant, wide, high = between(-0.35, 0.35), between(-0.4, 0.4), between(0.4, 0.8), between(0.55, 0.85)
    cos, sin = torch.cos(turn), torch.sin(turn)
    matrix = torch.stack([cos * wide, -sin * wide + slant * wide, sin * high, cos * high], 1).view(
        count, 1, 2, 2
    )
    place = torch.stack([between(-0.2, 0.2), between(-0.15, 0.15)], 1).view(count, 1, 1, 2)
    ends = lines @ matrix.transpose(-1, -2) + place
    thickness = between(0.05, 0.13).view(count, 1)
    ink = torch.sigmoid((thickness - distance(ends)) * 40)
    noise = torch.randn(ink.shape, generator=random) * between(0.0, 0.28).view(count, 1)
    return (ink * between(0.6, 1.0).view(count, 1) + noise).clamp(0, 1).view(count, 1, SIDE, SIDE)


def distance(ends: Tensor) -> Tensor:
    """From every pixel to the nearest of an image's segments, ``[image, pixel]``."""
    axis = torch.linspace(-1, 1, SIDE)
    x, y = axis.repeat(SIDE), axis.repeat_interleave(SIDE)
    nearest = torch.full((len(ends), SIDE * SIDE), math.inf)
    for (ax, ay), (bx, by) in ends.permute(1, 2, 3, 0).unsqueeze(-1):
        dx, dy = bx - ax, by - ay
        along = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy + 1e-6)).clamp(0, 1)
        nearest = torch.minimum(nearest, (ax + along * dx - x) ** 2 + (ay + along * dy - y) ** 2)
    return nearest.sqrt()


def lenet5() -> nn.Module:
    """LeNet-5 with tanh and average pooling, as published, and a plain linear output layer."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(),
        nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    )  # fmt: skip


def batches(count: int, seed: int) -> Iterator[Tensor]:
    """Places of the images of each training step: EPOCHS times all of them, in a new order each time."""
    order = torch.Generator().manual_seed(seed)
    for _ in range(EPOCHS):
        yield from torch.randperm(count, generator=order)[: count - count % BATCH].split(BATCH)


def train(model: nn.Module, images: Tensor, labels: Tensor, options: argparse.Namespace) -> Tensor:
    """Train for EPOCHS or until the time is up; return the loss of every step."""
    steps = EPOCHS * (len(images) // BATCH)
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=steps)
    losses: list[Tensor] = []
    speed = Speed(images.device.type)
    for part in batches(len(images), options.seed):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images[part]), labels[part])
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.detach())
        speed.step()
        if speed.time_to_tell():
            job.say("progress", step=len(losses), steps=steps, loss=float(losses[-1]))
        if speed.seconds() > options.seconds:
            break
    job.measured("lenet5.images_per_s", speed.steps_per_s() * BATCH, "images/s", warm_up_steps=WARM_UP_STEPS)
    job.measured("lenet5.steps", len(losses), "steps", planned=steps, cut_by_time=len(losses) < steps)
    return torch.stack(losses).float().cpu()


class Speed:
    """Times the steps after the warm-up."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._steps = 0
        self._began = self._timed_from = self._told = time.perf_counter()

    def seconds(self) -> float:
        """Since the beginning."""
        return time.perf_counter() - self._began

    def step(self) -> None:
        """One step is done, or queued on a GPU."""
        self._steps += 1
        if self._steps == WARM_UP_STEPS:
            job.wait_for(self._device)
            self._timed_from = time.perf_counter()

    def time_to_tell(self) -> bool:
        """True twice a second: reading a loss more often would hold up a GPU."""
        now = time.perf_counter()
        due = now - self._told > 0.5
        self._told = now if due else self._told
        return due

    def steps_per_s(self) -> float:
        """Over the steps after the warm-up; not a number if there were none."""
        job.wait_for(self._device)
        timed = self._steps - WARM_UP_STEPS
        return timed / (time.perf_counter() - self._timed_from) if timed > 0 else math.nan


def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Share of images whose digit is named rightly."""
    model.eval()
    with torch.no_grad():
        guesses = torch.cat([model(part).argmax(1) for part in images.split(500)])
    return float((guesses == labels).float().mean())


def tell_losses(losses: Tensor) -> None:
    """Say where the loss began and ended, and in how many steps it was no number."""
    finite = losses[torch.isfinite(losses)]
    few = max(1, min(AVERAGED_STEPS, len(finite) // 2))
    first = float(finite[:few].mean()) if len(finite) else None
    last = float(finite[-few:].mean()) if len(finite) else None
    job.measured("lenet5.loss_first", first, "nats", mean_of_steps=few)
    job.measured("lenet5.loss_last", last, "nats", mean_of_steps=few)
    job.measured("lenet5.nonfinite_steps", len(losses) - len(finite), "steps")


def main() -> None:
    """Draw, train, test, tell."""
    parser = argparse.ArgumentParser(description="train LeNet-5 on generated digits")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "xpu"), default="auto")
    parser.add_argument("--seconds", type=float, default=120, help="train no longer than this")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.perf_counter()
    torch.set_num_threads(1)  # more are no faster for so small a network, and slower on a busy machine
    device = job.pick_device(options.device)
    job.start(
        "lenet5", device, batch=BATCH, train_images=TRAIN_IMAGES, test_images=TEST_IMAGES, seed=options.seed
    )
    torch.manual_seed(options.seed)
    images, labels = (each.to(device.torch) for each in draw(TRAIN_IMAGES, seed=2 * options.seed))
    unseen, answers = (each.to(device.torch) for each in draw(TEST_IMAGES, seed=2 * options.seed + 1))
    model = lenet5().to(device.torch)
    tell_losses(train(model, images, labels, options))
    job.measured("lenet5.accuracy", accuracy(model, unseen, answers), "share", of="unseen digits")
    if device.torch.startswith("cuda"):
        job.measured("lenet5.gpu_memory_mib", torch.cuda.max_memory_allocated() / 2**20, "MiB", peak=True)
    job.measured("lenet5.seconds", time.perf_counter() - began, "s")
    job.say("done")


if __name__ == "__main__":
    main()
