"""One login: keys, accounts, the embedded identity provider, tokens judged, callers made, tokens for
departments.

Must never: import a room beside it (the gateway fills ``connectors.ports.TokenExchange`` with
``DepartmentTokens``).
"""

from auth.accounts import Account, Accounts, DelegationKind, NewAccount, NewDelegation, NewPerson
from auth.department_tokens import DepartmentTokens
from auth.directory import CallerDirectory, caller_of_foreign_issuer
from auth.keys import Keys
from auth.pairwise import Pairwise
from auth.provider import (
    Provider,
    ProviderSettings,
    RegisteredClient,
    SampleLogin,
    default_clients,
    provider_routes,
)
from auth.remote import IssuerUnusable, RemoteJwks
from auth.room import Auth, open_auth
from auth.tokens import Claims, TokenRules, TokenVerifier

__all__ = [
    "Account",
    "Accounts",
    "Auth",
    "CallerDirectory",
    "Claims",
    "DelegationKind",
    "DepartmentTokens",
    "IssuerUnusable",
    "Keys",
    "NewAccount",
    "NewDelegation",
    "NewPerson",
    "Pairwise",
    "Provider",
    "ProviderSettings",
    "RegisteredClient",
    "RemoteJwks",
    "SampleLogin",
    "TokenRules",
    "TokenVerifier",
    "caller_of_foreign_issuer",
    "default_clients",
    "open_auth",
    "provider_routes",
]
