"""Secrets that people and programs carry, and the digests that stand in the database in their place."""

import hashlib
import secrets
from ipaddress import IPv6Address, ip_address

TOKEN_PREFIX = "qiao_"  # noqa: S105 - the public beginning of every key, not a secret
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def digest(secret: str) -> str:
    """SHA-256 of a random secret, 64 hex digits; random secrets need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_session() -> str:
    """The secret of a sign-in: 256 random bits."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """The secret of a program: 256 random bits behind a prefix that leak scanners can find."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_password() -> str:
    """A one-time password that can be read out over the telephone: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def half_password() -> str:
    """Half of a one-time password that two people hand over, each a half: three groups of four, 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def origin_of(address: str | None) -> str:
    """Where an attempt comes from: the IPv4 address, or the network of an IPv6 one (one customer holds a /64)."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "address:unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return f"address:{found.ipv4_mapped}"
        return f"address:{IPv6Address(int(found) >> 64 << 64)}/64"
    return f"address:{found}"


def account_of(typed: str) -> str:
    """Digest of a typed user name, so that attempts can be counted without keeping what was typed."""
    return digest("account:" + typed[:200])
