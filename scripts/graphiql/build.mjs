// Bundles GraphiQL into web/static/graphiql with the licences of everything in it. Run by scripts/build-graphiql.
import { build } from "esbuild";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const out = "../../web/static/graphiql";
await rm(out, { recursive: true, force: true });
const common = { bundle: true, minify: true, outdir: out, metafile: true, legalComments: "none", target: "es2022", loader: { ".ttf": "file" }, define: { "process.env.NODE_ENV": '"production"' } };
const page = await build({ ...common, entryPoints: { app: "src/main.js" }, format: "esm" });
const workers = await build({
  ...common,
  format: "iife",
  entryPoints: {
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  },
});

const packages = new Set();
for (const input of [...Object.keys(page.metafile.inputs), ...Object.keys(workers.metafile.inputs)]) {
  const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)?.at(-1);
  if (found) packages.add(found.slice("node_modules/".length, -1));
}
const licences = [];
for (const name of [...packages].sort()) {
  const folder = join("node_modules", name);
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(join(folder, file), "utf8") : "(no licence file in the package)";
  licences.push(`${name} ${about.version}: ${about.license}\n\n${text.trim()}\n`);
}
await writeFile(join(out, "LICENSES.txt"), licences.join(`\n${"-".repeat(78)}\n\n`));
console.log(`${licences.length} packages bundled into web/static/graphiql`);
