"""The mapped graph as Federation 2 SDL, with descriptions in Chinese and English.

Must never: print anything that isn't in the manifest or the description.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from graphql import print_ast
from graphql.language.block_string import print_block_string

from connectors.backend import Backend, DescribedOperation
from connectors.manifest.model import Field, InputDeclaration, TypeDeclaration
from connectors.mapping.drawing import argument_words
from connectors.mapping.types import SCALARS, MappedField, MappedGraph, MappedType, told

LINK = """extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.3",
    import: ["@key", "@shareable", "@inaccessible", "@external", "@requires"])
"""

CITIZEN = "Citizen"


def print_sdl(graph: MappedGraph, backend: Backend, existing: Collection[str] = ()) -> str:
    """Definitions without the ``@link``; types in ``existing`` are extended, scalars in it left out."""
    return "\n".join(_definitions(graph, backend, existing))


def _definitions(graph: MappedGraph, backend: Backend, existing: Collection[str]) -> Iterator[str]:
    for name in sorted(graph.scalar_names() - set(existing)):
        yield f"{_description(SCALARS[name].both)}scalar {name}\n"
    for name, declared in graph.enums.items():
        if name not in existing:
            yield _enum(declared)
    for union in graph.unions.values():
        yield _union(union, graph)
    for declared_input in graph.inputs.values():
        yield _input(declared_input)
    for mapped in graph.types.values():
        yield _type(mapped, backend, mapped.name in existing, graph.implemented_by(mapped.name))
    for name, fields in (("Query", graph.query), ("Mutation", graph.mutation)):
        if fields:
            extend = "extend " if name in existing else ""
            yield f"{extend}type {name} {{\n{_fields(fields, backend)}}}\n"


def _enum(declared: TypeDeclaration) -> str:
    told_of = declared.enum_words
    values = "".join(
        f"{_description(told_of[value].both, '  ') if value in told_of else ''}  {value}\n"
        for value in declared.enum or ()
    )
    return f"{_description(declared.description.both)}enum {declared.name} {{\n{values}}}\n"


def _union(declared: TypeDeclaration, graph: MappedGraph) -> str:
    assert declared.one_of is not None
    members = list(dict.fromkeys(declared.one_of.types.values()))
    words = _description(declared.description.both)
    if not declared.fields:
        return f"{words}union {declared.name} = {' | '.join(members)}\n"
    first = graph.types[members[0]]
    fields = "".join(
        f"{_description(spec.description.both, '  ')}  {name}: {print_ast(spec.type or first.fields[name].type)}\n"
        for name, spec in declared.fields.items()
    )
    return f"{words}interface {declared.name} {{\n{fields}}}\n"


def _input(declared: InputDeclaration) -> str:
    lines = []
    for found in declared.fields.values():
        default = f" = {found.default}" if found.default is not None else ""
        words = _description(found.description.both, "  ")
        lines.append(f"{words}  {found.name}: {print_ast(found.type)}{default}\n")
    return f"{_description(declared.description.both)}input {declared.name} {{\n{''.join(lines)}}}\n"


def _type(mapped: MappedType, backend: Backend, extend: bool, interfaces: list[str]) -> str:
    words = "" if extend else _description(told(mapped.declaration.description, mapped.words))
    directives = ""
    if mapped.key:
        resolvable = "" if mapped.resolvable else ", resolvable: false"
        directives = f' @key(fields: "{" ".join(mapped.key)}"{resolvable})'
    elif not extend:
        directives = " @shareable"
    implements = f" implements {' & '.join(interfaces)}" if interfaces else ""
    head = f"{'extend ' if extend else ''}type {mapped.name}{implements}{directives}"
    return f"{words}{head} {{\n{_fields(mapped.fields, backend)}}}\n"


def _fields(fields: Mapping[str, MappedField], backend: Backend) -> str:
    return "".join(_field(found, backend) for found in fields.values())


def _field(found: MappedField, backend: Backend) -> str:
    directives = ""
    if found.origin == "external":
        directives = " @external"
    elif found.owner == CITIZEN and found.origin == "key":
        # the citizen's id is the key between departments, and nobody else's business
        directives = " @inaccessible"
    if found.spec.requires:
        directives += f' @requires(fields: "{found.spec.requires}")'
    words = _description(_with_unit(told(found.spec.description, found.words), found.spec.unit.both), "  ")
    return f"{words}  {found.name}{_arguments(found.spec, backend)}: {print_ast(found.type)}{directives}\n"


def _with_unit(words: str, unit: str) -> str:
    return f"{words} ({unit})".strip() if unit else words


def _arguments(spec: Field, backend: Backend) -> str:
    if not spec.args:
        return ""
    operation = _operation(spec, backend)
    lines = []
    for argument in spec.args:
        words = _description(argument_words(operation, spec, argument.name), "    ")
        default = f" = {argument.default}" if argument.default is not None else ""
        lines.append(f"{words}    {argument.name}: {print_ast(argument.type)}{default}\n")
    return f"(\n{''.join(lines)}  )"


def _operation(spec: Field, backend: Backend) -> DescribedOperation | None:
    try:
        return None if spec.call is None else backend.operation(spec.call.operation)
    except KeyError:
        return None


def _description(text: str, indent: str = "") -> str:
    if not text:
        return ""
    block = print_block_string(text, minimize=True)
    return "".join(f"{indent}{line}\n" for line in block.split("\n"))
