import { internal } from "../../_generated/api";
import type { ActionCtx } from "../../_generated/server";
import { httpAction } from "../../lib/functions";
import { htmlResponse, languageAsked, languageInUrl, proofOf, readForm, tokenOf, unlessTooMany } from "../pages/http";
import { FIELDS, readChoices } from "./form";
import { preferenceHtml } from "./html";
import type { Saved } from "./model";

/** GET /p/{token}: what a person has chosen so far. Changes nothing. 404 for unknown tokens. */
export const showPreferences = httpAction(async (ctx, request) => await answer(ctx, request, null));

/**
 * POST /p/{token}: the form, or its button that ends everything. The unguessable token in the address is the proof that
 * the form is the person's own: there is no cookie that another site could ride on.
 */
export const savePreferences = httpAction(async (ctx, request) => {
  const token = tokenOf(request);
  const form = await readForm(request);
  const proof = await proofOf(ctx, request, "/p");
  const change = async () => {
    const saved =
      form.get(FIELDS.all) === "end"
        ? await ctx.runMutation(internal.tracking.preferences.jobs.endAll, { token, proof })
        : await ctx.runMutation(internal.tracking.preferences.jobs.save, { token, choices: readChoices(form), proof });
    return await answer(ctx, request, saved);
  };
  const language = languageInUrl(request) ?? languageAsked(request);
  return await unlessTooMany(change, () => preferenceHtml(language, { kind: "later" }));
});

async function answer(ctx: ActionCtx, request: Request, saved: Saved | null): Promise<Response> {
  const token = tokenOf(request);
  const page = await ctx.runQuery(internal.tracking.preferences.jobs.page, { token });
  if (page === null) return htmlResponse(404, preferenceHtml(languageAsked(request), { kind: "unknown" }));
  const locale = languageInUrl(request) ?? page.locale;
  return htmlResponse(200, preferenceHtml(locale, { kind: "page", page, token, saved }));
}
