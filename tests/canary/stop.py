# SPDX-License-Identifier: Apache-2.0
"""Runs a program in gdb and dumps its memory at the entry of system calls.

gdb -batch -nx -ex 'python calls, folder = ["write"], "DIR"' -x stop.py \
    --args PROGRAM ...

Leaves DIR/N-CALL.core and DIR/N-CALL.smaps of the Nth stop, and DIR/status.
"""
import shutil

import gdb

for setting in (
    "pagination off",
    "startup-with-shell off",
    "debuginfod enabled off",
    # All memory, whatever the program marked as not to be dumped.
    "dump-excluded-mappings on",
    "use-coredump-filter off",
):
    gdb.execute("set " + setting)

caught = {}  # number of a catchpoint: its system call
inside = set()
count = 0


def dump(call):
    """Writes what is in memory, and where."""
    global count
    count += 1
    base = f"{folder}/{count}-{call}"  # noqa: F821, from the command line
    pid = gdb.selected_inferior().pid
    shutil.copyfile(f"/proc/{pid}/smaps", base + ".smaps")
    gdb.execute(f"gcore {base}.core", to_string=True)


def stopped(event):
    """A catchpoint strikes twice, at entry and return."""
    if not isinstance(event, gdb.BreakpointEvent):
        return
    call = caught[event.breakpoints[0].number]
    inside.symmetric_difference_update({call})
    if call in inside:
        dump(call)


def ended(event):
    """Absent after a signal."""
    with open(folder + "/status", "w") as f:  # noqa: F821
        print(getattr(event, "exit_code", "signal"), file=f)


for number, name in enumerate(calls, 1):  # noqa: F821
    gdb.execute("catch syscall " + name, to_string=True)
    caught[number] = name
gdb.events.stop.connect(stopped)
gdb.events.exited.connect(ended)
gdb.execute("run", to_string=True)
while gdb.selected_inferior().pid:
    gdb.execute("continue", to_string=True)
