// GraphiQL for the unified graph: the sample queries as tabs, and a login. Settings come from the page (#config), nothing from a CDN.
import { createElement as h } from "react";
import { createRoot } from "react-dom/client";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import "graphiql/style.css";
import "./page.css";
import { finishLogin, logIn, logOut, token } from "./login.js";

const config = JSON.parse(document.getElementById("config").textContent);

self.MonacoEnvironment = {
  getWorker(_, label) {
    const name = { json: "json", graphql: "graphql" }[label] ?? "editor";
    return new Worker(`${config.assets}/${name}.worker.js`);
  },
};

const fetcher = createGraphiQLFetcher({
  url: config.endpoint,
  fetch: (url, options) => {
    const headers = new Headers(options.headers);
    headers.set("graphql-client-name", "graphiql");
    if (token()) headers.set("authorization", `Bearer ${token()}`);
    return fetch(url, { ...options, headers });
  },
});

function Bar({ problem }) {
  return h(
    "header",
    { className: "tongban-bar" },
    h("a", { href: "/", className: "tongban-name" }, "通办 Tongban"),
    h("span", { className: "tongban-problem", role: "alert" }, problem ?? ""),
    token()
      ? h("button", { id: "log-out", onClick: logOut }, "退出 Log out")
      : h("button", { id: "log-in", onClick: () => logIn(config) }, "登录 Log in"),
  );
}

function Page({ problem }) {
  return h(
    "div",
    { className: "tongban-page" },
    h(Bar, { problem }),
    h(GraphiQL, { fetcher, plugins: [HISTORY_PLUGIN], defaultTabs: config.tabs, shouldPersistHeaders: false, defaultEditorToolsVisibility: "variables" }),
  );
}

const problem = await finishLogin(config).catch((error) => String(error));
createRoot(document.getElementById("graphiql")).render(h(Page, { problem }));
