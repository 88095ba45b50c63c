"""What is left of a phone or identity number when it is shown (design 7: masked everywhere, revealed with a reason)."""

STAR = "*"


def mask_phone(phone: str) -> str:
    """First three and last four characters of a mobile number; a shorter number keeps its last two. Empty stays empty."""
    return _mask(phone, 3, 4) if len(phone) >= 10 else _mask(phone, 0, 2)


def mask_identity(identity: str) -> str:
    """First three and last two characters of an identity or registration number. Empty stays empty."""
    return _mask(identity, 3, 2) if len(identity) >= 10 else _mask(identity, 0, 2)


def _mask(text: str, first: int, last: int) -> str:
    if len(text) <= first + last:
        return STAR * len(text)
    return text[:first] + STAR * (len(text) - first - last) + text[len(text) - last :]
