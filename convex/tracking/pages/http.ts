import type { ActionCtx } from "../../_generated/server";
import type { Proof } from "../../contacts/consents/schema";
import { asAppError } from "../../lib/errors";
import { CUSTOMER_LANGUAGES, type CustomerLanguage } from "../../lib/languages";

// What the HTTP handlers of customer pages share.

const MAX_AGENT_CHARS = 400;
/** A form of ours has a few dozen short fields. */
const MAX_FORM_CHARS = 20_000;

/** The last part of the path: the token. */
export function tokenOf(request: Request): string {
  return new URL(request.url).pathname.split("/").at(-1) ?? "";
}

/** The language the address asks for, or null. */
export function languageInUrl(request: Request): CustomerLanguage | null {
  const asked = new URL(request.url).searchParams.get("lang");
  return CUSTOMER_LANGUAGES.find((language) => language === asked) ?? null;
}

/** What the browser prefers: for pages that do not know whom they are for. */
export function languageAsked(request: Request): string {
  return request.headers.get("Accept-Language") ?? "en";
}

/** The fields of a posted form; empty for other kinds of bodies. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get("Content-Type") ?? "";
  if (!type.toLowerCase().startsWith("application/x-www-form-urlencoded")) return new URLSearchParams();
  return new URLSearchParams((await request.text()).slice(0, MAX_FORM_CHARS));
}

/**
 * Who is calling, as far as that can be told (product.md 2.6 no. 62). Behind a proxy of ours the address it names counts;
 * a stranger's own `X-Forwarded-For` is not believed.
 */
export async function proofOf(ctx: ActionCtx, request: Request, page: string): Promise<Proof> {
  const { ip, userAgent } = await ctx.meta.getRequestMetadata();
  const forwarded = request.headers.get("X-Forwarded-For")?.split(",")[0]?.trim();
  const isProxy = ip === null || /^(::ffff:)?(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|^::1$|^f[cd]/i.test(ip);
  const address = isProxy ? (forwarded ?? ip) : ip;
  const agent = userAgent ?? request.headers.get("User-Agent");
  return {
    ...(address === null || address === undefined ? {} : { ip: address }),
    ...(agent === null ? {} : { userAgent: agent.slice(0, MAX_AGENT_CHARS) }),
    url: new URL(request.url).origin + page,
  };
}

/** A page that nothing may store, frame, index or run a script in. */
export function htmlResponse(status: number, document: string): Response {
  return new Response(document, {
    status,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "Content-Security-Policy":
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
      "X-Robots-Tag": "noindex",
    },
  });
}

/** Runs a change; `rate_limited` becomes the page `later` with when to come back. Everything else is thrown on. */
export async function unlessTooMany(change: () => Promise<Response>, later: () => string): Promise<Response> {
  try {
    return await change();
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error?.code !== "rate_limited") throw thrown;
    const response = htmlResponse(429, later());
    response.headers.set("Retry-After", String(Math.ceil((error.retryAfterMs ?? 0) / 1000)));
    return response;
  }
}
