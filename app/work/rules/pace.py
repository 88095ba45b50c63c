"""A polite limit in memory: so many calls of one key within a time; whoever is faster is told how long to wait."""

from collections import OrderedDict
from threading import Lock


class Pace:
    """``most`` calls in ``seconds``; remembers at most ``keys`` callers, the latest ones."""

    def __init__(self, most: int, seconds: int, keys: int = 5000) -> None:
        self.most, self.seconds, self.keys = most, seconds, keys
        self._calls: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: str, now: float) -> int:
        """Seconds until the next call is welcome; 0 when this one is, and it is counted then."""
        with self._lock:
            recent = [at for at in self._calls.pop(key, []) if now - at < self.seconds]
            pause = 0 if len(recent) < self.most else int(recent[0] + self.seconds - now) + 1
            if not pause:
                recent.append(now)
            self._calls[key] = recent
            while len(self._calls) > self.keys:
                self._calls.popitem(last=False)
        return pause
