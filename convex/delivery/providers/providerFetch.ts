"use node";

import { CATALOGUE } from "../../connections/catalogue";
import type { Provider } from "../../connections/schema";
import { guardedFetch, GuardedFetchError, isAllowedLoopback } from "../../lib/guardedFetch";
import { REFUSED_ADDRESS } from "./call";
import { keptFetch } from "./keptFetch";

// How calls to providers leave this deployment: their own hosts plainly, addresses that somebody entered guarded.

/**
 * Regional and account hosts that providers publish. Of Amazon's the API alone: other names there lead into its customers'
 * own networks.
 */
const PUBLISHED_HOSTS = [
  /^([a-z0-9-]+\.)*(infobip\.com|mailgun\.net|sendgrid\.com|twilio\.com)$/,
  /^email(-fips)?\.[a-z0-9-]+\.amazonaws\.com$/,
];

/** An answer is cut here; adapters read less. */
const MAX_ANSWER_BYTES = 2_000_000;

/** Nothing is waited for longer than the caller's signal says; this only ends what the signal no longer reaches. */
const MAX_WAIT_MS = 60_000;

/** Stands in for the address while a request's body and headers are read. */
const ANY_URL = "https://request.invalid";

/** Answers that have no body, whatever was sent. */
const WITHOUT_BODY = [204, 205, 304];

/**
 * `fetch` for the calls of one provider's account. The provider's own hosts, and this machine where the deployment allows it
 * (WEBHOOKS_ALLOW_LOOPBACK), are called plainly over kept connections. Every other address is called like a customer's: https
 * to a public address that is looked up once and pinned (providers.md section 18); one that must not be called fails with the
 * code REFUSED_ADDRESS, before anything leaves. Redirects are answers.
 */
export function providerFetch(provider: Provider, plain: typeof fetch = keptFetch): typeof fetch {
  const own = ownHost(provider);
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (isPublished(url, own) || isAllowedLoopback(url)) return await plain(input, init);
    // Its own address is not taken for granted: a Request with a user name in it cannot be made.
    return await fetchGuarded(url, new Request(ANY_URL, init), init?.signal ?? undefined);
  };
}

function ownHost(provider: Provider): string | undefined {
  const base = CATALOGUE[provider].fields.find(({ name }) => name === "baseUrl")?.fallback;
  return typeof base === "string" ? new URL(base).host : undefined;
}

function isPublished(url: string, own: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username } = new URL(url);
  if (protocol !== "https:" || username !== "") return false;
  return host === own || PUBLISHED_HOSTS.some((hosts) => hosts.test(host));
}

async function fetchGuarded(url: string, request: Request, signal: AbortSignal | undefined): Promise<Response> {
  const body = new Uint8Array(await request.arrayBuffer());
  try {
    const answer = await guardedFetch(url, {
      method: request.method === "GET" ? "GET" : "POST",
      headers: Object.fromEntries(request.headers),
      body: body.length === 0 ? undefined : body,
      timeoutMs: MAX_WAIT_MS,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      signal,
    });
    if (answer.isCut && answer.bytes.length < MAX_ANSWER_BYTES) {
      throw new GuardedFetchError("The connection broke in the middle of the answer.", "network", true);
    }
    const content = WITHOUT_BODY.includes(answer.status) ? null : answer.bytes;
    return new Response(content, { status: answer.status, headers: answer.headers });
  } catch (thrown) {
    throw thrown instanceof GuardedFetchError ? asFetchFailure(thrown) : thrown;
  }
}

/** As `fetch` says it: an error around the system's own, whose code tells whether anything may have arrived. */
function asFetchFailure({ kind, wasSent, code, message }: GuardedFetchError): TypeError {
  const told = kind === "refused" ? REFUSED_ADDRESS : wasSent ? code : (code ?? "UND_ERR_CONNECT_TIMEOUT");
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code: told }) });
}
