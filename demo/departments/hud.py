"""住房和城乡建设厅: OpenAPI 3.0, an API key in the query, JSON with Chinese keys."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from demo.context import Context
from demo.departments.rest import inputs
from demo.departments.rest.api_key import api_key
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Registry
from demo.departments.rest.refusal import HTTP_STATUS, Refused, Why, unknown

_STATES = {
    "submitted": "已收件",
    "accepted": "已受理",
    "supplement": "待补正",
    "decided": "已办结",
    "delivered": "已送达",
}
_RESULTS = {
    Why.CREDENTIALS: "密钥错误",
    Why.CITIZEN: "身份未核验",
    Why.FORBIDDEN: "无权办理",
    Why.INVALID: "参数错误",
    Why.UNKNOWN: "无数据",
    Why.CONFLICT: "状态冲突",
}
WORDS = {
    "申请人身份证号": "cid",
    "申请人姓名": "name",
    "户籍地址": "regAddress",
    "不动产登记证明号": "propertyCertNo",
    "家庭年收入": "incomeYear",
    "统一社会信用代码": "uscc",
    "宗地代码": "parcelNo",
    "项目名称": "projectName",
}


class Housing:
    """Public rental, construction permits, online sale contracts."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registry = Registry(context)

    async def rental_apply(self, asked: Asked) -> Response:
        return _done({"受理编号": self._registry.file("rentalApply", asked, "GZ").number})

    async def construction_permit(self, asked: Asked) -> Response:
        return _done({"施工许可证编号": self._registry.file("constructionPermit", asked, "SG").number})

    async def contract(self, asked: Asked) -> Response:
        world = self._context.world
        person = world.citizen(asked.values["buyerCid"])
        if person is None or person.contract_no is None:
            raise unknown("网签合同")
        homes = [
            world.properties[parcel].address for parcel in person.parcel_nos if parcel in world.properties
        ]
        address = homes[0] if homes else person.live_address
        return _done({"网签合同": {"合同编号": person.contract_no, "房屋坐落": address}})

    async def case_status(self, asked: Asked) -> Response:
        case = self._registry.find(asked.values["caseNo"])
        return _done({"受理编号": case.number, "办理状态": _STATES[case.state]})


def _done(data: dict[str, Any]) -> Response:
    return JSONResponse({"结果": "成功", "说明": "", "数据": data})


def refusal(refused: Refused) -> Response:
    in_chinese = {word: chinese for chinese, word in WORDS.items()}
    field = in_chinese.get(refused.field, refused.field)
    explained = f"{field}:{refused.reason}" if field else refused.reason
    body = {"结果": _RESULTS[refused.why], "说明": explained, "数据": None}
    return JSONResponse(body, HTTP_STATUS[refused.why])


def build(context: Context) -> Starlette:
    office = Housing(context)
    desk = Desk(context, api_key(context, "query", "appkey"), refusal, WORDS)
    rental = {
        "cid": inputs.cid,
        "name": inputs.text,
        "regAddress": inputs.text,
        "propertyCertNo": inputs.text,
        "incomeYear": inputs.income,
    }
    construction = {"uscc": inputs.uscc, "parcelNo": inputs.text, "projectName": inputs.text}
    contract = {"buyerCid": inputs.cid}
    case = {"caseNo": inputs.text}
    api = "/hud/api"
    return Starlette(
        routes=[
            desk.route("POST", f"{api}/rental-applications", "rentalApply", office.rental_apply, rental),
            desk.route(
                "POST",
                f"{api}/construction-permits",
                "constructionPermit",
                office.construction_permit,
                construction,
            ),
            desk.route("GET", f"{api}/contracts", "contractNo", office.contract, contract),
            desk.route("GET", f"{api}/cases", "caseStatus", office.case_status, case, person=False),
        ]
    )
