"""Checks that tell a real identity or card number from a row of digits."""

from __future__ import annotations

from datetime import UTC, datetime

# GB 11643-1999: weights and check characters of the 18-digit citizen identity number.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# GB/T 2260: the first two digits are a province.
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)


def id_check_character(first17: str) -> str:
    """Return the check character for the first 17 digits of an identity number."""
    return _CHECKS[
        sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11
    ]


def has_birth_date(number: str) -> bool:
    """Return whether a 15- or 18-character number carries a province and a possible birthday."""
    if number[:2] not in _PROVINCES:
        return False
    birthday = number[6:14] if len(number) == 18 else "19" + number[6:12]
    try:
        born = datetime.strptime(birthday, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return 1850 <= born.year <= 2100


def is_identity_number(number: str) -> bool:
    """Return whether this is an identity number: 18 characters with checksum, or 15 digits."""
    number = number.upper()
    if len(number) == 15:
        return number.isdigit() and has_birth_date(number)
    return (
        len(number) == 18
        and number[:17].isdigit()
        and has_birth_date(number)
        and id_check_character(number[:17]) == number[17]
    )


def passes_luhn(number: str) -> bool:
    """Return whether the digits satisfy the Luhn check (ISO/IEC 7812-1, annex B)."""
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
