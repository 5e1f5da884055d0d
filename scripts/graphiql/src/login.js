// The browser's side of the login: authorization code with PKCE (RFC 7636). Everything is kept for this browser tab only and forgotten
// at log-out. A token that runs out is renewed with its refresh token; when that is over too, `ended` is called.
const KEPT = "tongban.login";
const PENDING = "tongban.pending";

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null");

/** Who is logged in, as far as this tab knows: name (may be missing) and roles; null for nobody. */
export const person = () => read(KEPT)?.person ?? null;

/** Sends the browser to the login page. */
export async function logIn(config) {
  const pending = { state: random(), verifier: random() };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
  const query = new URLSearchParams({
    response_type: "code",
    client_id: config.clientId,
    redirect_uri: config.redirectUri,
    scope: "openid profile",
    state: pending.state,
    code_challenge: base64url(digest),
    code_challenge_method: "S256",
  });
  location.assign(`${config.authorizeUrl}?${query}`);
}

/** Ends the login at the provider too, and forgets queries and history; by a form, so that no token stands in an address. */
export function logOut(config) {
  const fields = { client_id: config.clientId, post_logout_redirect_uri: config.redirectUri, id_token_hint: read(KEPT)?.idToken };
  sessionStorage.clear();
  const form = Object.assign(document.createElement("form"), { method: "post", action: config.logoutUrl, hidden: true });
  for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { name, value: value ?? "" }));
  document.body.append(form);
  form.submit();
}

/** Back from the login page: exchanges the code. Returns a sentence if it failed. */
export async function finishLogin(config) {
  const query = new URLSearchParams(location.search);
  const pending = read(PENDING);
  if (!query.has("code") && !query.has("error")) return null;
  history.replaceState(null, "", location.pathname);
  sessionStorage.removeItem(PENDING);
  if (query.has("error")) return `登录未完成 · The login was not finished: ${query.get("error_description") ?? query.get("error")}`;
  if (!pending || pending.state !== query.get("state")) return "登录状态不符，请重试 · The login state does not match; try again.";
  const tokens = await redeem(config, {
    grant_type: "authorization_code",
    code: query.get("code"),
    redirect_uri: config.redirectUri,
    code_verifier: pending.verifier,
  });
  if (!tokens) return "登录未完成，请重试 · The login was not finished; try again.";
  const answer = await fetch(config.userinfoUrl, { headers: { authorization: `Bearer ${tokens.access}` } });
  const { name = "", roles = [] } = answer.ok ? await answer.json() : {};
  sessionStorage.setItem(KEPT, JSON.stringify({ ...tokens, person: { name, roles } }));
  return null;
}

let renewal = null;

/** The access token for a request, renewed if it has run out; null when nobody is logged in (any more). */
export async function accessToken(config, ended) {
  const kept = read(KEPT);
  if (!kept || kept.expiresAt > Date.now()) return kept?.access ?? null;
  renewal ??= renew(config, kept).finally(() => (renewal = null)); // one renewal, however many requests wait: a refresh token works once
  if (!(await renewal)) endLogin(ended);
  return read(KEPT)?.access ?? null;
}

/** The gateway did not take the token. */
export function endLogin(ended) {
  sessionStorage.removeItem(KEPT);
  ended();
}

async function renew(config, kept) {
  const tokens = await redeem(config, { grant_type: "refresh_token", refresh_token: kept.refresh });
  if (tokens) sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, ...tokens }));
  return tokens !== null;
}

async function redeem(config, grant) {
  const answer = await fetch(config.tokenUrl, { method: "POST", body: new URLSearchParams({ ...grant, client_id: config.clientId }) });
  if (!answer.ok) return null;
  const body = await answer.json();
  const expiresAt = Date.now() + (body.expires_in - 10) * 1000;
  return { access: body.access_token, refresh: body.refresh_token, idToken: body.id_token, expiresAt };
}
