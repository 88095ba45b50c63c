"""Nothing leaves the tests: no connection beyond this machine, no mail."""

import ipaddress
import smtplib
import socket
from typing import Any, NoReturn

import pytest

from tests.support.engines import server_url

ALLOWED_NAMES = {"localhost", "127.0.0.1", "::1", "", None}


def _is_near(host: Any) -> bool:
    if host in ALLOWED_NAMES or host == server_url().host:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _nothing_leaves(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def near_connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_near(address[0]):
            pytest.fail(f"a test tried to reach {address}")
        connect(self, address)

    def near_look_up(host: Any, *rest: Any, **named: Any) -> Any:
        if not _is_near(host.decode() if isinstance(host, bytes) else host):
            pytest.fail(f"a test tried to look up {host}")
        return look_up(host, *rest, **named)

    def no_mail(*_: Any, **__: Any) -> NoReturn:
        pytest.fail("a test tried to send mail")

    monkeypatch.setattr(socket.socket, "connect", near_connect)
    monkeypatch.setattr(socket, "getaddrinfo", near_look_up)
    monkeypatch.setattr(smtplib.SMTP, "sendmail", no_mail)
