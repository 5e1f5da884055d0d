"""What is hidden of a value, in the ways that are usual in China: enough stays to recognise one's own, not to learn another's.

Must never: let a value through that is too short to hide anything of; then all of it is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.manifest.runtime import Mask

_DISTRICTS = "省市区县旗州盟"
_MOST_DISTRICT = 14


def masked(mask: Mask, value: Any) -> Any:
    """The value with its secret part starred; lists item by item; what is no text is null."""
    if isinstance(value, list):
        return [masked(mask, item) for item in value]
    return MASKS[mask](value) if isinstance(value, str) else None


def _ends(first: int, last: int) -> Callable[[str], str]:
    """Keeps so many characters at each end."""

    def mask(text: str) -> str:
        hidden = len(text) - first - last
        if hidden < 1:
            return "*" * len(text)
        return text[:first] + "*" * hidden + text[len(text) - last :]

    return mask


def _name(text: str) -> str:
    """The surname's first letter of each word: 张**, J*** S****."""
    return " ".join(word[:1] + "*" * (len(word) - 1) if len(word) > 1 else "*" for word in text.split(" "))


def _email(text: str) -> str:
    local, at, host = text.rpartition("@")
    return f"{local[:1]}***@{host}" if at and len(local) > 1 else "***"


def _address(text: str) -> str:
    """Down to the district; the street and the house are nobody's business."""
    ends = [index + 1 for index, letter in enumerate(text[:_MOST_DISTRICT]) if letter in _DISTRICTS]
    return text[: max(ends)] + "****" if ends and max(ends) < len(text) else "****"


MASKS: Mapping[Mask, Callable[[str], str]] = {
    "name": _name,
    "idNumber": _ends(3, 4),
    "phone": _ends(3, 4),
    "email": _email,
    "bankCard": _ends(0, 4),
    "address": _address,
    "plate": _ends(2, 2),
    "all": lambda _: "***",
}
