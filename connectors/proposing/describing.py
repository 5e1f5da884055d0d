"""What somebody has, as a description: a description is one already; recordings and introspection results become one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.manifest import Finding
from connectors.openapi.files import decoded
from connectors.proposing.introspection import looks_introspected, sdl_of
from connectors.proposing.kinds import is_page, is_sdl
from connectors.proposing.recordings import description_of, kind_of

_HEAD = 65_536
_NAMED = re.compile(r"""(?:^|[{,\s])["']?(?:openapi|swagger)["']?\s*:""")


@dataclass(frozen=True, slots=True)
class Description:
    """What ``propose`` is given, and what lies beside the manifest. ``made_from``: ``HAR``, ``Postman``, ``introspection``,
    or empty where the files are as they came. A recording itself never lies there: it holds people's values.
    """

    files: Mapping[str, bytes]
    path: str
    findings: tuple[Finding, ...] = ()
    made_from: str = ""


def is_described(content: bytes) -> bool:
    """Whether it says of itself that it is a description, or something that one can be made of. A web page does not."""
    head = decoded(content[:_HEAD])[0]
    if is_page(head) or not head.strip():
        return False
    return (
        head.lstrip().startswith("<")
        or bool(kind_of(content, ""))
        or looks_introspected(head)
        or is_sdl(head)
        or _NAMED.search(decoded(content)[0]) is not None
    )


def describe(files: Mapping[str, bytes], path: str, *, origin: str = "") -> Description:
    """``files`` hold what somebody has (``path``) and what lies beside it; ``origin``: of a recording, whose requests.

    Raises: Undescribed.
    """
    content = files[path]
    folder = path.rpartition("/")[0]
    at = f"{folder}/" if folder else ""
    recorded = kind_of(content, path)
    if recorded:
        made, findings = description_of(recorded, content, path, origin)
        return Description({f"{at}openapi.json": made}, f"{at}openapi.json", findings, recorded)
    if looks_introspected(decoded(content[:8192])[0]):
        return Description(
            {f"{at}schema.graphql": sdl_of(content, path)}, f"{at}schema.graphql", (), "introspection"
        )
    return Description(files, path)
