"""The apps that may ask for a login: configuration, known at start. All are public clients: PKCE takes the
place of a secret.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """One app. Redirect addresses are compared letter by letter (RFC 9700 §2.1)."""

    client_id: str
    name_zh: str
    name_en: str
    redirect_uris: tuple[str, ...]
    after_logout_uris: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset({"openid", "profile"})


def default_clients(origin: str) -> tuple[RegisteredClient, ...]:
    """The province's four channels, GraphiQL and the departments' pages, at one origin (``http://127.0.0.1:8000``, no slash at the
    end).
    """

    def channel(client_id: str, zh: str, en: str, *more: str) -> RegisteredClient:
        callbacks = (f"{origin}/callback/{client_id}", *more)
        return RegisteredClient(client_id, zh, en, callbacks, (f"{origin}/",))

    graphiql = (f"{origin}/graphiql", f"{origin}/graphiql/", f"{origin}/graphiql/callback")
    return (
        channel("tongban-app", "通办 App", "Tongban app", "cn.tongban.app:/callback"),
        channel("tongban-miniprogram", "通办小程序", "Tongban mini-program"),
        channel("tongban-kiosk", "通办自助机", "Tongban kiosk"),
        channel("tongban-counter", "通办窗口", "Tongban counter"),
        RegisteredClient(
            "graphiql", "GraphiQL 查询台", "GraphiQL", graphiql, (f"{origin}/", f"{origin}/graphiql")
        ),
        RegisteredClient(
            "departments",
            "部门接入台",
            "Departments' desk",
            (f"{origin}/departments/callback",),
            (f"{origin}/",),
            frozenset({"openid"}),
        ),
    )
