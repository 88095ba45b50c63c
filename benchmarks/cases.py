"""The cases: what people do all day, as prepared requests."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from app.ops.demo.institution import PASSWORD
from benchmarks.branch import SUPERVISOR
from benchmarks.data import Prepared
from benchmarks.load import Request, exchange

PREPARE = {
    "fields.territory": "The market in the west of the town, three hundred dealers.",
    "fields.prospect": "Eight years in trade, two shops, a rented store.",
    "fields.competitors": "Two banks offer loans to dealers here.",
    "fields.opening": "Stock for the season has to be paid two months ahead.",
    "checklist": ["dossier_checked", "public_sources", "tools_ready"],
    "outcome": "done",
}
QUERIES = ("hs", "王建", "宏远", "lgh", "C0012", "zhang", "商行", "wm")


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its requests for one client and for eight, and the answers expected of them."""

    name: str
    one: Sequence[Request]
    eight: Sequence[Request]
    expected: Sequence[bytes] = (b"200",)


class Visitor:
    """Somebody signed in: their cookies and form token."""

    def __init__(self, port: int, username: str) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = self._token("/login")
        answer = self._send(self.post("/login", {"username": username, "password": PASSWORD}))
        if b" 303 " not in answer[:20]:
            raise RuntimeError(f"{username} cannot sign in: {answer[:200]!r}")
        self.token = self._token("/today")

    def get(self, path: str, *, typing: bool = False) -> bytes:
        """A prepared GET; ``typing``: as the page's script asks while somebody types into a search."""
        return self._request("GET", path, more="HX-Request: true\r\n" if typing else "")

    def post(self, path: str, fields: dict[str, object]) -> bytes:
        """A prepared form."""
        return self._request("POST", path, urlencode({"csrf_token": self.token, **fields}, doseq=True).encode())

    def _request(self, method: str, path: str, body: bytes = b"", more: str = "") -> bytes:
        cookie = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\nCookie: {cookie}\r\n{more}"
        if body:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"\r\n" + body

    def _send(self, request: bytes) -> bytes:
        answer = exchange(self.port, request)
        for name, value in re.findall(rb"(?i)set-cookie: ([^=]+)=([^;]*)", answer.split(b"\r\n\r\n")[0]):
            self.cookies[name.decode()] = value.decode()
        return answer

    def _token(self, path: str) -> str:
        found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', self._send(self.get(path)))
        if found is None:
            raise RuntimeError(f"no form on {path}")
        return found[1].decode()


def anonymous_hello(port: int) -> bytes:
    """A prepared request to the bare view."""
    return f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()


def cases(port: int, data: Prepared, times: int) -> list[Case]:
    """Every case, with ``times`` operations for one client and four times as many for eight."""
    manager, supervisor = Visitor(port, "manager"), Visitor(port, "supervisor")
    head = Visitor(port, SUPERVISOR)
    many = times * 4
    turns, customers = iter(data.turns), iter(data.customers)
    anonymous = Visitor(port, "trainee")

    def same(request: bytes) -> tuple[list[Request], list[Request]]:
        return [(request,)] * times, [(request,)] * many

    def complete() -> Request:
        turn, version = next(turns)
        return (manager.post(f"/turns/{turn}/complete", {**PREPARE, "version": version, "next": "/today"}),)

    def create() -> Request:
        fields = {"customer_id": next(customers), "title": "Working capital", "amount": "500000", "team_id": data.team}
        return (manager.post("/sales/opportunities/new", fields),)

    filters = {
        "due": "",
        "tier": "",
        "kind": "",
        "industry": "",
        "holder": "",
        "sort": "name",
    }  # as the page sends them
    searches = [(supervisor.get("/customers/found?" + urlencode({"q": q, **filters}), typing=True),) for q in QUERIES]
    sign_in = anonymous.post("/login", {"username": "business", "password": PASSWORD})
    found = (b"303", b"302")
    return [
        Case("sign-in", *same(sign_in), found),
        Case("day page", *same(manager.get("/today"))),
        Case("board, 1,000 open", *same(supervisor.get("/sales"))),
        Case("desk, 300 × 50 open", *same(head.get("/team"))),
        Case("opportunity page", *same(manager.get(f"/sales/opportunities/{data.opportunity}"))),
        Case("complete a step", [complete() for _ in range(times)], [complete() for _ in range(many)], found),
        Case("create an opportunity", [create() for _ in range(times)], [create() for _ in range(many)], found),
        Case("customer search, 200,000", searches * (times // 8 + 1), searches * (many // 8 + 1)),
    ]
