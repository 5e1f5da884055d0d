"""What reading says of descriptions and recordings."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.judging.cause import Cause

CAUSES: Mapping[str, Cause] = {
    "description.empty": Cause("it describes no operation", "describe at least one"),
    "description.more": Cause("there are more findings than are told", "mend these first"),
    "description.page": Cause("the file is a web page", "fetch the document that the page shows"),
    "description.unreadable": Cause(
        "no manifest can be made of it", "give the description itself: OpenAPI, WSDL, SDL, HAR or Postman"
    ),
    "openapi.missing": Cause(
        "the OpenAPI document is not among the files", "put it where `backend.describe` says"
    ),
    "openapi.other": Cause(
        "the document is no OpenAPI", "begin it with `openapi: 3.0.3`, or give the file that has it"
    ),
    "openapi.unreadable": Cause("the document is neither JSON nor YAML", "mend it at the place that is told"),
    "text.bom": Cause("a byte order mark stands before the text", "save as UTF-8 without it"),
    "text.encoding": Cause("the file is not UTF-8", "save as UTF-8"),
    "json.broken": Cause("brackets do not fit each other", "write the other bracket"),
    "json.repaired": Cause(
        "JSON as people write it was read by repairing it", "mend it, so that others can read it too"
    ),
    "key.repeated": Cause("a key stands twice; the later one counts", "keep one"),
    "yaml.broken": Cause("nothing after this place could be read", "correct it"),
    "yaml.repaired": Cause("YAML was read by repairing a value", "put the value in quotes"),
    "yaml.sign": Cause("control characters stand in the file", "remove them"),
    "yaml.tab": Cause("lines are indented by tabs", "use spaces"),
    "yaml.aliases": Cause(
        "aliases unfold to more than is read", "define it once under components, and refer to it by `$ref`"
    ),
    "file.unreadable": Cause("a file that is referred to cannot be read", "correct it"),
    "file.missing": Cause("a file that is referred to could not be fetched", "correct the reference"),
    "file.above": Cause(
        "a file above the description's folder was taken along", "nothing, if it belongs to the description"
    ),
    "file.outside": Cause(
        "a file lies outside the description's folder", "name a folder around all of them: `--root`"
    ),
    "ref.remote": Cause(
        "a reference leads to another host, and is never fetched", "lay the file beside the description"
    ),
    "ref.dangling": Cause("a reference leads nowhere", "define it, or remove the reference"),
    "ref.moved": Cause(
        "a reference leads nowhere, and something of its name is taken", "correct the reference"
    ),
    "ref.cycle": Cause("references lead back to themselves", "name a schema"),
    "paths.shape": Cause("`paths` is no mapping", "name each path"),
    "paths.many": Cause("more operations than one description may have", "split it"),
    "path.slash": Cause("a path begins with no slash", "begin it with `/`"),
    "path.shape": Cause("a path holds no operations", "remove it"),
    "operation.method": Cause("a key of a path is no method", "`get`, `post` …"),
    "operation.shape": Cause("an operation is no mapping", "write it out"),
    "operation.repeated": Cause("two operations have one `operationId`", "name each its own"),
    "operation.twice": Cause("a method of a path stands twice", "keep one"),
    "parameter.shape": Cause("`parameters` is no list, or a parameter no mapping", "write a list"),
    "parameter.place": Cause(
        "a parameter is nowhere, or where none can be", "`in: query`, `path`, `header` or `cookie`"
    ),
    "parameter.path": Cause(
        "a path's parameter is not part of the path", "take it out, or name it in the path"
    ),
    "parameter.missing": Cause("a part of a path is not described", "describe it under `parameters`"),
    "body.shape": Cause("a body without content", "describe its content"),
    "responses.shape": Cause("`responses` is no mapping", "name each status"),
    "response.shape": Cause("a response is no mapping", "describe it"),
    "answer.missing": Cause("no answer is described", "describe a 200"),
    "answer.undescribed": Cause("an answer has no schema", "a schema, or an example"),
    "answer.media": Cause("answers come in media types that are told as text", "offer application/json"),
    "answer.example": Cause("a shape is taken from an example", "add a schema"),
    "schema.shape": Cause("`properties` is no mapping", "name each property"),
    "schema.type": Cause("a type is none", "string, object, array …"),
    "schema.mixed": Cause("a value is of several kinds and told as JSON", "choose one"),
    "schema.parts": Cause("a schema has too many parts", "use fewer"),
    "schema.deep": Cause("lists are nested too deeply and told as JSON", "nest less"),
    "schema.many": Cause("there are more schemas than are read", "split the description"),
    "wsdl.missing": Cause("the WSDL is not among the files", "put it where `backend.describe` says"),
    "wsdl.other": Cause("the file is no WSDL 1.1", "give the WSDL"),
    "wsdl.empty": Cause("the WSDL has no operation", "ask for the whole WSDL"),
    "wsdl.service": Cause("the named service is not there, but there is only one", "its own name"),
    "wsdl.port": Cause("there is no such service or port, or no SOAP port", "one of those that are named"),
    "wsdl.unbound": Cause(
        "nothing binds the port type; SOAP 1.1, document, literal is assumed",
        "ask for the WSDL with its binding",
    ),
    "wsdl.not-soap": Cause("a binding is not SOAP and is not read", "nothing, where another one is"),
    "wsdl.transport": Cause("a transport is read as HTTP", "nothing, where the backend speaks HTTP"),
    "wsdl.operation": Cause("an operation is bound but not declared", "declare it in the port type"),
    "wsdl.operation-unbound": Cause("an operation is not bound; document, literal is assumed", "bind it"),
    "wsdl.message": Cause(
        "an operation names a message that is not there", "declare it, or correct the name"
    ),
    "wsdl.binding": Cause("a port names a binding that is not there", "declare it, or correct the name"),
    "wsdl.porttype": Cause(
        "a binding names a port type that is not there", "declare it, or correct the name"
    ),
    "wsdl.nameless": Cause("an operation without a name is left out", "name it"),
    "wsdl.overloaded": Cause(
        "several operations have one name; later ones get a name of their own", "use the names that are told"
    ),
    "wsdl.same-operation": Cause(
        "two ports have one operation; the later one gets a name of its own",
        "use the name that is told, or choose a port",
    ),
    "wsdl.twice": Cause("something is declared twice; the first is read", "keep one"),
    "wsdl.part": Cause(
        "a part of a message cannot be read and is left out",
        "give the schema that declares it, or mend the name",
    ),
    "wsdl.part-type": Cause(
        "a part of a document message has a type, not an element",
        "ask for a corrected WSDL, if answers are empty",
    ),
    "wsdl.header": Cause("a header names a part that is not there", "name a part of a message"),
    "wsdl.header-open": Cause(
        "requests may carry a header that nothing fills", "`headers` of the calls that need it"
    ),
    "import.missing": Cause("an imported file is not among the files", "lay it where the import says"),
    "import.elsewhere": Cause(
        "an imported file is not there; one of its namespace is read", "correct the location"
    ),
    "import.namespace": Cause("an imported file declares another namespace", "correct one of the two"),
    "import.other": Cause("an imported file is neither WSDL nor XML Schema", "give the right file"),
    "xml.malformed": Cause("the file is no well-formed XML", "mend the file"),
    "xml.hostile": Cause("a DOCTYPE or an entity stands in the file", "take it out"),
    "xml.large": Cause("the description is too large", "ask for the part that is needed"),
    "xml.encoding": Cause(
        "the encoding that is declared is not that of the file", "declare the encoding that the file has"
    ),
    "xml.characters": Cause("characters that XML does not allow are dropped", "remove them"),
    "xsd.undeclared": Cause(
        "a type or an element is declared in no file", "give the file, or correct the name"
    ),
    "xsd.twice": Cause("something is declared twice; the first is read", "keep one"),
    "xsd.prefix": Cause("a prefix is not declared; a namespace is assumed", "declare it"),
    "xsd.nameless": Cause("an element or a type without a name", "name it"),
    "xsd.occurs": Cause("an occurrence is no number; 1 is read", "write a number"),
    "xsd.circle": Cause("something contains itself", "end the circle"),
    "xsd.large": Cause("the schema unfolds to too many elements", "ask for a smaller schema"),
    "xsd.substitutes": Cause(
        "more elements may stand in one place than are read", "name the ones that are sent"
    ),
    "xsd.array": Cause("an array of arrays is read as one array", "nothing, where answers are flat"),
    "xsd.unread": Cause(
        "a construction of XML Schema is not read", "nothing, where its values are not needed"
    ),
    "sdl.syntax": Cause("the SDL does not parse", "correct it there"),
    "sdl.type": Cause("a type is not defined", "define it, or correct the name"),
    "sdl.twice": Cause("a type is defined twice", "keep one of them"),
    "sdl.empty": Cause("there is no query and no mutation", "add `type Query { … }`"),
    "sdl.large": Cause("the SDL is too large", "a schema with the part that is needed"),
    "sdl.deep": Cause("the SDL is nested too deeply", "nest less"),
    "sdl.encoding": Cause("the SDL is not UTF-8", "save it as UTF-8"),
    "sdl.other": Cause("the document holds something else than a schema", "give the schema by itself"),
    "sdl.operation": Cause("the document holds operations, no schema", "give the schema"),
    "sdl.supergraph": Cause("the document is a supergraph", "give the SDL of each subgraph"),
    "introspection.json": Cause("an introspection's answer is no JSON", "ask again"),
    "introspection.other": Cause("an answer holds no `__schema`", "the answer to an introspection query"),
    "introspection.broken": Cause("an introspection cannot be made into a schema", "give the SDL"),
    "introspection.deep": Cause("types of an introspection are nested too deeply", "give the SDL"),
    "har.shape": Cause(
        "a recording's `log.entries` is no list", "record again, and save all as HAR with content"
    ),
    "postman.shape": Cause("a collection's `item` is no list of requests", "export it as a collection 2.1"),
    "recording.unreadable": Cause("a recording is no JSON", "save it again"),
    "recording.empty": Cause("no request for data is in the recording", "record while using the application"),
    "recording.many": Cause("more requests than are read", "record less at a time"),
    "recording.entry": Cause("a request that cannot be read is left out", "remove it"),
    "recording.origin": Cause(
        "requests to another origin are left out", "`--endpoint` with that origin takes them instead"
    ),
    "recording.cookie": Cause(
        "requests prove themselves by a cookie", "ask for a credential of the connector's own"
    ),
    "recording.failed": Cause("requests that failed are left out", "record them when they work"),
    "recording.graphql": Cause("GraphQL was recorded", "give the SDL or the address of the schema"),
    "recording.method": Cause("a method that is not read", "record reads and writes of data"),
    "manifest.large": Cause(
        "more operations than one manifest holds", "make connectors of parts of the description"
    ),
    "types.many": Cause("more types than one manifest holds", "make connectors of parts of the description"),
    "field.unreachable": Cause("a name that no path can say", "ask the department to rename it"),
}
