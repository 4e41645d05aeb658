"""Appends one JSON line to the file in DLWS_EVENTS for every task that begins and every result.

Ansible's own output is unchanged. Runs inside ansible-playbook, and knows nothing else of dlws.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: dlws
    type: notification
    short_description: writes what happens as JSON lines
    description:
      - Appends one JSON line for every task that begins and every result to the file that DLWS_EVENTS names.
      - Does nothing if that variable is not set.
    requirements:
      - enabled in configuration
"""

LONGEST = 4000
"""Characters kept of a message: its end, where compilers and pip say what went wrong."""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "dlws"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._path = os.environ.get("DLWS_EVENTS")
        self._begun: dict[tuple[str, str], float] = {}

    def _write(self, kind: str, **fields: Any) -> None:
        if self._path:
            line = json.dumps({"kind": kind, "time": time.time(), **fields}) + "\n"
            with open(self._path, "a", encoding="utf-8") as file:  # noqa: PTH123 - one append, no Path needed
                file.write(line)

    def _result(self, result: Any, status: str) -> None:
        host, task = _part(result, "host"), _part(result, "task")
        answer = _part(result, "result")
        begun = self._begun.pop((host.get_name(), task._uuid), None)
        if status == "ok" and answer.get("changed"):
            status = "changed"
        self._write(
            "result",
            host=host.get_name(),
            **_name(task),
            status=status,
            message=_message(answer) if status in ("failed", "ignored", "unreachable") else None,
            duration_s=None if begun is None else round(time.time() - begun, 3),
        )

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._write("task", **_name(task))

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self._write("task", **_name(task))

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        self._begun[host.get_name(), task._uuid] = time.time()

    def v2_runner_on_ok(self, result: Any) -> None:
        self._result(result, "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._result(result, "ignored" if ignore_errors else "failed")

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._result(result, "skipped")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._result(result, "unreachable")

    def v2_playbook_on_stats(self, stats: Any) -> None:
        for host in sorted(stats.processed):
            self._write("stats", host=host, counts=stats.summarize(host))


def _part(result: Any, name: str) -> Any:
    """``result.host`` and so on; ansible-core before 2.19 has only ``result._host``."""
    return getattr(result, name) if hasattr(result, name) else getattr(result, f"_{name}")


def _name(task: Any) -> dict[str, str | None]:
    role = task._role.get_name() if task._role else None
    return {"role": role, "task": task.name or task.action}


def _message(answer: dict[str, Any]) -> str:
    """What went wrong, in the module's words and in those of the program that it ran."""
    failed_items = [_message(item) for item in answer.get("results", ()) if item.get("failed")]
    said = [str(answer.get(key) or "").strip() for key in ("msg", "module_stderr", "stderr")]
    if said[2] and "non-zero return code" in said[0]:  # its wording changed in ansible-core 2.21
        said[0] = f"exit status {answer.get('rc')}"
    return "\n".join(part for part in (*failed_items, *said) if part)[-LONGEST:]
