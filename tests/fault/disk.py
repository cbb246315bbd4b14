"""A disk whose power can be cut: ext4 in a file, in a mount namespace of this process alone. Needs root."""
import array
import ctypes
import fcntl
import os
import subprocess
from pathlib import Path

_CLONE_NEWNS = 0x20000
_EXT4_IOC_SHUTDOWN = 0x8004587D      # _IOR('X', 125, __u32)
_NO_LOG_FLUSH = 2                    # what was not synced is gone, as when the power fails


def own_mounts():
    """Nothing that is mounted from here on is seen by others, or outlives this process."""
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare; this test needs root")
    _run("mount", "--make-rprivate", "/")


class Disk:
    def __init__(self, folder, megabytes):
        self.image, self.path = Path(folder) / "disk.img", Path(folder) / "disk"
        self.path.mkdir()
        with open(self.image, "wb") as file:
            file.truncate(megabytes << 20)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", self.image)
        self.mount()

    def mount(self):
        _run("mount", "-o", "loop", self.image, self.path)

    def unmount(self):
        _run("umount", self.path)

    def cut(self):
        """The power fails: from here on nothing more reaches the disk, and no call that would says it did."""
        folder = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, _EXT4_IOC_SHUTDOWN, array.array("I", [_NO_LOG_FLUSH]))
        finally:
            os.close(folder)

    def come_back(self):
        self.unmount()
        self.mount()

    def fill(self):
        """Nothing more has room."""
        with open(self.path / "filler", "wb", buffering=0) as filler:
            for size in (1 << 20, 1 << 12):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError:
                    continue

    def make_room(self):
        (self.path / "filler").unlink()


def _run(*command):
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=60)
