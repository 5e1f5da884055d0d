// GraphiQL for the unified graph: the sample queries as tabs, and a login. Settings come from the page (#config), nothing from a CDN.
import { createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import "graphiql/style.css";
import "./page.css";
import { accessToken, endLogin, finishLogin, logIn, logOut, person } from "./login.js";

const config = JSON.parse(document.getElementById("config").textContent);
const ROLES = {
  connector_owner: "接口负责人 Connector owner",
  evaluator: "评估人员 Evaluator",
  auditor: "审计人员 Auditor",
  operator: "运维人员 Operator",
};
const ENDED = "登录已过期，请重新登录 · Your login has ended; log in again.";
const PLUGINS = [HISTORY_PLUGIN];
const KEY = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

self.MonacoEnvironment = {
  getWorker(_, label) {
    const name = { json: "json", graphql: "graphql" }[label] ?? "editor";
    return new Worker(`${config.assets}/${name}.worker.js`, { type: "module" });
  },
};

/** GraphiQL titles a tab with the operation's name, which cannot be Chinese: the page puts the Chinese label before it. */
function labelTabs() {
  const sheet = new CSSStyleSheet();
  for (const { name, label } of config.tabs)
    if (name && label) sheet.insertRule(`.graphiql-tab-button[title=${JSON.stringify(name)}]::before { content: ${JSON.stringify(`${label} `)} }`);
  document.adoptedStyleSheets.push(sheet);
}

function Bar({ who, notice, isProblem }) {
  return h(
    "header",
    { className: "tongban-bar" },
    h("a", { href: "/", className: "tongban-name" }, h("img", { src: "/static/icon.svg", alt: "", width: 28, height: 28 }), "通办 ", h("span", { lang: "en" }, "Tongban")),
    h("h1", null, "查询台 ", h("span", { lang: "en" }, "Query console")),
    h("a", { href: "/schema.graphql", className: "tongban-link" }, "数据目录 ", h("span", { lang: "en" }, "Schema")),
    h("p", { className: isProblem ? "tongban-notice tongban-problem" : "tongban-notice", role: isProblem ? "alert" : "status" }, notice),
    who && h("span", { id: "who", className: "tongban-who" }, who.name || (who.roles.map((role) => ROLES[role]).find(Boolean) ?? "已登录 Logged in")),
    who
      ? h("button", { id: "log-out", onClick: () => logOut(config) }, "退出 ", h("span", { lang: "en" }, "Log out"))
      : h("button", { id: "log-in", onClick: () => logIn(config) }, "登录 ", h("span", { lang: "en" }, "Log in")),
  );
}

function Page({ problem }) {
  const [shown, show] = useState({ who: person(), problem });
  const [fetcher] = useState(() => fetcherOf(() => show({ who: null, problem: ENDED })));
  const notice = shown.problem ?? (shown.who ? "" : "未登录，只能查询公开数据 · Not logged in: public data only");
  return h(
    "div",
    { className: "tongban-page" },
    h(Bar, { who: shown.who, notice, isProblem: Boolean(shown.problem) }),
    h(
      GraphiQL,
      { fetcher, plugins: PLUGINS, defaultTabs: config.tabs, storage: sessionStorage, shouldPersistHeaders: false, defaultEditorToolsVisibility: false },
      h(GraphiQL.Footer, null, h("p", { className: "tongban-keys" }, h("kbd", null, `${KEY} Enter`), " 运行 Run", h("kbd", null, "Ctrl Space"), " 补全 Complete", h("kbd", null, "F1"), " 命令 Commands")),
    ),
  );
}

/** For a moment after a change of tabs GraphiQL still names the operation of the tab that was left. */
function settled({ operationName, ...request }) {
  const isHere = operationName && new RegExp(`\\b(query|mutation)\\s+${operationName}\\b`).test(request.query);
  return isHere ? { ...request, operationName } : request;
}

function fetcherOf(ended) {
  return async (request, options) => {
    const token = await accessToken(config, ended);
    const answer = await fetch(config.endpoint, {
      method: "POST",
      body: JSON.stringify(settled(request)),
      headers: {
        ...options?.headers,
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json;q=0.9",
        "graphql-client-name": "graphiql",
        ...(token && { authorization: `Bearer ${token}` }),
      },
    });
    if (answer.status === 401 && token) endLogin(ended);
    return answer.json();
  };
}

const problem = await finishLogin(config).catch((error) => String(error));
labelTabs();
createRoot(document.getElementById("graphiql")).render(h(Page, { problem }));
