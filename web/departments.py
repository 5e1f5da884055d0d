"""The pages below ``/departments/``: rendered from values given here; they ask no database, and need no script.

Templates are ``templates/desk_*.html``; each says in its first line what it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from web.pages import PAGE_CSP

HERE = Path(__file__).parent

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # states
        "new": ("未发布", "not published"),
        "draft": ("草稿", "draft"),
        "in_review": ("审核中", "in review"),
        "canary": ("灰度试行", "canary"),
        "published": ("已发布", "published"),
        "disabled": ("已停用", "disabled"),
        "superseded": ("已被取代", "superseded"),
        "retired": ("已下线", "retired"),
        # findings
        "error": ("错误", "error"),
        "warning": ("警告", "warning"),
        "info": ("提示", "note"),
        # grades
        "none": ("未达标", "no grade"),
        "bronze": ("铜级", "bronze"),
        "silver": ("银级", "silver"),
        "gold": ("金级", "gold"),
        "platinum": ("白金级", "platinum"),
        # lights
        "green": ("正常", "green"),
        "red": ("异常", "red"),
        "unknown": ("未知", "unknown"),
        "network": ("网络", "Network"),
        "data": ("数据", "Data"),
        "business": ("业务", "Business"),
        # whose word
        "owner": ("本部门负责人", "an owner of the department"),
        "platform": ("平台运维人员", "the platform's operator"),
        "steward": ("数据管理员", "a data steward"),
        # stages
        "lint": ("规范检查", "lint"),
        "compose": ("合成检查", "compose"),
        "contract": ("契约测试", "contract"),
        "probe": ("联通探测", "probe"),
        "impact": ("影响分析", "impact"),
        # changes
        "breaking": ("破坏性", "breaking"),
        "dangerous": ("有风险", "dangerous"),
        "safe": ("安全", "safe"),
        # the log
        "publish": ("发布", "publish"),
        "rollback": ("回退", "roll back"),
        "disable": ("停用", "disable"),
        "enable": ("恢复", "enable"),
        "retire": ("下线", "retire"),
    }
)
"""The house's own words, in Chinese and English; what is not here is shown as it is."""

DONE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "submit": ("已提交。", "Submitted."),
        "approve": ("已记录您的审核意见。", "Your word is recorded."),
        "promote": ("已推进到下一步。", "Taken to its next step."),
        "rollback": (
            "已回退，运行中的网关会在一秒内切换。",
            "Rolled back; running gateways follow within a second.",
        ),
        "disable": ("已停用，办事人会看到通知。", "Disabled; citizens see the notice."),
        "enable": ("已恢复。", "Enabled again."),
        "retire": ("已下线。", "Retired."),
        "look": ("已检查沙箱。", "The sandboxes were looked at."),
    }
)
"""What is said after a step."""

_HEADERS = {
    "Content-Security-Policy": PAGE_CSP,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class DepartmentPages:
    """Renders. ``simulated``: each page says that people and departments are synthetic."""

    def __init__(self, *, simulated: bool) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"done_words": DONE, "simulated": simulated}
        self._templates.filters |= {"zh": _zh, "en": _en, "minute": _minute}

    def page(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """``template`` without ``desk_`` and ``.html``."""
        text = self._templates.get_template(f"desk_{template}.html").render(**values)
        return HTMLResponse(text, status, headers=_HEADERS)


def _zh(word: str) -> str:
    return WORDS.get(word, (word, word))[0]


def _en(word: str) -> str:
    return WORDS.get(word, (word, word))[1]


def _minute(epoch_s: float) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
