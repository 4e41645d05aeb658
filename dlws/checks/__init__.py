"""Judging: pure functions from a Case to Findings, one file an area, listed here by hand in reading order."""

from dlws.model.case import Case
from dlws.model.finding import Finding

from . import (
    container,
    driver,
    fit,
    framework,
    gpu,
    gpu_links,
    gpu_memory,
    host,
    kernel_log,
    smoke,
    storage,
    tools,
)
from .base import Check, ask_all

ALL: tuple[Check, ...] = (
    *fit.CHECKS,
    *gpu.CHECKS,
    *gpu_links.CHECKS,
    *gpu_memory.CHECKS,
    *driver.CHECKS,
    *framework.CHECKS,
    *host.CHECKS,
    *tools.CHECKS,
    *kernel_log.CHECKS,
    *storage.CHECKS,
    *container.CHECKS,
    *smoke.CHECKS,
)


def run(case: Case) -> tuple[Finding, ...]:
    """Findings of every check, in reading order."""
    return ask_all(ALL, case)


def find(id: str) -> Check | None:
    """The check of that id, ``area.thing``."""
    return next((one for one in ALL if one.id == id), None)
