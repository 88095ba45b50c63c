"""Believable names, drawn by a seeded generator so that the same seed gives the same people."""

from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

CONTENT = Path(__file__).with_name("content")
_CHECK = "10X98765432"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@cache
def content(name: str) -> Any:
    """A content file, read once."""
    return yaml.safe_load((CONTENT / f"{name}.yaml").read_text("utf-8"))


def person_name(rng: Random) -> str:
    """A Chinese name of two or three characters."""
    words = content("names")
    first = rng.choice(words["given_first"]) if rng.random() < 0.8 else ""
    return str(rng.choice(words["surnames"]) + first + rng.choice(words["given_last"]))


def firm_name(rng: Random, industry: str) -> str:
    """A firm's, school's or hospital's name of the industry."""
    words = content("names")
    ending = rng.choice(words["firms"][industry])
    if industry in ("school", "hospital"):
        return str(rng.choice(words[f"{industry}_first"]) + ending)
    town = rng.choice(words["towns"])
    return str(town + rng.choice(words["firm_first"]) + rng.choice(words["firm_last"]) + ending)


def phone(rng: Random) -> str:
    """A mobile number of a range that is not given out."""
    return f"199{rng.randrange(10**8):08d}"


def identity(rng: Random) -> str:
    """An identity card number with a right check character and a district code that does not exist."""
    body = f"990{rng.randrange(100, 999)}{rng.randrange(1960, 2002)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}{rng.randrange(1000):03d}"
    return body + _CHECK[sum(int(c) * w for c, w in zip(body, _WEIGHTS, strict=True)) % 11]


def address(rng: Random) -> str:
    """A street and number."""
    words = content("names")
    return f"{rng.choice(words['streets'])}{rng.randrange(1, 400)}{words['number_sign']}"
