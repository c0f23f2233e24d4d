import { internal } from "../_generated/api";
import { asAppError } from "../lib/errors";
import { httpAction } from "../lib/functions";
import { unsubscribeHtml, type UnsubscribeView } from "./unsubscribeHtml";

/**
 * GET /u/{token}: asks, and changes nothing: mail scanners open every link (providers.md 7.1). 404 for unknown tokens.
 */
export const showUnsubscribe = httpAction(async (ctx, request) => {
  const page = await ctx.runQuery(internal.tracking.jobs.unsubscribePage, { token: tokenOf(request) });
  if (page === null) return htmlPage(404, languageAsked(request), { kind: "unknown" });
  return htmlPage(200, page.locale, { ...page, kind: "question" });
});

/**
 * POST /u/{token}: unsubscribes at once, whoever sends it: the page's button or a mail provider's one-click request
 * (RFC 8058). No cookie, login or redirect. 404 for unknown tokens, 429 when one link is called too often.
 */
export const confirmUnsubscribe = httpAction(async (ctx, request) => {
  const token = tokenOf(request);
  const page = await ctx.runQuery(internal.tracking.jobs.unsubscribePage, { token });
  if (page === null) return htmlPage(404, languageAsked(request), { kind: "unknown" });
  try {
    await ctx.runMutation(internal.tracking.jobs.unsubscribe, { token });
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error?.code !== "rate_limited") throw thrown;
    const response = htmlPage(429, page.locale, { kind: "later" });
    response.headers.set("Retry-After", String(Math.ceil((error.retryAfterMs ?? 0) / 1000)));
    return response;
  }
  return htmlPage(200, page.locale, { ...page, kind: "done" });
});

function tokenOf(request: Request): string {
  return new URL(request.url).pathname.split("/").at(-1) ?? "";
}

function languageAsked(request: Request): string {
  return request.headers.get("Accept-Language") ?? "en";
}

function htmlPage(status: number, locale: string, view: UnsubscribeView): Response {
  return new Response(unsubscribeHtml(locale, view), {
    status,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
    },
  });
}
