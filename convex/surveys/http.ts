import { internal } from "../_generated/api";
import { httpAction } from "../lib/functions";
import { htmlResponse, languageAsked, languageInUrl, readForm, tokenOf, unlessTooMany } from "../tracking/pages/http";
import { COMMENT_FIELD, MAX_COMMENT_CHARS, surveyHtml, type SurveyView } from "./html";
import { MEASURES, type Ratings } from "./measures";

/** GET /s/{token}: the questions. Changes nothing, for scanners open every link. 404 unknown, 410 expired. */
export const showSurvey = httpAction(async (ctx, request) => {
  const token = tokenOf(request);
  const page = await ctx.runQuery(internal.surveys.jobs.page, { token });
  if (page === null) return htmlResponse(404, surveyHtml(languageAsked(request), { kind: "unknown" }));
  const locale = languageInUrl(request) ?? page.locale;
  const { brand, measures, state } = page;
  if (state === "open") return htmlResponse(200, surveyHtml(locale, { kind: "questions", brand, measures, token }));
  const kind = state === "answered" ? "known" : "expired";
  return htmlResponse(kind === "expired" ? 410 : 200, surveyHtml(locale, { kind, brand, token }));
});

/** POST /s/{token}: the answer. Once; a second one is thanked for and changes nothing. 422 without any rating. */
export const answerSurvey = httpAction(async (ctx, request) => {
  const token = tokenOf(request);
  const page = await ctx.runQuery(internal.surveys.jobs.page, { token });
  if (page === null) return htmlResponse(404, surveyHtml(languageAsked(request), { kind: "unknown" }));
  const locale = languageInUrl(request) ?? page.locale;
  const { brand, measures } = page;
  const form = await readForm(request);
  const comment = (form.get(COMMENT_FIELD) ?? "").slice(0, MAX_COMMENT_CHARS);
  const record = async () => {
    const ratings = ratingsIn(form);
    const outcome = await ctx.runMutation(internal.surveys.jobs.answer, { token, ratings, comment });
    if (outcome === null) return htmlResponse(404, surveyHtml(locale, { kind: "unknown" }));
    const view: SurveyView =
      outcome === "nothing"
        ? { kind: "nothing", brand, measures, token }
        : { kind: outcome === "answered" ? "thanks" : outcome, brand, token };
    return htmlResponse(STATUS[outcome], surveyHtml(locale, view));
  };
  return await unlessTooMany(record, () => surveyHtml(locale, { kind: "later" }));
});

const STATUS = { answered: 200, known: 200, expired: 410, nothing: 422 } as const;

function ratingsIn(form: URLSearchParams): Ratings {
  return Object.fromEntries(
    MEASURES.flatMap((measure) => {
      const text = form.get(measure) ?? "";
      return /^\d{1,2}$/.test(text) ? [[measure, Number(text)]] : [];
    }),
  );
}
