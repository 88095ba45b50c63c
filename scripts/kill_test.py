"""kill -9 of the server while steps are being completed: every acknowledged one is there, once, and history verifies.

``.venv/bin/python -m scripts.kill_test [--rounds 3] [--database-url postgresql+psycopg://…/empty_database]``
"""

import argparse
import random
import tempfile
import threading
import time
from http.client import HTTPException
from pathlib import Path

from tests.api.carrying import hand_in
from tests.journeys.firm import Firm
from tests.support.server import Server


def work(firm: Firm, acknowledged: list[tuple[int, int]], halt: threading.Event) -> None:
    """Open sales and complete their first steps until the server is gone; note what it has acknowledged."""
    try:
        program = firm.program("manager")
        while not halt.is_set():
            sale = firm.sale()
            for _step in range(3):
                turn = firm.waiting(sale)
                hand_in(program, program.get(f"/turns/{turn['id']}"))  # type: ignore[arg-type]
                acknowledged.append((sale.run_id, turn["id"]))
    except (OSError, HTTPException, ValueError):
        return  # the server went away: before the answer, in the middle of it, or in the middle of its body


def run(folder: Path, database_url: str | None, rounds: int) -> int:
    """The rounds; answers how many acknowledged completions were found again. Raises AssertionError when one was not."""
    server = Server(folder, database_url)
    server.flask("db", "upgrade")
    server.python("-m", "tests.journeys.institution")
    firm = Firm(server)
    acknowledged: list[tuple[int, int]] = []
    for _round in range(rounds):
        server.start()
        halt = threading.Event()
        threads = [threading.Thread(target=work, args=(firm, acknowledged, halt)) for _n in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(3, 6))  # noqa: S311 - no secret
        server.kill()
        halt.set()
        for thread in threads:
            thread.join()
    server.start()
    try:
        for run_id, turn_id in acknowledged:
            turns = firm.program("manager").get(f"/runs/{run_id}")["turns"]
            found = [turn["state"] for turn in turns if turn["id"] == turn_id]
            assert found == ["done"], f"turn {turn_id} of run {run_id}: {found}"
            steps = [turn["step"] for turn in turns]
            assert len(steps) == len(set(steps)), f"run {run_id} did a step twice: {steps}"
        server.flask("audit", "verify")
    finally:
        server.stop()
    return len(acknowledged)


def main() -> None:
    """Read the command line and play the rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database-url", help="an empty database; without it SQLite in a folder of its own")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        count = run(Path(folder), given.database_url, given.rounds)
    print(f"{count} acknowledged completions over {given.rounds} kills: every one is there once, and history holds.")


if __name__ == "__main__":
    main()
