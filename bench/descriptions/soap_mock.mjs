// npm's soap answers every operation of a WSDL: node … WSDL SAMPLES.json; prints the port. Its documents are its own reading.
// What the WSDL imports from the web is an empty schema to it: nothing is fetched.
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import soap from "soap";

const [wsdl, samples] = process.argv.slice(-2);
const answers = JSON.parse(readFileSync(samples, "utf8"));
const anyOperation = new Proxy({}, { get: (_, name) => () => answers[name] ?? {} });
const anyPort = new Proxy({}, { get: () => anyOperation });
const nothing = `${samples}.xsd`;
writeFileSync(nothing, '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>');
const server = createServer((_, answer) => answer.writeHead(404).end());
soap.listen(server, {
  path: /.*/,
  services: new Proxy({}, { get: () => anyPort }),
  xml: readFileSync(wsdl, "utf8"),
  uri: wsdl,
  suppressStack: true,
  wsdl_options: { overrideImportLocation: (location) => (/^https?:/.test(location) ? nothing : location) },
  callback: (error) => {
    if (error) {
      console.log(`refused ${error.message ?? error}`.replaceAll(/\s+/g, " "));
      process.exit(1);
    }
    server.listen(0, "127.0.0.1", () => console.log(`listening ${server.address().port}`));
  },
});
