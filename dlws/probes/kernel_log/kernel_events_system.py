"""Kernel messages that tell of heat or of the kernel's own trouble."""

from dlws.probes.kernel_log.kernel_rule import PCI, Rule

THERMAL = (
    Rule(
        "thermal",
        "clock throttled",
        r"(?:mce: )?CPU\d+: (?:Core |Package )?[Tt]emperature .*\(total events = (?P<peak>\d{1,9})\)",
    ),
    Rule(
        "thermal",
        "ritical temperature reached",
        r"(?:thermal )?(?:(?P<subject>[\w.-]+): )?(?:[\w.-]+: )?[Cc]ritical temperature reached",
        "fatal",
    ),
    Rule("thermal", "HARDWARE PROTECTION shutdown", r"\S+ HARDWARE PROTECTION shutdown \(Temp", "fatal"),
    Rule("thermal", "soctherm: OC ALARM", r"soctherm: OC ALARM", cause="over_current"),  # Jetson
)

OOPS = (
    Rule("oops", "Oops#", r"Oops#(?P<peak>\d{1,6}) Part\d+"),
    Rule("oops", "Oops: ", r"(?:Internal error: )?Oops: "),
    Rule("oops", "Internal error: ", r"Internal error: .* \[#\d+\]"),
    Rule("oops", "BUG: ", r"BUG: (?:unable to handle|kernel NULL pointer dereference)"),
    Rule("oops", "kernel BUG at", r"kernel BUG at "),
    Rule("oops", "general protection fault", r"general protection fault[:,]"),
    Rule("oops", "Unable to handle kernel", r"Unable to handle kernel "),
)
"""One oops prints several of these, so each counts apart, and the highest count is that of the oopses."""

LOCKUP = (
    Rule("lockup", "lockup - CPU#", r".*BUG: soft lockup - (?P<subject>CPU#\d+)"),
    Rule("lockup", "hard LOCKUP on cpu", r".*hard LOCKUP on (?P<subject>cpu \d+)"),
    Rule(
        "lockup",
        "detected stall on ",
        r"(?:rcu: )?INFO: rcu_\w+ (?:self-)?detected stall on (?P<subject>CPU \d+)",
    ),
    Rule(
        "lockup",
        "detected stall",
        r"(?:rcu: )?INFO: rcu_\w+ (?:self-detected stall on CPU|detected (?:expedited )?stalls on CPUs)",
    ),
)

OOM = (
    # Before kernel 5.0 a second line names the process, without saying that a cgroup's limit was the reason.
    Rule(
        "oom",
        "Killed process",
        r".*Memory cgroup out of memory: Kill process .*\n.*Killed process \d+,? .*?\((?P<subject>[^)]*)\)",
        cause="cgroup",
        near=-1,
        also="Memory cgroup out of memory: Kill process",
    ),
    *(
        Rule("oom", key, rf"{start}Kill(?:ed)? process \d+,? .*?\((?P<subject>[^)]*)\)", None, cause)
        for key in ("Killed process", "Kill process")
        for start, cause in (
            ("Memory cgroup out of memory: ", "cgroup"),
            ("(?:Out of memory.*?: )?", "system"),
        )
    ),
    *(
        Rule(
            "oom",
            f"oom-kill:constraint={word}",
            rf"oom-kill:constraint={word}.*,task=(?P<subject>[^,]+),pid=",
            None,
            cause,
        )
        for word, cause in (("CONSTRAINT_MEMCG", "cgroup"), ("CONSTRAINT_NONE", "system"))
    ),
)

NETWORK = (
    Rule(
        "nic",
        "health compromised",
        rf"mlx\d_core (?P<subject>{PCI}):? .*health compromised",
    ),
    Rule("nic", "irisc not responding", rf"mlx\d_core (?P<subject>{PCI}):? .*irisc not responding"),
)
"""Of these cards a cluster's traffic between GPUs depends."""

KERNEL = (
    *THERMAL,
    *OOM,
    *NETWORK,
    Rule("panic", "Kernel panic - not syncing", r"Kernel panic - not syncing", "fatal"),
    Rule("panic", "Panic#", r"Panic#(?P<peak>\d{1,6}) Part\d+", "fatal"),
    *OOPS,
    *LOCKUP,
    Rule("hung_task", "blocked for more than", r"INFO: task (?P<subject>\S+?):\d+ blocked for more than"),
)
