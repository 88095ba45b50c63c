"""A program that works with a served instance through its API, quickly, by HTTP alone."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class Answer:
    """What came back: status, body as JSON (None when it was none), and the headers."""

    status: int
    json: Any
    headers: Any = field(repr=False, default=None)


class Remote:
    """Acts for the person whose key it has; the same ways as ``tests.api.programs.Program``."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key
        self._id: int | None = None

    @property
    def id(self) -> int:
        """The person's id."""
        if self._id is None:
            self._id = int(self.get("/me")["id"])
        return self._id

    def send(self, method: str, path: str, body: Any = None, *, timeout: float = 30, **headers: str) -> Answer:
        """One request; refusals are answers too. A connection that breaks raises OSError."""
        request = urllib.request.Request(f"{self.url}/api/v1{path}", method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return Answer(response.status, _read(response), response.headers)
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, _read(refused), refused.headers)

    def get(self, path: str, *, status: int = 200, **query: Any) -> Any:
        """The JSON of a GET that must answer ``status``."""
        return self._expect(self.send("GET", path + (f"?{urlencode(query)}" if query else "")), status, path)

    def post(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        """The JSON of a POST that must answer ``status``."""
        return self._expect(self.send("POST", path, body if body is not None else {}), status, path)

    def everything(self, path: str, **query: Any) -> list[Any]:
        """All items of a list, page by page."""
        found: list[Any] = []
        cursor: dict[str, Any] = {}
        while True:
            page = self.get(path, **query, **cursor)
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = {"cursor": page["next"]}

    def _expect(self, answer: Answer, status: int, path: str) -> Any:
        assert answer.status == status, f"{path}: {answer.status} {answer.json}"
        return answer.json


def _read(response: Any) -> Any:
    raw = response.read()
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None
