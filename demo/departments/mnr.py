"""自然资源厅: SOAP 1.2, WS-Security UsernameToken in every envelope, maps and scans as MTOM attachments.

Null is ``xsi:nil``; owners stand in the old register under their 15-digit ids. Ownership changes when the
office has decided, not when the application comes in.
"""

from __future__ import annotations

from lxml import etree
from starlette.applications import Starlette

from demo.context import Context
from demo.departments.soap.description import Description, load_schema
from demo.departments.soap.elements import leaf, nillable, node
from demo.departments.soap.endpoint import Endpoint
from demo.departments.soap.faults import SoapFault
from demo.departments.soap.mtom import Attachment
from demo.departments.soap.operations import Answer, Call, Filing, Operation, Work
from demo.departments.soap.pictures import png
from demo.departments.soap.security import UsernameToken, real_now
from demo.departments.soap.versions import V12
from demo.world import Property

PATH = "/bdc/services/RealEstate"
_NS = "{urn:mnr:bdc:v3}"
_STATES = {
    "submitted": "收件",
    "accepted": "受理",
    "supplement": "补正",
    "decided": "登簿",
    "delivered": "发证",
}
_NEW_STATES = {"submitted": "P1", "accepted": "P2", "supplement": "P3", "decided": "P4", "delivered": "P5"}
_FAULTS = {"token": "401", "level": "403", "schema": "422"}


def build(context: Context) -> Starlette:
    """The registry's server."""
    registry = _Registry(context)
    wsse = UsernameToken(context.secret("user"), context.secret("password"), real_now, allow_text=True)

    def operation(name: str, counts: str, work: Work, personal: bool = True) -> Operation:
        writes = personal and not name.startswith("Query")
        return Operation(counts, f"{_NS}{name}", f"urn:mnr:bdc:{name}", work, personal, writes)

    return Endpoint(
        context=context,
        version=V12,
        path=PATH,
        description=Description("mnr", "mnr.wsdl"),
        operations=(
            operation("QueryProperty", "property", registry.properties),
            operation("QueryParcels", "parcels", registry.parcels),
            operation("TransferProperty", "transferProperty", registry.transfer),
            operation("IssuePropertyCert", "propertyCert", registry.certificate),
            operation("InheritProperty", "inheritProperty", registry.inherit),
            operation("QueryCase", "caseStatus", registry.case, personal=False),
        ),
        spell=_fault,
        message_guard=wsse.check,
        schema=load_schema("mnr", "bdc.xsd"),
    ).app()


def _fault(code: str, kind: str, text: str) -> SoapFault:
    detail = node(f"{_NS}BdcFault", leaf(f"{_NS}code", _FAULTS[kind]), prefixes={"bdc": _NS[1:-1]})
    return SoapFault(code, text, detail=detail)


def _answer(name: str, code: int, text: str | None, *found: etree._Element) -> etree._Element:
    ret = node(f"{_NS}ret", leaf(f"{_NS}code", code), nillable(f"{_NS}msg", text))
    return node(f"{_NS}{name}Answer", ret, *found, prefixes={"bdc": _NS[1:-1]})


def _filed(name: str, code: int, text: str | None, number: str | None = None) -> etree._Element:
    return _answer(name, code, text, nillable(f"{_NS}caseNo", number))


class _Registry:
    """The land register, and the applications that will change it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._filing = Filing(context)
        self._pending: dict[str, tuple[str, str]] = {}
        """Parcel → the application's number and the owner to be."""

    def properties(self, call: Call) -> Answer:
        self._register()
        citizen = self._context.world.citizen(call.fields.get("cid"))
        number = citizen.cid if citizen is not None else call.fields.get("cid")
        owned = [each for each in self._context.world.properties.values() if each.owner_cid == number]
        return self._listed("QueryProperty", owned)

    def parcels(self, call: Call) -> Answer:
        """In the register's order; unknown numbers are left out."""
        self._register()
        known = self._context.world.properties
        asked = sorted({number for number in call.fields.all("parcelNo") if number in known})
        return self._listed("QueryParcels", [known[number] for number in asked])

    def _listed(self, name: str, found: list[Property]) -> Answer:
        maps = tuple(
            Attachment(f"map{index}@bdc.example", "image/png", png(each.parcel_no))
            for index, each in enumerate(found)
        )
        rows = [self._row(each, picture) for each, picture in zip(found, maps, strict=True)]
        return Answer(_answer(name, 200, None, *rows), maps)

    def _row(self, found: Property, picture: Attachment) -> etree._Element:
        owner = self._context.world.citizen(found.owner_cid)
        return node(
            f"{_NS}parcel",
            leaf(f"{_NS}parcelNo", found.parcel_no),
            leaf(f"{_NS}propAddress", found.address),
            nillable(f"{_NS}oldOwnerId", owner.old_id if owner is not None else None),
            nillable(f"{_NS}mortgageNo", None),
            picture.include(f"{_NS}parcelMap"),
        )

    def transfer(self, call: Call) -> etree._Element:
        get = call.fields.get
        if get("buyerCid") == get("sellerCid"):
            return _filed("TransferProperty", 422, "转让方与受让方不能相同")
        refusal = self._objection(get("parcelNo"), get("sellerCid"), "不动产不在转让方名下")
        if refusal is not None:
            return _filed("TransferProperty", *refusal)
        return self._applied("TransferProperty", "transferProperty", call, get("buyerCid"))

    def inherit(self, call: Call) -> etree._Element:
        get = call.fields.get
        if get("deceasedCid") == get("agentCid"):
            return _filed("InheritProperty", 422, "继承人不能是被继承人本人")
        refusal = self._objection(get("parcelNo"), get("deceasedCid"), "不动产不在被继承人名下")
        if refusal is not None:
            return _filed("InheritProperty", *refusal)
        return self._applied("InheritProperty", "inheritProperty", call, get("agentCid"))

    def _objection(self, parcel: str, owner: str, not_theirs: str) -> tuple[int, str] | None:
        self._register()
        found = self._context.world.properties.get(parcel)
        citizen = self._context.world.citizen(owner)
        if found is None:
            return 422, "未查到不动产单元"
        if found.owner_cid != (citizen.cid if citizen is not None else owner):
            return 422, not_theirs
        return (409, "该不动产正在办理登记") if parcel in self._pending else None

    def _applied(self, name: str, counts: str, call: Call, owner: str) -> etree._Element:
        citizen = self._context.world.citizen(owner)
        parcel = call.fields.get("parcelNo")
        number = self._filing.file(counts, call, "BDC", parcel=parcel)
        self._pending[parcel] = (number, citizen.cid if citizen is not None else owner)
        return _filed(name, 200, None, number)

    def _register(self) -> None:
        """Enter what has been decided since anybody last looked."""
        world = self._context.world
        for parcel, (number, owner) in list(self._pending.items()):
            found = self._filing.state(number)
            if found is None or found[0] not in ("decided", "delivered"):
                continue
            del self._pending[parcel]
            old, new = world.citizen(world.properties[parcel].owner_cid), world.citizen(owner)
            world.properties[parcel].owner_cid = owner
            if old is not None and parcel in old.parcel_nos:
                old.parcel_nos.remove(parcel)
            if new is not None:
                new.parcel_nos.append(parcel)

    def certificate(self, call: Call) -> Answer:
        self._register()
        citizen = self._context.world.citizen(call.fields.get("cid"))
        owns = citizen is not None and any(
            each.owner_cid == citizen.cid for each in self._context.world.properties.values()
        )
        number = self._filing.file("propertyCert", call, "YF" if owns else "WF")
        scan = Attachment("cert@bdc.example", "image/png", png(number))
        return Answer(
            _answer(
                "IssuePropertyCert", 200, None, leaf(f"{_NS}certNo", number), scan.include(f"{_NS}certScan")
            ),
            (scan,),
        )

    def case(self, call: Call) -> etree._Element:
        number = call.fields.get("caseNo")
        found = self._filing.state(number)
        if found is None:
            nothing = (nillable(f"{_NS}caseNo", None), nillable(f"{_NS}status", None))
            return _answer("QueryCase", 404, "未查到受理编号", *nothing)
        self._register()
        words = _NEW_STATES if "enum_change" in self._context.traits else _STATES
        return _answer(
            "QueryCase", 200, None, leaf(f"{_NS}caseNo", number), leaf(f"{_NS}status", words[found[0]])
        )
