// The browser's side of the login: authorization code with PKCE (RFC 7636), the token kept for this tab only.
const TOKEN = "tongban.token";
const PENDING = "tongban.login";

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** The access token of this tab, or null when there is none or it has run out. */
export function token() {
  const kept = JSON.parse(sessionStorage.getItem(TOKEN) ?? "null");
  return kept && kept.expiresAt > Date.now() ? kept.value : null;
}

/** Sends the browser to the login page. */
export async function logIn(config) {
  const pending = { state: random(), verifier: random() };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
  const query = new URLSearchParams({
    response_type: "code",
    client_id: config.clientId,
    redirect_uri: config.redirectUri,
    scope: "openid",
    state: pending.state,
    code_challenge: base64url(digest),
    code_challenge_method: "S256",
  });
  location.assign(`${config.authorizeUrl}?${query}`);
}

export function logOut() {
  sessionStorage.removeItem(TOKEN);
  location.reload();
}

/** Back from the login page: exchanges the code. Returns a sentence if it failed. */
export async function finishLogin(config) {
  const query = new URLSearchParams(location.search);
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null");
  if (!query.has("code") && !query.has("error")) return null;
  history.replaceState(null, "", location.pathname);
  sessionStorage.removeItem(PENDING);
  if (query.has("error")) return query.get("error_description") ?? query.get("error");
  if (!pending || pending.state !== query.get("state")) return "登录状态不符,请重试 · The login state does not match; try again.";
  const answer = await fetch(config.tokenUrl, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: query.get("code"),
      redirect_uri: config.redirectUri,
      client_id: config.clientId,
      code_verifier: pending.verifier,
    }),
  });
  const body = await answer.json();
  if (!answer.ok) return body.error_description ?? body.error;
  const expiresAt = Date.now() + (body.expires_in - 5) * 1000;
  sessionStorage.setItem(TOKEN, JSON.stringify({ value: body.access_token, expiresAt }));
  return null;
}
