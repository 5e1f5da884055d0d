"""A notice as people write it on one line."""

from __future__ import annotations

import re

from connectors.manifest.model import Words

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def notice_of(text: str) -> Words:
    """``中文 / English``, or one of the two."""
    zh, slash, en = (part.strip() for part in text.partition(" / "))
    if slash:
        return Words(zh, en)
    return Words(zh=zh) if _CHINESE.search(zh) else Words(en=zh)
