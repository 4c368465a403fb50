"""What a person does in Helix, with the keys of a person: opens a file, reads the finding, takes the first fix, saves."""

import os
import pty
import re
import select
import signal
import sys
import time

PATIENCE = 60
FILE = sys.argv[1]


class Screen:
    """Helix on a terminal of its own."""

    def __init__(self):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ["COLUMNS"], os.environ["LINES"] = "200", "50"
            os.execvp("bash", ["bash", "-c", 'inside sh -c "stty cols 200 rows 50; exec hx \\"$0\\"" "$0"', FILE])
        self.drawn = ""

    def read(self, seconds):
        """Takes in what is drawn until nothing is drawn for so long; gives whether something was."""
        ready, _, _ = select.select([self.terminal], [], [], seconds)
        if not ready:
            return False
        try:
            self.drawn += os.read(self.terminal, 65536).decode("utf-8", "replace")
        except OSError:
            return False
        return True

    def text(self):
        """What was drawn since the last keys, without colours and with each move of the cursor as a blank."""
        text = re.sub(r"\x1b\[[0-9;:]*m", "", self.drawn)
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b.", " ", text)

    def wait_for(self, what, pattern):
        until = time.monotonic() + PATIENCE
        while not re.search(pattern, self.text()):
            if time.monotonic() > until:
                sys.exit(f"FAILED: {what}: no `{pattern}` in:\n{self.text()[-3000:]}")
            self.read(1)
        print(f"ok: {what}", flush=True)

    def keys(self, keys):
        while self.read(0.3):
            pass
        self.drawn = ""
        os.write(self.terminal, keys.encode())


def main():
    screen = Screen()
    try:
        screen.wait_for("the file is opened", r'"type"')
        screen.keys("/slak\r")
        screen.wait_for("a misspelt type is told", r"is no known type")
        screen.keys(" a")
        screen.wait_for("its fix is offered", r"Change `slak` to `slack`")
        screen.keys("\r")
        # Only the letters that changed are drawn; the file's mark for unsaved changes is whole.
        screen.wait_for("it is taken", r"\[\+\]")
        screen.keys(":write\r")
        screen.wait_for("the file is saved", r"written")
        with open(FILE, encoding="utf-8") as file:
            text = file.read()
        if '"type": "slack"' not in text:
            sys.exit(f"FAILED: the fix is not in the file:\n{text}")
        print("ok: the fix is in the file", flush=True)
        screen.keys(":quit!\r")
        until = time.monotonic() + PATIENCE
        while os.waitpid(screen.pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > until:
                sys.exit("FAILED: Helix does not end")
            screen.read(0.2)
        print("ok: Helix ends", flush=True)
        screen.pid = None
    finally:
        if screen.pid:
            os.kill(screen.pid, signal.SIGKILL)


main()
