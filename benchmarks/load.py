"""A client that costs little: prepared requests over plain sockets, one after another or eight at a time."""

import multiprocessing
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue

Request = Sequence[bytes]
"""What one operation sends, in order: usually one request, two where a redirect is followed."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Operations a second with several clients, and how many were not answered as expected."""

    per_second: float
    refused: int


def exchange(port: int, request: bytes) -> bytes:
    """Send one request and read the whole answer (the server closes the connection)."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
        link.sendall(request)
        parts = []
        while part := link.recv(262144):
            parts.append(part)
    return b"".join(parts)


def one_client(port: int, requests: Sequence[Request], expected: Sequence[bytes]) -> list[float]:
    """Milliseconds of each operation, one after another; raises when one is not answered as expected."""
    times = []
    for request in requests:
        start = time.perf_counter()
        answers = [exchange(port, part) for part in request]
        times.append((time.perf_counter() - start) * 1000)
        for answer in answers:
            if not _is(answer, expected):
                raise RuntimeError(f"{request[0][:80]!r} was answered {answer[:300]!r}")
    return times


def eight_clients(port: int, requests: Sequence[Request], expected: Sequence[bytes]) -> Rate:
    """All operations by eight clients at once, in two processes of four threads."""
    answers: Queue[tuple[float, float, int]] = multiprocessing.Queue()
    gate = multiprocessing.Barrier(3)
    halves = [requests[0::2], requests[1::2]]
    workers = [multiprocessing.Process(target=_half, args=(port, half, expected, gate, answers)) for half in halves]
    for worker in workers:
        worker.start()
    gate.wait()
    found = [answers.get() for _worker in workers]
    for worker in workers:
        worker.join()
    seconds = max(end for _start, end, _bad in found) - min(start for start, _end, _bad in found)
    refused = sum(bad for _start, _end, bad in found)
    return Rate((len(requests) - refused) / seconds, refused)


def _half(
    port: int, requests: Sequence[Request], expected: Sequence[bytes], gate: object, answers: "Queue[object]"
) -> None:
    queue, lock, refused = list(requests), threading.Lock(), [0]

    def work() -> None:
        while True:
            with lock:
                if not queue:
                    return
                request = queue.pop()
            if not all(_is(exchange(port, part), expected) for part in request):
                with lock:
                    refused[0] += 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    gate.wait()  # type: ignore[attr-defined]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put((start, time.monotonic(), refused[0]))


def _is(answer: bytes, expected: Sequence[bytes]) -> bool:
    return answer[9:12] in expected
