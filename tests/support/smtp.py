"""A mail server of the test's own, in this process: takes mail, or fails in the ways mail servers fail."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


class _Talk(socketserver.StreamRequestHandler):
    server: "SmtpServer"

    def handle(self) -> None:
        self._say(220, "ready")
        while line := self.rfile.readline():
            word = line.decode().strip().upper().partition(" ")[0]
            if word == "DATA":
                self._say(354, "go on")
                if not self._take():
                    return
            elif word == "QUIT":
                self._say(221 if not self.server.rude else 500, "bye")
                return
            elif word == "RCPT" and self.server.refuses:
                self._say(450, "try again later")
            else:
                self._say(250, "fine")

    def _take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.server.received.append(message_from_bytes(b"".join(lines), policy=default))
        if self.server.vanishes:
            self.server.vanishes -= 1
            return False  # the mail is taken, but nobody says so
        self._say(250, "taken")
        return True

    def _say(self, code: int, words: str) -> None:
        self.wfile.write(f"{code} {words}\r\n".encode())


class SmtpServer(socketserver.ThreadingTCPServer):
    """``received``: what it has taken. ``vanishes``: how often it takes a mail and goes silent; ``rude``: a bad goodbye."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Talk)
        self.port: int = self.server_address[1]
        self.received: list[EmailMessage] = []
        self.vanishes = 0
        self.rude = False
        self.refuses = False


@contextmanager
def serving(port: int = 0) -> Iterator[SmtpServer]:
    """A mail server that listens while the block runs; the same ``port`` again is the same server come back."""
    server = SmtpServer(port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
