"""电子证照库: an Apollo Federation 2 subgraph that gives ``Citizen.credentials``, found by holder."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from ariadne import MutationType, QueryType
from ariadne.contrib.federation import FederatedObjectType, make_federated_schema
from graphql import GraphQLResolveInfo

from demo.context import Context
from demo.departments.graphql.cases import case_status
from demo.departments.graphql.refusal import Refused, Why
from demo.departments.graphql.serving import description, serve
from demo.departments.graphql.subjects import Subjects
from demo.departments.graphql.visit import Visit
from demo.numbers import is_citizen_id
from demo.records import Credential, World

BUSINESS_LICENCE = "电子营业执照"
_FIRST_NEW_SERIAL = 5_000_000_000


def build(context: Context) -> Any:
    vault = Vault(context.world)
    query, mutation = QueryType(), MutationType()
    citizen, credential = FederatedObjectType("Citizen"), FederatedObjectType("Credential")
    citizen.reference_resolver(citizen_reference)
    citizen.set_field("credentials", vault.credentials_of)
    credential.reference_resolver(vault.credential_reference)
    query.set_field("credentials", vault.credentials)
    query.set_field("verifyCred", vault.verify)
    query.set_field("caseStatus", case_status())
    mutation.set_field("issueCred", vault.issue)
    mutation.set_field("revokeCreds", vault.revoke)
    mutation.set_field("issueBizLicence", vault.issue_business_licence)
    schema = make_federated_schema(description("elic"), query, mutation, citizen, credential)
    return serve(context, schema)


def citizen_reference(_: Any, _info: GraphQLResolveInfo, reference: dict[str, Any]) -> dict[str, Any]:
    """Anyone may hold credentials, a newborn too: the vault keeps no list of people."""
    return {"cid": str(reference.get("cid", ""))}


class Vault:
    """Credentials by number, by holder and by the token shown on a phone."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._subjects = Subjects()
        self._serial = _FIRST_NEW_SERIAL
        self._by_holder: dict[str, list[Credential]] = {}
        self._by_token: dict[str, Credential] = {}
        for credential in world.credentials.values():
            self._index(credential)

    def _index(self, credential: Credential) -> None:
        self._by_holder.setdefault(credential.holder_cid, []).append(credential)
        self._by_token[credential.present_token] = credential

    def _shown(self, credential: Credential) -> dict[str, Any]:
        holder = self._world.citizen(credential.holder_cid)
        return {
            "credNo": credential.cred_no,
            "credKind": credential.kind,
            "holderMasked": holder.name[0] + "*" * (len(holder.name) - 1) if holder else "*",
            "validUntil": credential.valid_until.isoformat(),
        }

    def credentials_of(self, citizen: dict[str, Any], info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        return self.credentials(None, info, citizen["cid"])

    def credentials(self, _: Any, info: GraphQLResolveInfo, cid: str) -> list[dict[str, Any]]:
        visit: Visit = info.context
        visit.count("credentials")
        visit.holder(level=2)
        return [self._shown(held) for held in self._by_holder.get(cid, ()) if not held.revoked]

    def credential_reference(self, _: Any, info: GraphQLResolveInfo, reference: dict[str, Any]) -> Any:
        visit: Visit = info.context
        visit.count("credentials")
        visit.holder(level=2)
        found = self._world.credentials.get(str(reference.get("credNo", "")))
        return self._shown(found) if found is not None and not found.revoked else None

    def verify(self, _: Any, info: GraphQLResolveInfo, presentToken: str) -> dict[str, Any] | None:  # noqa: N803
        visit: Visit = info.context
        visit.count("verifyCred")
        visit.holder(level=0)
        found = self._by_token.get(presentToken)
        return self._shown(found) if found is not None and not found.revoked else None

    def issue(self, _: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("issueCred")
        claims = visit.holder(level=2)
        if not is_citizen_id(form["holderCid"]) or not form["sourceNo"].strip():
            raise Refused(Why.INVALID_INPUT, "持证人身份号码或来源文书编号有误")
        return self._issue(visit, "issueCred", claims.subject, form["holderCid"], form["credKind"])

    def issue_business_licence(self, _: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("issueBizLicence")
        claims = visit.holder(level=1)
        self._subjects.confirm(claims, form["legalRepCid"])
        firm = self._world.enterprises.get(form["uscc"])
        if firm is None or firm.licence_no != form["licenceNo"]:
            raise Refused(Why.INVALID_INPUT, "企业或营业执照编号有误")
        if firm.legal_rep_cid != form["legalRepCid"]:
            raise Refused(Why.FORBIDDEN, "仅法定代表人可以领取")
        return self._issue(visit, "issueBizLicence", claims.subject, firm.legal_rep_cid, BUSINESS_LICENCE)

    def _issue(self, visit: Visit, service: str, subject: str, holder: str, kind: str) -> dict[str, Any]:
        earlier = visit.earlier(service, subject)
        if earlier is not None:
            return {"credNo": earlier.number}
        self._serial += 1
        credential = Credential(
            cred_no=f"EC99{self._serial:010d}",
            holder_cid=holder,
            kind=kind,
            valid_until=date(visit.context.now().year + 10, 12, 31),
            present_token=secrets.token_hex(16),
        )
        self._world.credentials[credential.cred_no] = credential
        known = self._world.citizen(holder)
        if known is not None:
            known.cred_nos.append(credential.cred_no)
        self._index(credential)
        return {"credNo": visit.open(service, subject, credential.cred_no).number}

    def revoke(
        self,
        _: Any,
        info: GraphQLResolveInfo,
        deceasedCid: str,  # noqa: N803
        deathCertNo: str,  # noqa: N803
    ) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("revokeCreds")
        claims = visit.holder(level=2)
        if not is_citizen_id(deceasedCid) or not deathCertNo.strip():
            raise Refused(Why.INVALID_INPUT, "逝者身份号码或死亡医学证明编号有误")
        for credential in self._by_holder.get(deceasedCid, ()):
            credential.revoked = True
        return {"caseNo": visit.open("revokeCreds", claims.subject).number}
