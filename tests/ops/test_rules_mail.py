"""What MAIL_URL says."""

import pytest

from app.ops.rules.mail import MailServer, server


@pytest.mark.parametrize("url", [None, "", "log", "log:"])
def test_no_server_is_the_log(url):
    assert server(url) is None


def test_servers_with_their_ports_and_ways_of_encryption():
    assert server("smtp://mail.bank") == MailServer("mail.bank", 25)
    assert server("smtps://a%40b:p%2Fw@mail.bank") == MailServer("mail.bank", 465, "a@b", "p/w", tls=True)
    assert server("smtp://mail.bank:587?starttls=1") == MailServer("mail.bank", 587, starttls=True)


@pytest.mark.parametrize(
    "url", ["http://mail", "smtp://", "smtp://m:99999", "smtp://m?x=1", "smtp://m?starttls=yes", "mail.bank:25"]
)
def test_anything_else_is_named(url):
    with pytest.raises(ValueError, match="MAIL_URL"):
        server(url)


def test_the_password_is_not_in_what_is_printed():
    assert "secret" not in repr(server("smtp://u:secret@mail"))
