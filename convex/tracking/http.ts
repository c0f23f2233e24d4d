import { internal } from "../_generated/api";
import { httpAction } from "../lib/functions";
import { htmlResponse, languageAsked, languageInUrl, proofOf, readForm, tokenOf, unlessTooMany } from "./pages/http";
import { UNDO_FIELD, unsubscribeHtml } from "./pages/unsubscribeHtml";

/**
 * GET /u/{token}: asks, and changes nothing: mail scanners open every link (providers.md 7.1). 404 for unknown tokens.
 */
export const showUnsubscribe = httpAction(async (ctx, request) => {
  const token = tokenOf(request);
  const page = await ctx.runQuery(internal.tracking.jobs.unsubscribePage, { token });
  if (page === null) return htmlResponse(404, unsubscribeHtml(languageAsked(request), { kind: "unknown" }));
  const locale = languageInUrl(request) ?? page.locale;
  return htmlResponse(200, unsubscribeHtml(locale, { ...page, token, kind: "question" }));
});

/**
 * POST /u/{token}: unsubscribes at once, whoever sends it: the page's button or a mail provider's one-click request
 * (RFC 8058). No cookie, login or redirect, and whatever the body says, but for our own button that takes it back. 404
 * for unknown tokens, 429 when one link is called too often.
 */
export const confirmUnsubscribe = httpAction(async (ctx, request) => {
  const token = tokenOf(request);
  const page = await ctx.runQuery(internal.tracking.jobs.unsubscribePage, { token });
  if (page === null) return htmlResponse(404, unsubscribeHtml(languageAsked(request), { kind: "unknown" }));
  const locale = languageInUrl(request) ?? page.locale;
  const proof = await proofOf(ctx, request, "/u");
  const isUndo = (await readForm(request)).get(UNDO_FIELD) === "yes";
  const change = async () => {
    if (isUndo) await ctx.runMutation(internal.tracking.jobs.resubscribe, { token, proof });
    else await ctx.runMutation(internal.tracking.jobs.unsubscribe, { token, proof });
    return htmlResponse(200, unsubscribeHtml(locale, { ...page, token, kind: isUndo ? "undone" : "done" }));
  };
  return await unlessTooMany(change, () => unsubscribeHtml(locale, { kind: "later" }));
});
