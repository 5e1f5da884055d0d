// Bundles GraphiQL into web/static/graphiql with the licences of everything in it. Run by scripts/build-graphiql.
import { build } from "esbuild";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const out = "../../web/static/graphiql";
await rm(out, { recursive: true, force: true });

/** Keeps the bundle small: of Monaco only src/editor.js, its styles once (GraphiQL brings them), of the text fonts upright Latin only. */
const smaller = {
  name: "smaller",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /editor\/edcore\.main\.js$/ }, () => ({ path: resolve("src/editor.js") }));
    onLoad({ filter: /node_modules\/monaco-editor\/.*\.css$/ }, () => ({ contents: "", loader: "css" }));
    onLoad({ filter: /node_modules\/(@graphiql\/react|graphiql)\/.*\.css$/ }, async ({ path }) => {
      const wanted = (face) => /codicon/.test(face) || (/unicode-range:\s*U\+0000-00FF/i.test(face) && !/italic/.test(face));
      const css = await readFile(path, "utf8");
      return { contents: css.replaceAll(/@font-face\s*\{[^}]*\}/g, (face) => (wanted(face) ? face : "")), loader: "css" };
    });
  },
};

// Split: prettier's parsers are fetched when somebody asks for a pretty query, and the workers share what they have in common with the page.
const { metafile } = await build({
  entryPoints: {
    app: "src/main.js",
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  },
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  outdir: out,
  chunkNames: "part-[hash]",
  metafile: true,
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [smaller],
});

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
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
