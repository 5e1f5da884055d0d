"""docs/findings.md out of the codes. ``python -m connectors.judging.findings_page`` prints it."""

from __future__ import annotations

from connectors.judging.codes import PARTS


def page() -> str:
    """docs/findings.md, whole."""
    written = [
        "# Findings",
        "",
        "What `tongban connector init`, `lint`, `check` and `grade` say: `file:line:column: severity code: message`, and a fix.",
        "An error keeps a draft from being published, a warning wants a look, the rest is for information. "
        "`--format json` and `--format sarif`",
        "(2.1.0) say the same to machines. Codes stay; new ones may come. Printed by `python -m connectors.judging.findings_page`.",
    ]
    for title, words, part in PARTS:
        written += ["", f"## {title}", "", words, "", "| code | cause | fix |", "| --- | --- | --- |"]
        written += [f"| `{code}` | {cause.cause} | {cause.fix} |" for code, cause in sorted(part.items())]
    return "\n".join(written) + "\n"


if __name__ == "__main__":
    print(page(), end="")
