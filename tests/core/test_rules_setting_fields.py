"""Kinds of values of settings: what each takes, and what it refuses with a sentence."""

import pytest

from app.core.setting_fields import Money, Posts, TimeOfDay, Whole, YesNo

GOOD = [
    (Whole(0, 30), " 7 ", 7),
    (Whole(-5, 30), "-5", -5),
    (Whole(1, 30), 30, 30),
    (TimeOfDay(), "8:05", "08:05"),
    (TimeOfDay(), "18:30", "18:30"),
    (YesNo(), True, True),
    (YesNo(), False, False),
    (Posts(), "teller, clerk,teller", ["teller", "clerk"]),
    (Posts(), ["teller"], ["teller"]),
    (Posts(least=0), [], []),
    (Money(), "5,000,000", "5000000.00"),
    (Money(), "0.10", "0.10"),
    (Whole(-5, 30), "１２", 12),
    (Whole(-5, 30), "－３", -3),
    (Whole(-5, 30), "-0", 0),
    (TimeOfDay(), "１７：３０", "17:30"),
    (Money(), "１，０００．５", "1000.50"),
    (Money(), ".5", "0.50"),
]
BAD = [
    (Whole(0, 30), ["31", "-1", "", "1.5", "x", True, None, "٣", "1_0", "+3", "5²", "1" * 30]),
    (TimeOfDay(), ["24:00", "8", "8:5", ":30", "18:60", "", "x:yy", "100:00", "٨:٠٥", "1_:05", None]),
    (YesNo(), [None, 1, 0, "yes", ""]),
    (Posts(), [[], "", None, 7, [7], [f"p{n}" for n in range(101)]]),
    (
        Money(),
        [
            "-1",
            "1.234",
            "",
            "NaN",
            "Infinity",
            "1e9",
            "10000000000000",
            1.5,
            True,
            None,
            "x",
            "-0",
            "+1",
            "1_000",
            "١٠٠",
            "5²",
            ".",
            "9" * 50,
        ],
    ),
]


@pytest.mark.parametrize(("field", "value", "kept"), GOOD)
def test_what_fits_is_kept_in_one_form(field, value, kept):
    assert field.clean(value) == kept
    assert field.clean(field.clean(value)) == kept


@pytest.mark.parametrize(("field", "values"), BAD)
def test_what_does_not_fit_is_refused_with_a_sentence(field, values):
    for value in values:
        with pytest.raises(ValueError, match=r"[.。]$"):
            field.clean(value)
