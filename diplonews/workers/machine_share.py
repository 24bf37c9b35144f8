"""What of this machine the process may use: processors and memory, by its affinity and cgroups.

A container or a unit of systemd may have a share of them only (``CPUQuota``, ``MemoryMax``).
"""

import os
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")


def count_processors(root: Path = CGROUPS, own_groups: Path = OWN_GROUPS) -> int:
    """Return how many processors may be used at the same time; at least one."""
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        allowed = os.cpu_count() or 1
    quotas = [quota for folder in _groups(root, own_groups, "cpu") if (quota := _quota(folder))]
    return max(1, int(min([float(allowed), *quotas])))


def count_bytes(root: Path = CGROUPS, own_groups: Path = OWN_GROUPS) -> int:
    """Return how much memory may be used by all processes of the cgroup together."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for folder in _groups(root, own_groups, "memory"):
        for name in ("memory.max", "memory.limit_in_bytes"):
            try:
                limits.append(int((folder / name).read_text()))
            except (OSError, ValueError):  # "max", or no such file
                continue
    return min(limits)


def _groups(root: Path, own_groups: Path, controller: str) -> list[Path]:
    """Return the folders of our cgroups, each with those that it is inside of."""
    try:
        lines = own_groups.read_text().splitlines()
    except OSError:
        return []
    folders = []
    for line in lines:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if controllers and controller not in controllers.split(","):
            continue
        top = root / controllers if controllers else root
        inside = top / path.lstrip("/")
        folders += [inside, *(above for above in inside.parents if above.is_relative_to(top))]
    return folders


def _quota(folder: Path) -> float | None:
    """Return how many processors a cgroup may use at the same time; ``None``: all."""
    try:
        if (folder / "cpu.max").exists():
            quota, period = (folder / "cpu.max").read_text().split()
        else:  # of the first version
            quota = (folder / "cpu.cfs_quota_us").read_text().strip()
            period = (folder / "cpu.cfs_period_us").read_text().strip()
        return int(quota) / int(period) if int(quota) > 0 else None
    except (OSError, ValueError, ZeroDivisionError):  # "max", or no such file
        return None
