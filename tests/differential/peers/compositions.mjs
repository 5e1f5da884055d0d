// What the peers' composers make of sets of subgraphs: `node compositions.mjs FILE` (see node.py), where FILE is
// {"sets": [{"name", "sdls": {subgraph: SDL}}]}. Prints {name: {Apollo, Guild}}, each {"supergraph", "api", "hints"},
// the API schema sorted, or {"codes"}.
import { readFileSync } from "node:fs";
import { composeServices as apolloCompose } from "@apollo/composition";
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import { composeServices as guildCompose } from "@theguild/federation-composition";
import { buildASTSchema, lexicographicSortSchema, parse, printSchema } from "graphql";

const sorted = (schema) => printSchema(lexicographicSortSchema(schema));
const codes = (errors) => errors.map((error) => error.extensions?.code ?? error.message.slice(0, 200)).sort();
const told = (errors) => errors.map((error) => error.message.slice(0, 300));

function apollo(services) {
  const found = apolloCompose(services, { runSatisfiability: true });
  if (found.errors) return { codes: codes(found.errors), told: told(found.errors) };
  const api = Supergraph.build(found.supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES }).apiSchema().toGraphQLJSSchema();
  const hints = (found.hints ?? []).map((hint) => hint.definition.code).sort();
  return { supergraph: found.supergraphSdl, api: sorted(api), hints };
}

function guild(services) {
  const found = guildCompose(services);
  if (!found.supergraphSdl) return { codes: codes(found.errors), told: told(found.errors) };
  const api = buildASTSchema(parse(found.publicSdl), { assumeValidSDL: true });
  return { supergraph: found.supergraphSdl, api: sorted(api), hints: [] };
}

function tried(compose, sdls) {
  try {
    return compose(Object.entries(sdls).map(([name, sdl]) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) })));
  } catch (error) {
    return { codes: [`thrown: ${String(error.message ?? error).slice(0, 200)}`], told: [] };
  }
}

const given = JSON.parse(readFileSync(process.argv.at(-1), "utf8"));
const found = {};
for (const { name, sdls } of given.sets) found[name] = { Apollo: tried(apollo, sdls), Guild: tried(guild, sdls) };
process.stdout.write(JSON.stringify(found));
