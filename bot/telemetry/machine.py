"""The machine in figures: how much room is left on its disk and in its memory."""

import shutil
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")  # a container's own limit, which may be below the machine's


def disk_free(folder: Path) -> int | None:
    """Bytes that are free where this folder lies, or will lie; none where nobody can tell."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        return shutil.disk_usage(place).free
    except OSError:
        return None


def memory_left() -> float | None:
    """The share of the memory that is free for us; none where nobody can tell."""
    shares = [share for share in (_of_machine(), _of_group()) if share is not None]
    return min(shares, default=None)


def _of_machine() -> float | None:
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
        facts = {name: int(rest.split()[0]) for name, _, rest in (x.partition(":") for x in lines)}
        return facts["MemAvailable"] / facts["MemTotal"]
    except (OSError, KeyError, ValueError, IndexError):
        return None


def _of_group() -> float | None:
    try:
        most = int((_GROUP / "memory.max").read_text(encoding="ascii"))
        used = int((_GROUP / "memory.current").read_text(encoding="ascii"))
        kept = (_GROUP / "memory.stat").read_text(encoding="ascii").split()
        files = int(kept[kept.index("inactive_file") + 1])  # given up as soon as it is needed
    except (OSError, ValueError, IndexError):
        return None
    return 1 - (used - files) / most if most else None
