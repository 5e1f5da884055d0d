"""The pages' requests: who may see what, what is shown, and which step of the dock a form is.

Every POST carries the form's token; every step is the dock's own and audited there. Must never: show a citizen's data.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.manifest import ManifestRejected
from connectors.proposing import Undescribed
from gateway.api.bodies import Form, read_form
from gateway.api.problems import EXPECTED, Problem, problem_of
from gateway.api.shelf import Shelf
from gateway.api.steps import STEPS, submit, take
from gateway.api.visitor import require_kept
from gateway.current import CurrentGeneration
from gateway.departments.handing_over import handed_over
from gateway.departments.login import CALLBACK, HOME, BadReturn, Login, Seat
from gateway.departments.looking import Looks, sandboxed
from gateway.departments.sheet import Sheet, first_sheet, judged_by_all, linted, sheet_of, with_results
from gateway.departments.showing import Showing
from gateway.departments.trying import Tried, try_field
from gateway.docking.stages.compose import draft_of
from gateway.rooms import Rooms
from tongban.errors import CallerFault, ErrorCode
from web.departments import DepartmentPages

Get = Callable[[Request, Seat], Awaitable[Response]]
Post = Callable[[Request, Seat, Form], Awaitable[Response]]


def department_routes(rooms: Rooms, current: CurrentGeneration, *, simulated: bool) -> list[BaseRoute]:
    """``current``: what runs, for what was counted since its start."""
    return Desk(rooms, current, simulated=simulated).routes()


class Desk:
    """Of one house."""

    def __init__(self, rooms: Rooms, current: CurrentGeneration, *, simulated: bool) -> None:
        self._rooms = rooms
        self._simulated = simulated
        self._pages = DepartmentPages(simulated=simulated)
        self._login = Login(rooms)
        self._shelf = Shelf(rooms)
        self._looks = Looks(rooms, simulated=simulated)
        self._showing = Showing(rooms, current, self._shelf, self._looks)

    def routes(self) -> list[BaseRoute]:
        """An id has a dot in it, so it is none of the words below ``HOME``."""
        one = f"{HOME}{{connector_id}}"
        return [
            Route(HOME, self._get(self._list), methods=["GET"]),
            Route(f"{HOME}login", self._log_in, methods=["GET"]),
            Route(CALLBACK, self._returned, methods=["GET"]),
            Route(f"{HOME}logout", self._post(self._log_out), methods=["POST"]),
            Route(f"{HOME}new", self._get(self._new), methods=["GET"]),
            Route(f"{HOME}propose", self._post(self._propose), methods=["POST"]),
            Route(f"{HOME}check", self._post(self._check), methods=["POST"]),
            Route(f"{HOME}submit", self._post(self._submit), methods=["POST"]),
            Route(f"{HOME}look", self._post(self._look_at_all), methods=["POST"]),
            Route(one, self._get(self._one), methods=["GET"]),
            Route(f"{one}/edit", self._get(self._edit), methods=["GET"]),
            Route(f"{one}/look", self._post(self._look), methods=["POST"]),
            Route(f"{one}/try", self._post(self._try), methods=["POST"]),
            Route(f"{one}/handover", self._post(self._hand_over), methods=["POST"]),
            *(Route(f"{one}/{name}", self._post(self._step(name)), methods=["POST"]) for name in STEPS),
        ]

    # who is there

    async def _log_in(self, request: Request) -> Response:
        return self._login.begin(request.query_params.get("back", HOME))

    async def _returned(self, request: Request) -> Response:
        try:
            return await self._login.finish(request)
        except BadReturn:
            said = "The login did not come back as it went out; begin again."
            return self._problem(None, Problem(400, "Log in again", said))

    async def _log_out(self, _request: Request, _seat: Seat, _form: Form) -> Response:
        return self._login.leave()

    def _get(self, show: Get) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            seat = await self._login.seat(request)
            if seat is None:
                return self._login.begin(request.url.path)
            try:
                _require_welcome(seat)
                return await show(request, seat)
            except EXPECTED as error:
                return self._problem(seat, problem_of(error))

        return answer

    def _post(self, work: Post) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            seat = await self._login.seat(request)
            if seat is None:
                said = "Your login has ended. Log in again, then go back to the form and send it once more."
                return self._problem(None, Problem(401, "Log in again", said))
            try:
                form = await read_form(request)
                if not hmac.compare_digest(form.get("csrf").encode(), seat.csrf.encode()):
                    raise CallerFault(ErrorCode.FORBIDDEN, "The form is not from a page of this login.")
                if work != self._log_out:
                    _require_welcome(seat)
                return await work(request, seat, form)
            except EXPECTED as error:
                return self._problem(seat, problem_of(error))

        return answer

    def _problem(self, seat: Seat | None, problem: Problem) -> Response:
        return self._pages.page("problem", problem.status, seat=seat, problem=problem)

    # what is shown

    async def _list(self, request: Request, seat: Seat) -> Response:
        rows = await self._showing.rows(seat.visitor)
        return self._pages.page("list", seat=seat, rows=rows, done=request.query_params.get("done", ""))

    async def _one(self, request: Request, seat: Seat) -> Response:
        return await self._connector(request, seat, done=request.query_params.get("done", ""))

    async def _connector(
        self,
        request: Request,
        seat: Seat,
        *,
        done: str = "",
        problem: Problem | None = None,
        tried: Tried | None = None,
        query: str | None = None,
        where: str = "recorded",
    ) -> Response:
        held = await self._shelf.one(seat.visitor, _id(request))
        view = await self._showing.one(seat.visitor, held)
        said = {"done": done, "problem": problem, "tried": tried, "where": where}
        asked = view.example if query is None else query
        status = problem.status if problem is not None else 200
        return self._pages.page("connector", status, seat=seat, view=view, query=asked, **said)

    # the sheet

    async def _new(self, _request: Request, seat: Seat) -> Response:
        return self._new_page(seat, Form({}))

    def _new_page(
        self, seat: Seat, form: Form, problem: Problem | None = None, status: int = 200
    ) -> Response:
        return self._pages.page("new", status, seat=seat, form=form, problem=problem)

    def _sheet(self, seat: Seat, sheet: Sheet, status: int = 200, problem: Problem | None = None) -> Response:
        shown = self._showing.sheet(sheet)
        return self._pages.page("sheet", status, seat=seat, sheet=sheet, excerpts=shown, problem=problem)

    async def _edit(self, request: Request, seat: Seat) -> Response:
        held = await self._shelf.one(seat.visitor, _id(request))
        revision = held.newest
        sheet = Sheet(revision.manifest, revision.files, revision.endpoint or "")
        return self._sheet(seat, await self._showing.beside(linted, sheet))

    async def _propose(self, _request: Request, seat: Seat, form: Form) -> Response:
        try:
            sheet = await self._showing.beside(first_sheet, form)
        except Undescribed as refused:
            problem = Problem(422, "No manifest can be made of it", "See the findings.", refused.findings)
            return self._new_page(seat, form, problem, 422)
        except CallerFault as refused:
            problem = problem_of(refused)
            return self._new_page(seat, form, problem, problem.status)
        return self._sheet(seat, await self._showing.beside(linted, sheet))

    async def _check(self, _request: Request, seat: Seat, form: Form) -> Response:
        return self._sheet(seat, await judged_by_all(sheet_of(form), self._rooms))

    async def _submit(self, _request: Request, seat: Seat, form: Form) -> Response:
        sheet = sheet_of(form)
        try:
            standing = await submit(self._rooms, seat.visitor, sheet.request)
        except EXPECTED as error:
            problem = problem_of(error)
            if isinstance(error, ManifestRejected):
                sheet = await self._showing.beside(linted, sheet)
            return self._sheet(seat, replace(sheet), problem.status, problem)
        if not standing.passed:
            said = "A stage objects. It is kept as a draft; mend it here and submit it again."
            judged = with_results(sheet, standing.results)
            return self._sheet(seat, judged, 422, Problem(422, "A stage objects", said))
        return _back(standing.revision.connector_id, "submit")

    async def _hand_over(self, request: Request, seat: Seat, form: Form) -> Response:
        held = await self._shelf.one(seat.visitor, _id(request))
        require_kept(seat.visitor, held.department)
        owner = form.get("owner")
        text = handed_over(
            held.manifest(),
            held.steady.manifest,
            int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 4 else -1,
            form.get("name").strip(),
            form.get("contact").strip(),
        )
        sheet = Sheet(text, held.steady.files, held.steady.endpoint or "")
        return self._sheet(seat, await judged_by_all(sheet, self._rooms))

    # steps

    def _step(self, name: str) -> Post:
        async def step(request: Request, seat: Seat, form: Form) -> Response:
            try:
                if name == "retire" and form.get("sure") != "yes":
                    raise CallerFault(ErrorCode.BAD_USER_INPUT, "Tick the box: it leaves the graph at once.")
                await take(self._rooms, seat.visitor, name, _id(request), form.fields)
            except EXPECTED as error:
                problem = problem_of(error)
                if problem.status == 404:
                    raise
                return await self._connector(request, seat, problem=problem)
            return _back(_id(request), name)

        return step

    async def _look(self, request: Request, seat: Seat, _form: Form) -> Response:
        held = await self._shelf.one(seat.visitor, _id(request))
        require_kept(seat.visitor, held.department)
        await self._looks.at(held.newest)
        return _back(held.id, "look")

    async def _look_at_all(self, _request: Request, seat: Seat, _form: Form) -> Response:
        held = [each for each in await self._shelf.all(seat.visitor) if seat.visitor.keeps(each.department)]
        await self._looks.at_all(each.newest for each in held)
        return RedirectResponse(f"{HOME}?done=look", 303)

    async def _try(self, request: Request, seat: Seat, form: Form) -> Response:
        held = await self._shelf.one(seat.visitor, _id(request))
        require_kept(seat.visitor, held.department)
        query, where = form.get("query").replace("\r\n", "\n"), form.get("where")
        draft = sandboxed(draft_of(held.newest), simulated=self._simulated)
        tried = await try_field(self._rooms, draft, query, where)
        return await self._connector(request, seat, tried=tried, query=query, where=where)


def _require_welcome(seat: Seat) -> None:
    """Raises: CallerFault."""
    if not seat.visitor.welcome:
        message = "These pages are for those who look after a department's connectors, and for the platform."
        raise CallerFault(ErrorCode.FORBIDDEN, message)


def _id(request: Request) -> str:
    found: str = request.path_params["connector_id"]
    return found[:128]


def _back(connector_id: str, done: str) -> Response:
    return RedirectResponse(f"{HOME}{connector_id}?done={done}", 303)
