// What the peers' gateways answer: `node answers.mjs FILE` (see node.py), where FILE is
// {"pages": [{"name", "sdl", "reset", "asked": [{"id", "query", "variables": [{…}]}]}], "crashed": [id]}; the SDL names the subgraphs'
// addresses, and a POST to "reset" goes before each operation. Prints {name: [[{Hive, Apollo}]]}, each {"data", "errors"}.
import { readFileSync, writeFileSync } from "node:fs";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { createGatewayRuntime } from "@graphql-hive/gateway";
import { unifiedGraphHandler } from "@graphql-hive/router-runtime";
import { parse } from "graphql";

const silent = { debug() {}, info() {}, warn() {}, error() {}, trace() {} };

async function hive(sdl) {
  // with the Rust planner, not the stitching engine that is the default
  const gateway = createGatewayRuntime({ supergraph: sdl, unifiedGraphHandler, logging: false, maskedErrors: false });
  return async (query, variables) => {
    const response = await gateway.fetch("http://localhost/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };
}

async function apollo(sdl) {
  const buildService = ({ url }) => new RemoteGraphQLDataSource({ url, apq: false });
  const gateway = new ApolloGateway({ supergraphSdl: sdl, buildService, logger: silent });
  const { schema, executor } = await gateway.load({});
  let number = 0;
  return (query, variables) =>
    executor({
      document: parse(query),
      request: { query, variables, http: { headers: new Map() } },
      operationName: null,
      queryHash: String(number++),
      source: query,
      logger: silent,
      metrics: {},
      cache: { get: async () => undefined, set: async () => {}, delete: async () => {} },
      context: {},
      schema,
      overallCachePolicy: { policyIfCacheable: () => undefined, restrict() {} },
    });
}

async function attempted(work) {
  try {
    const { data, errors } = await work();
    return { data: data ?? null, errors: (errors ?? []).map((each) => String(each.message).slice(0, 300)) };
  } catch (error) {
    return { data: null, errors: [String(error.message ?? error).slice(0, 300)] };
  }
}

async function answered(page, asked, gateways) {
  const found = [];
  for (const variables of asked.variables) {
    const each = {};
    for (const [name, gateway] of Object.entries(gateways)) {
      await fetch(`${page.reset}/${name}`, { method: "POST" });
      writeFileSync(`${process.argv.at(-1)}.at`, asked.id);
      const crashes = name === "Hive" && given.crashed.includes(asked.id);
      const ask = async () => (await gateway)(asked.query, variables);
      each[name] = crashes ? { data: null, errors: ["the planner aborts the process"] } : await attempted(ask);
    }
    found.push(each);
  }
  return found;
}

const given = JSON.parse(readFileSync(process.argv.at(-1), "utf8"));
const out = {};
for (const page of given.pages) {
  const gateways = { Hive: hive(page.sdl), Apollo: apollo(page.sdl) };
  Object.values(gateways).forEach((each) => each.catch(() => {}));
  out[page.name] = [];
  for (const asked of page.asked) out[page.name].push(await answered(page, asked, gateways));
}
await new Promise((resolve) => process.stdout.write(JSON.stringify(out), resolve));
process.exit(0);
