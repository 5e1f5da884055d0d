"""Operations made to be hard to plan: deep fragments, wide unions and interfaces, many fields, many ways."""

from __future__ import annotations

from collections.abc import Iterator

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", '
    'import: ["@key", "@shareable", "@external", "@requires"])\n'
)
Hard = tuple[str, dict[str, str], str]
"""Name, subgraphs, operation."""

ENDLESS = ("deep fragments 24", "spreading fragments 9", "shared levels 6")
"""Apollo's planner does not come to an end on these within a quarter of a minute."""


def adversarial() -> Iterator[Hard]:
    yield deep_fragments(6)
    yield deep_fragments(24)
    yield spreading_fragments(4)
    yield spreading_fragments(9)
    yield wide_union(40)
    yield wide_interface(30, 4)
    yield many_fields(240, 6)
    yield many_paths(60)
    yield many_ways(8)
    yield shared_levels(2, 4)
    yield shared_levels(6, 5)
    yield requirements(12)
    yield many_subgraphs(60, 5)
    yield many_selections(120, 7)
    yield related_members(30, 6, 6)


def deep_fragments(depth: int) -> Hard:
    """A friend's friend's friend, each known elsewhere."""
    sdls = {
        "people": "type Query { me: Person } "
        'type Person @key(fields: "id") { id: ID! name: String friend: Person @shareable }',
        "friends": 'type Person @key(fields: "id") { id: ID! town: String friend: Person @shareable }',
    }
    fragments = [f"fragment f{n} on Person {{ name town friend {{ ...f{n + 1} }} }}" for n in range(depth)]
    return (
        f"deep fragments {depth}",
        sdls,
        f"{{ me {{ ...f0 }} }} {' '.join(fragments)} fragment f{depth} on Person {{ name }}",
    )


def spreading_fragments(depth: int) -> Hard:
    """Each fragment spreads the next one twice: 2^depth selections if written out."""
    _, sdls, _ = deep_fragments(1)
    fragments = [
        f"fragment f{n} on Person {{ a{n}: friend {{ ...f{n + 1} }} b{n}: friend {{ ...f{n + 1} }} }}"
        for n in range(depth)
    ]
    return (
        f"spreading fragments {depth}",
        sdls,
        f"{{ me {{ ...f0 }} }} {' '.join(fragments)} fragment f{depth} on Person {{ name }}",
    )


def wide_union(members: int) -> Hard:
    """Every member's fields are told by two other subgraphs."""
    names = [f"M{n}" for n in range(members)]
    entities = {
        subgraph: " ".join(f'type {m} @key(fields: "id") {{ id: ID! {subgraph}: String }}' for m in names)
        for subgraph in ("b", "c")
    }
    own = " ".join(f'type {m} @key(fields: "id") {{ id: ID! }}' for m in names)
    sdls = {"a": f"type Query {{ all: [U!]! }} union U = {' | '.join(names)} {own}", **entities}
    return "wide union", sdls, f"{{ all {{ {' '.join(f'... on {m} {{ b c }}' for m in names)} }} }}"


def wide_interface(types: int, subgraphs: int) -> Hard:
    """An interface's fields, each shared by some subgraphs for every type."""
    names = [f"T{n}" for n in range(types)]

    def sdl(number: int, root: str) -> str:
        fields = " ".join(f"f{k}: String" for k in range(subgraphs + 1) if k != number)
        shared = fields.replace(": String", ": String @shareable")
        objects = " ".join(
            f'type {name} implements I @key(fields: "id") {{ id: ID! {shared} }}' for name in names
        )
        return f"{root} interface I {{ id: ID! {fields} }} {objects}"

    sdls = {f"s{n}": sdl(n, "type Query { all: [I!]! }" if n == 0 else "") for n in range(subgraphs)}
    return "wide interface", sdls, f"{{ all {{ {' '.join(f'f{k}' for k in range(subgraphs + 1))} }} }}"


def many_fields(fields: int, subgraphs: int) -> Hard:
    """Each field is shared by two of the subgraphs."""

    def sdl(number: int, root: str) -> str:
        mine = (k for k in range(fields) if k % subgraphs in (number, (number + 1) % subgraphs))
        return f'{root} type T @key(fields: "id") {{ id: ID! {" ".join(f"f{k}: Int @shareable" for k in mine)} }}'

    sdls = {f"s{n}": sdl(n, "type Query { t: T }" if n == 0 else "") for n in range(subgraphs)}
    return "many fields", sdls, f"{{ t {{ {' '.join(f'f{k}' for k in range(fields))} }} }}"


def many_paths(paths: int) -> Hard:
    """The same entity behind many aliases, each asked for something else."""
    sdls = {
        "a": 'type Query { t: T } type T { p(n: Int): P } type P @key(fields: "id") { id: ID! }',
        "b": 'type P @key(fields: "id") { id: ID! x: Int y: Int }',
    }
    chosen = " ".join(f"p{n}: p(n: {n}) {{ {'x' if n % 2 else 'y'} }}" for n in range(paths))
    return "many paths", sdls, f"{{ t {{ {chosen} }} }}"


def many_ways(subgraphs: int) -> Hard:
    """Every subgraph shares most fields with the others and can be entered from each: many covers to choose
    from."""

    def sdl(number: int, root: str) -> str:
        shared = [f"f{k}: Int @shareable" for k in range(subgraphs * 2) if (k * 7 + number * 3) % 5 < 2]
        return f'{root} type T @key(fields: "id") {{ id: ID! own{number}: T {" ".join(shared)} }}'

    sdls = {f"s{n}": sdl(n, "type Query { t: T }" if n == 0 else "") for n in range(subgraphs)}
    fields = sorted(
        {word[:-1] for text in sdls.values() for word in text.split() if word[0] == "f" and word[-1] == ":"}
    )
    inner = " ".join(fields)
    return "many ways", sdls, f"{{ t {{ {inner} own1 {{ {inner} own2 {{ {inner} }} }} }} }}"


def shared_levels(depth: int, subgraphs: int) -> Hard:
    """The same link at every level may be taken in every subgraph, and each tells one leaf."""

    def sdl(number: int, root: str) -> str:
        return (
            f'{root} type T @key(fields: "id") {{ id: ID! next: T @shareable leaf{number}: Int '
            f"both{number // 2}: Int @shareable }}"
        )

    sdls = {f"s{n}": sdl(n, "type Query { t: T }" if n == 0 else "") for n in range(subgraphs)}
    inner = " ".join(f"both{n}" for n in range((subgraphs + 1) // 2))
    query = f"{{ {inner} leaf1 }}"
    for level in range(depth):
        query = f"{{ {inner} leaf{level % subgraphs} next {query} }}"
    return f"shared levels {depth}", sdls, f"{{ t {query} }}"


def requirements(length: int) -> Hard:
    """A chain of requirements, to and fro."""
    fields: dict[str, list[str]] = {"a": ["r0: Int"], "b": ["r0: Int @external"]}
    for n in range(1, length):
        owner, other = ("b", "a") if n % 2 else ("a", "b")
        fields[owner].append(f'r{n}: Int @requires(fields: "r{n - 1}")')
        if n < length - 1:
            fields[other].append(f"r{n}: Int @external")
    sdls = {name: f'type T @key(fields: "id") {{ id: ID! {" ".join(own)} }}' for name, own in fields.items()}
    sdls["a"] = f"type Query {{ t: T }} {sdls['a']}"
    return "requirements", sdls, f"{{ t {{ r{length - 1} }} }}"


def many_subgraphs(subgraphs: int, fields: int) -> Hard:
    """One entity of which every subgraph has some fields of its own, all of them wanted."""
    names = [[f"f{s}x{n}" for n in range(fields)] for s in range(subgraphs)]
    sdls = {
        f"s{s}": f'type T @key(fields: "id") {{ id: ID! {" ".join(f"{name}: Int" for name in own)} }}'
        for s, own in enumerate(names)
    }
    sdls["s0"] += " type Query { t: T }"
    return "many subgraphs", sdls, f"{{ t {{ {' '.join(name for own in names for name in own)} }} }}"


def many_selections(paths: int, leaves: int) -> Hard:
    """The same entity behind many fields, another selection of it wanted behind each."""
    sdls = {
        "a": f"type Query {{ t: T }} type T {{ {' '.join(f'p{n}: P' for n in range(paths))} }} "
        'type P @key(fields: "id") { id: ID! }',
        "b": f'type P @key(fields: "id") {{ id: ID! {" ".join(f"x{n}: Int" for n in range(leaves))} }}',
    }
    chosen = " ".join(
        f"p{n} {{ {' '.join(f'x{k}' for k in range(leaves) if n >> k & 1)} }}" for n in range(1, paths)
    )
    return "many selections", sdls, f"{{ t {{ {chosen} }} }}"


def related_members(members: int, subgraphs: int, relations: int) -> Hard:
    """A union whose members are known everywhere, and related to each other differently in every subgraph."""

    def sdl(number: int) -> str:
        def member(n: int) -> str:
            related = " ".join(f"r{number}x{k}: M{(n + k) % members}" for k in range(relations))
            return f'type M{n} @key(fields: "id") {{ id: ID! l{number}: Int {related} }}'

        return " ".join(map(member, range(members)))

    def related(k: int) -> str:
        near, far = f"r{k % subgraphs}x{k}", f"r{(k + 1) % subgraphs}x{k}"
        return f"{near} {{ {far} {{ l{k % subgraphs} l{(k + 3) % subgraphs} }} }}"

    sdls = {f"s{n}": sdl(n) for n in range(subgraphs)}
    sdls["s0"] += f" type Query {{ all: [U!]! }} union U = {' | '.join(f'M{n}' for n in range(members))}"
    inner = " ".join(map(related, range(relations)))
    return (
        "related members",
        sdls,
        f"{{ all {{ {' '.join(f'... on M{n} {{ {inner} }}' for n in range(members))} }} }}",
    )
