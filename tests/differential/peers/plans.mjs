// How many requests the peers' planners plan, and how long they take: `node plans.mjs FILE` (see node.py), where FILE
// is {"rounds": N, "crashed": [id], "pages": [{"name", "sdl", "asked": [{"id", "query", "labels"}]}]}.
// Prints {name: [{Hive, Apollo}]}, each {"requests"} or {"fault"}, and with rounds > 0 {"ms"}: the median time of so
// many plans after one that warms up, of fewer where they take long. An operation may have "without": [planner].
import { readFileSync, writeFileSync } from "node:fs";
import { QueryPlanner as HivePlanner } from "@graphql-hive/router-query-planner";
import { QueryPlanner as ApolloPlanner } from "@apollo/query-planner";
import { operationFromDocument, Supergraph } from "@apollo/federation-internals";
import { parse } from "graphql";

const MOST_MS = 2000;
const CHILDREN = ["node", "nodes", "ifClause", "elseClause", "primary"];

function requests(node) {
  if (Array.isArray(node)) return node.reduce((sum, each) => sum + requests(each), 0);
  if (!node || typeof node !== "object") return 0;
  const own = node.kind === "Fetch" || node.kind === "BatchFetch" ? 1 : 0;
  // only one branch of a condition runs
  if (node.kind === "Condition") return Math.max(requests(node.ifClause), requests(node.elseClause));
  return CHILDREN.reduce((sum, child) => sum + requests(node[child]), own);
}

function hive(sdl) {
  const planner = new HivePlanner(sdl);
  return (asked) => {
    // "percent(30)" is active for a share below 30
    const share = asked.labels.some((label) => label.startsWith("percent(")) ? 0 : 100;
    return planner.plan(asked.query, null, new Set(asked.labels), share);
  };
}

function apollo(sdl) {
  const supergraph = Supergraph.build(sdl);
  const schema = supergraph.apiSchema();
  const planner = new ApolloPlanner(supergraph, { cache: { get: async () => undefined, set: async () => {} } });
  return (asked) => {
    const operation = operationFromDocument(schema, parse(asked.query), {});
    const overrideConditions = new Map(asked.labels.map((label) => [label, true]));
    return planner.buildQueryPlan(operation, { overrideConditions });
  };
}

function measured(name, plan, asked, rounds) {
  if (asked.without?.includes(name)) return { fault: "not asked" };
  if (name === "Hive" && given.crashed.includes(asked.id)) return { fault: "the planner aborts the process" };
  writeFileSync(`${process.argv.at(-1)}.at`, asked.id);
  try {
    const found = { requests: requests(plan(asked).node) };
    const times = [];
    const begun = performance.now();
    while (times.length < rounds && (times.length === 0 || performance.now() - begun < MOST_MS)) {
      const started = performance.now();
      plan(asked);
      times.push(performance.now() - started);
    }
    if (times.length > 0) found.ms = times.sort((a, b) => a - b)[times.length >> 1];
    return found;
  } catch (error) {
    return { fault: String(error.message ?? error).slice(0, 300) };
  }
}

function made(make, sdl) {
  try {
    return make(sdl);
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

const given = JSON.parse(readFileSync(process.argv.at(-1), "utf8"));
const out = {};
for (const page of given.pages) {
  const planners = { Hive: made(hive, page.sdl), Apollo: made(apollo, page.sdl) };
  out[page.name] = page.asked.map((each) =>
    Object.fromEntries(Object.entries(planners).map(([name, plan]) => [name, measured(name, plan, each, given.rounds)])),
  );
}
console.log(JSON.stringify(out));
process.exit(0);
