"""Replaces the RUNPATH of a 64-bit ELF file in place: where it looks for its libraries.

    set_runpath.py FILE '$ORIGIN/../lib/fastdistill'

The new one must not be longer than the old one, because it takes its place in the table of strings. What `swift build`
links names the toolchain's folder, which is longer than anything an installation needs.
"""

import struct
import sys

PT_LOAD, PT_DYNAMIC = 1, 2
DT_NULL, DT_STRTAB, DT_RPATH, DT_RUNPATH = 0, 5, 15, 29


def set_runpath(path, runpath):
    with open(path, "r+b") as file:
        data = bytearray(file.read())
        if data[:6] != b"\x7fELF\x02\x01":
            raise SystemExit(f"set_runpath: {path} is not a 64-bit little-endian ELF file")
        (headers,) = struct.unpack_from("<Q", data, 32)
        size, count = struct.unpack_from("<HH", data, 54)
        segments = [struct.unpack_from("<IIQQQQQ", data, headers + i * size) for i in range(count)]
        loads = [(address, offset, length) for kind, _, offset, address, _, length, _ in segments if kind == PT_LOAD]
        entries = []
        for kind, _, offset, _, _, length, _ in segments:
            if kind == PT_DYNAMIC:
                entries = list(struct.iter_unpack("<qQ", data[offset : offset + length]))
        if (DT_NULL, 0) in entries:
            entries = entries[: entries.index((DT_NULL, 0))]
        for tag, value in entries:
            if tag not in (DT_RPATH, DT_RUNPATH):
                continue
            address = dict(entries)[DT_STRTAB]
            strings = next(offset + address - start for start, offset, length in loads if start <= address < start + length)
            begin = strings + value
            old = bytes(data[begin : data.index(0, begin)])
            new = runpath.encode()
            if len(new) > len(old):
                raise SystemExit(f"set_runpath: '{runpath}' does not fit in the place of '{old.decode()}' in {path}")
            file.seek(begin)
            file.write(new.ljust(len(old), b"\0"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: set_runpath.py FILE RUNPATH")
    set_runpath(sys.argv[1], sys.argv[2])
