import { internal } from "../../_generated/api";
import { httpAction } from "../../lib/functions";
import { htmlResponse, languageAsked, languageInUrl, proofOf, tokenOf, unlessTooMany } from "../pages/http";
import { optInHtml } from "./html";

/** GET /c/{token}: shows what would be agreed to, and changes nothing: mail scanners open every link. */
export const showOptIn = httpAction(async (ctx, request) => {
  const token = tokenOf(request);
  const page = await ctx.runQuery(internal.tracking.optIn.jobs.page, { token });
  if (page === null) return htmlResponse(404, optInHtml(languageAsked(request), { kind: "unknown" }));
  const locale = languageInUrl(request) ?? page.locale;
  const status = page.state === "expired" ? 410 : 200;
  return htmlResponse(status, optInHtml(locale, { ...page, kind: page.state, token }));
});

/** POST /c/{token}: the confirmation. Once; a second press says the same. 410 once the link has expired. */
export const confirmOptIn = httpAction(async (ctx, request) => {
  const token = tokenOf(request);
  const page = await ctx.runQuery(internal.tracking.optIn.jobs.page, { token });
  if (page === null) return htmlResponse(404, optInHtml(languageAsked(request), { kind: "unknown" }));
  const locale = languageInUrl(request) ?? page.locale;
  const proof = await proofOf(ctx, request, "/c");
  const change = async () => {
    const outcome = await ctx.runMutation(internal.tracking.optIn.jobs.confirm, { token, proof });
    const kind = outcome === "expired" ? "expired" : "confirmed";
    return htmlResponse(kind === "expired" ? 410 : 200, optInHtml(locale, { ...page, kind, token }));
  };
  return await unlessTooMany(change, () => optInHtml(locale, { kind: "later" }));
});
