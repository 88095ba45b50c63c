"""Facts that travel to other rooms: past-tense names, sent inside the same transaction."""

from collections.abc import Callable
from typing import Any


class Signal:
    """A fact that has happened. Receivers run in the order of registration, in the sender's transaction."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.receivers: list[Callable[..., None]] = []

    def connect(self, receiver: Callable[..., None]) -> Callable[..., None]:
        """Register ``receiver``; the same one is registered once."""
        if receiver not in self.receivers:
            self.receivers.append(receiver)
        return receiver

    def send(self, **facts: Any) -> None:
        """Tell every receiver; what one raises undoes the whole transaction."""
        for receiver in self.receivers:
            receiver(**facts)
