"""What parsing and opening say of a manifest."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.judging.cause import Cause

CAUSES: Mapping[str, Cause] = {
    "yaml.size": Cause("the manifest is over 1 MiB", "make two connectors of it"),
    "yaml.syntax": Cause(
        "the file is no YAML",
        "mend this line or the one before; most often a bracket, a quote or the indentation",
    ),
    "yaml.nodes": Cause("the manifest has more than 50,000 values", "make two connectors of it"),
    "yaml.depth": Cause("it is nested deeper than 40 levels", "nest less"),
    "yaml.alias": Cause("an anchor or an alias stands in the file", "write the value out where it is used"),
    "yaml.tag": Cause("a tag (`!…`) stands in the file", "remove the tag"),
    "yaml.documents": Cause("the file holds several documents", "one document a file"),
    "yaml.key": Cause("a key is no plain word", "write a plain word"),
    "yaml.repeated": Cause("a key stands twice in one block", "keep one"),
    "manifest.unacted": Cause("the manifest says what nothing acts on", "remove it, or do not rely on it"),
    "override.kind": Cause("a backend that is not GraphQL has no SDL to override", "say it at the field"),
    "override.own": Cause("an override of a field that the manifest declares", "say it at the field"),
    "override.field": Cause("an override of a field that is not in the graph", "correct `Type.field`"),
    "shape.unknown": Cause(
        "a key that the manifest does not know", "correct the name; docs/manifest.md has every key"
    ),
    "shape.missing": Cause(
        "a key that must be there is missing", "add the key that is named; docs/manifest.md shows its place"
    ),
    "shape.choice": Cause("a value is none of those that may stand there", "take one that is listed"),
    "shape.constant": Cause("a value must be a certain word", "write that word"),
    "shape.pattern": Cause(
        "a text does not look as it must, as a version or a reference to a secret does",
        "`secret://department/name` for a secret, three numbers for a version; else as docs/manifest.md shows",
    ),
    "shape.type": Cause(
        "a value is of another kind: a text for a list, a number for a text", "write the kind that is named"
    ),
    "shape.name": Cause(
        "a name of the graph is no GraphQL name", "letters, digits and `_`, beginning with a letter"
    ),
    "shape.wrong": Cause(
        "a value has none of the shapes that may stand there",
        "compare it with the example in docs/manifest.md",
    ),
    "id.department": Cause("the department's code is no code", "short lower-case letters, like `mca`"),
    "id.connector": Cause(
        "the connector's id is none, or does not begin with its department's code", "`<department>.<backend>`"
    ),
    "id.service": Cause("a service's name is no name", "camelCase"),
    "id.app": Cause("a replaced app's id is none", "like `mca-1`"),
    "backend.describe": Cause(
        "the description does not fit the kind, lies outside, or is not among the files",
        "`openapi` for rest, `wsdl` for soap, `sdl` for graphql, in the manifest's folder",
    ),
    "backend.endpoints": Cause(
        "no endpoint is given, neither in the manifest nor on publishing", "`endpoints: {sandbox: https://…}`"
    ),
    "backend.auth": Cause(
        "a credential cannot be made: its secret is unknown or its options do not fit",
        "store the secret, or correct the option that is named",
    ),
    "backend.health": Cause(
        "health is asked for by an operation that is not there, or that needs more than it is given",
        "an operation without inputs, or a `body`",
    ),
    "backend.tls": Cause(
        "the certificates among the secrets are no PEM texts", "store certificate and key as PEM"
    ),
    "auth.wsse": Cause("WS-Security for a backend that is not SOAP", "another kind of authentication"),
    "auth.mtls": Cause("mTLS without a client certificate", "`tls: {clientCert: …, clientKey: …}`"),
    "forward.citizen": Cause(
        "it is not said in what the citizen's token travels",
        "`header` for REST and GraphQL, `element` for SOAP",
    ),
    "path.syntax": Cause("a path is none", "dotted names, `[0]` for an item, `@` for the value itself"),
    "condition.syntax": Cause(
        "a condition is no JMESPath",
        "compare with `==`, quote texts with `'…'`, numbers with backquotes, Chinese names with `\"…\"`",
    ),
    "type.syntax": Cause("a type is no GraphQL type", "`String!`, `[Lawyer!]`"),
    "input.type": Cause(
        "an input is given back, or an argument takes what is no input",
        "declare a type under `types`, an input under `inputs`",
    ),
    "input.name": Cause("an input has the name of a type", "another name"),
    "type.empty": Cause("a type has neither fields nor a key nor an enum", "give it one of them"),
    "type.enum": Cause("an enum has fields or a key as well", "make two types of it"),
    "type.oneOf": Cause("a union has an enum or a key as well", "make two types of it"),
    "type.unknown": Cause(
        "a field or an argument names a type that nobody declares",
        "declare it under `types`, or correct the name",
    ),
    "entity.key": Cause(
        "a key is no list of field names, or not the same in `types` and `entities`",
        "field names with spaces between, the same in both",
    ),
    "entity.one": Cause("fields of an entity cannot be asked for by its key", "add `one` or `many`"),
    "argument.default": Cause("a default is no GraphQL value", "write it as in a GraphQL document"),
    "argument.type": Cause(
        "an argument is of a type that only answers have", "a scalar, an enum, an input, or a list of such"
    ),
    "call.slot": Cause(
        "a slot (`$…`) names what is not there",
        "an argument of the field, `$key`, `$parent`, `$citizen` or `$request`",
    ),
    "call.operation": Cause(
        "a call names an operation that the description has not",
        "the name that is proposed, or the one in the description",
    ),
    "call.mismatch": Cause("a call does not fit its operation", "what the message names"),
    "call.input": Cause(
        "a call fills an input that the operation does not take", "the name that is proposed"
    ),
    "many.match": Cause(
        "a batch with several key fields does not say which item belongs to which key",
        "`match: {field: path}`",
    ),
    "many.keys": Cause("a batched call takes no keys", "`$keys[*].field` among its inputs"),
    "page.call": Cause(
        "a field comes in pages without a call of its own", "pages only where `call` is, and no `many`"
    ),
    "page.list": Cause("what comes in pages is no list", '`returns: "[Type!]"`'),
    "page.missing": Cause(
        "a style of paging lacks an input or a path that it needs", "add the key that is named"
    ),
    "cache.call": Cause("something is to be cached that has no call", "remove `cache` there"),
    "cache.public": Cause("personal or classified data is to be cached for everybody", "`scope: citizen`"),
    "mask.key": Cause("a key by which departments are joined is masked", "no mask on a key"),
    "mask.missing": Cause(
        "it is said for whom nothing is masked, but not how it is masked",
        "`mask: name`, `idNumber`, `phone` …",
    ),
    "mask.type": Cause("a value is masked that is no text", "`type: String`"),
    "transform.key": Cause(
        "values are to be hashed and the secret for it is not stored", "store the secret that is named"
    ),
    "contract.codes": Cause(
        "codes are mapped that the field's contract does not allow", "add them to `codes` or `normalise`"
    ),
    "contract.normalise": Cause("a code is normalised to one that is not allowed", "add it to `codes`"),
    "contract.pattern": Cause(
        "a pattern is no regular expression that can be matched in linear time",
        "no back references, no look-around",
    ),
    "contract.range": Cause("the minimum is above the maximum", "change them round"),
    "duration.zero": Cause("a duration is nothing", "longer than nothing, like `3s`"),
    "health.how": Cause(
        "health is asked for in several ways, or in none", "one of `get`, `post`, `operation`, `query`"
    ),
    "health.kind": Cause(
        "health is asked for in a way that this kind of backend has not", "the key that is proposed"
    ),
    "health.body": Cause(
        "a body goes with a way of asking that takes none", "`body` with `post` or `operation` only"
    ),
    "health.every": Cause("health is asked for more often than once a second", "`every: 30s`"),
    "field.returns": Cause("a field with a call does not say what it returns", "`returns: Type`"),
    "field.type": Cause("the value is an object by the description and has no type", "declare a type for it"),
    "field.requires": Cause(
        "a field requires a field that is this connector's own", "`requires` is for other departments' fields"
    ),
    "path.undescribed": Cause(
        "a path leads to what the description has not",
        "the name that is proposed; else ask for a newer description",
    ),
    "envelope.data": Cause(
        "an operation in use has no data at `envelope.data`", "correct the path, or leave that operation out"
    ),
    "enum.unknown": Cause(
        "a code is mapped to a value that the enum has not", "add the value, or correct it"
    ),
    "reference.unknown": Cause(
        "`as` names a field that the type it refers to has not", "a field of that type, which is its key"
    ),
    "service.field": Cause("a service lists a field that is not there", "the name that is proposed"),
    "service.twice": Cause("two services list the same field", "one of them"),
    "service.missing": Cause(
        "no service lists a field: it is in no catalogue and metered nowhere", "list it under a service"
    ),
}
