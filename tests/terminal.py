#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""terminal.py [--stdio] [--shown FILE] STEP... -- COMMAND...

Runs COMMAND with a controlling terminal of its own and plays the person before
it.  Standard input, output and error stay as they are, or are the terminal with
--stdio.  What the terminal showed goes to FILE.  Steps:

  expect=TEXT  waits until the terminal shows it
  send=TEXT    types it; \\n, \\x03 and so on as in Python
  answer=CMD   types what a shell command says, which gets all that was shown
  echo=on|off  waits until the terminal's echo is that
  signal=NAME  sends a signal to COMMAND: TERM, CONT, ...
  stopped      waits until COMMAND is stopped

Exits as COMMAND did (128+N for signal N); 99 when a step did not come true in
10 s or the terminal is left without echo.
"""
import fcntl
import os
import select
import signal
import subprocess
import sys
import termios
import time

LIMIT = 10.0


class Failed(Exception):
    pass


def lead(master, slave_name, report, stdio, command):
    """The session: its leader waits, so that the command can be stopped."""
    os.setsid()
    slave = os.open(slave_name, os.O_RDWR)
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    go_read, go_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(go_write)
        os.read(go_read, 1)
        # Whoever runs the tests may ignore some: nohup does.
        for number in (signal.SIGTTOU, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT,
                       signal.SIGTERM, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        if stdio:
            for fd in range(3):
                os.dup2(slave, fd)
        for fd in (master, slave, report, go_read):
            os.close(fd)
        os.execvp(command[0], command)
    os.setpgid(pid, pid)
    os.tcsetpgrp(slave, pid)
    os.write(report, b"P%d\n" % pid)
    os.write(go_write, b"x")
    while True:
        _, status = os.waitpid(pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            os.write(report, b"S\n")
            continue
        code = os.waitstatus_to_exitcode(status)
        os.write(report, b"X%d\n" % (code if code >= 0 else 128 - code))
        os._exit(0)


class Terminal:
    def __init__(self, stdio, command):
        self.master, self.slave = os.openpty()
        self.report, report = os.pipe()
        leader = os.fork()
        if leader == 0:
            os.close(self.report)
            lead(self.master, os.ttyname(self.slave), report, stdio, command)
        os.close(report)
        self.shown = b""
        self.seen = 0       # what the last expect= has used
        self.events = b""

    def pump(self, wait=0.02):
        """Takes in what came, for at most that long."""
        ready, _, _ = select.select([self.master, self.report], [], [], wait)
        if self.master in ready:
            self.shown += os.read(self.master, 65536)
        if self.report in ready:
            self.events += os.read(self.report, 4096)

    def until(self, what, true):
        end = time.monotonic() + LIMIT
        while not true():
            if time.monotonic() > end:
                raise Failed(what)
            self.pump()

    def word(self, letter):
        words = [w for w in self.events.split(b"\n")[:-1] if w[:1] == letter]
        return words[-1][1:] if words else None

    def pid(self):
        self.until("start", lambda: self.word(b"P"))
        return int(self.word(b"P"))

    def has_echo(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def expect(self, text):
        text = text.encode()
        self.until("expect " + repr(text), lambda: text in self.shown[self.seen:])
        self.seen = self.shown.index(text, self.seen) + len(text)

    def play(self, step):
        name, _, value = step.partition("=")
        if name == "expect":
            self.expect(value)
        elif name == "send":
            os.write(self.master, value.encode().decode("unicode_escape").encode("latin-1"))
        elif name == "answer":
            os.write(self.master, subprocess.run(["sh", "-c", value], input=self.shown,
                                                 stdout=subprocess.PIPE, check=True).stdout)
        elif name == "echo":
            self.until(step, lambda: self.has_echo() == (value == "on"))
        elif name == "signal":
            os.kill(self.pid(), getattr(signal, "SIG" + value))
        elif name == "stopped":
            self.until(step, lambda: self.word(b"S") is not None)
        else:
            raise Failed("unknown step " + step)

    def finish(self):
        self.until("end of the command", lambda: self.word(b"X") is not None)
        # A read(2) of a terminal gives a part of what is there.
        while select.select([self.master], [], [], 0.02)[0]:
            self.shown += os.read(self.master, 65536)
        if not self.has_echo():
            raise Failed("the terminal is left without echo")
        return int(self.word(b"X"))


def main(args):
    stdio = args[:1] == ["--stdio"]
    args = args[1:] if stdio else args
    shown = None
    if args[:1] == ["--shown"]:
        shown, args = args[1], args[2:]
    end = args.index("--")
    t = Terminal(stdio, args[end + 1:])
    try:
        for step in args[:end]:
            t.play(step)
        return t.finish()
    except Failed as e:
        sys.stderr.write("terminal.py: %s; shown: %r\n" % (e, t.shown))
        if t.word(b"P") and not t.word(b"X"):
            os.kill(t.pid(), signal.SIGKILL)
        return 99
    finally:
        if shown:
            with open(shown, "wb") as f:
                f.write(t.shown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
