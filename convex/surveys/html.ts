import type { EmailBrand } from "../../emails/content";
import { customerLanguage } from "../lib/languages";
import { markup, pageDocument, type Html } from "../tracking/pages/frame";
import { scaleOf, type Measure } from "./measures";
import { surveyWords } from "./words";

/** Where the links lead, before the token. */
export const SURVEY_PREFIX = "/s/";
/** The field of the comment; the others are named like their measures. */
export const COMMENT_FIELD = "comment";
/** A page of text; more is cut. */
export const MAX_COMMENT_CHARS = 2_000;

/** The page: the questions, what became of the answer, or why there are none. */
export type SurveyView =
  | Asking
  | { kind: "thanks" | "known" | "expired"; brand: EmailBrand; token: string }
  | { kind: "unknown" }
  | { kind: "later" };

/** The questions; `nothing`: once more, for none was answered. */
type Asking = { kind: "questions" | "nothing"; brand: EmailBrand; measures: readonly Measure[]; token: string };

/** The page as a whole HTML document in the person's language (BCP 47). */
export function surveyHtml(locale: string, view: SurveyView): string {
  const language = customerLanguage(locale);
  const words = surveyWords(locale);
  const { title } = words;
  if (view.kind === "unknown" || view.kind === "later") {
    return pageDocument({ language, title, brand: null, body: markup`<p>${words[view.kind]}</p>` });
  }
  const languages = { path: `${SURVEY_PREFIX}${view.token}`, label: words.languages };
  return pageDocument({ language, title, brand: view.brand, languages, body: bodyOf(locale, view) });
}

function bodyOf(locale: string, view: Exclude<SurveyView, { kind: "unknown" } | { kind: "later" }>): Html {
  const words = surveyWords(locale);
  if ("measures" in view) return questions(locale, view);
  return view.kind === "expired"
    ? markup`<p role="status">${words.expired}</p>`
    : markup`<p class="note" role="status">${words[view.kind]}</p>`;
}

function questions(locale: string, { kind, measures, token }: Asking): Html {
  const words = surveyWords(locale);
  const action = `${SURVEY_PREFIX}${token}?lang=${customerLanguage(locale)}`;
  return markup`${kind === "nothing" && markup`<p class="note warn" role="alert">${words.nothing}</p>`}
<p>${words.intro}</p>
<form method="post" action="${action}">
${measures.map((measure) => questionOf(locale, measure))}
<label class="stacked"><span>${words.comment}</span>
<textarea name="${COMMENT_FIELD}" maxlength="${MAX_COMMENT_CHARS}" rows="4"></textarea></label>
<p class="actions"><button>${words.button}</button></p>
</form>`;
}

function questionOf(locale: string, measure: Measure): Html {
  const words = surveyWords(locale);
  const { low, high } = words.ends[measure];
  const choices = scaleOf(measure).map(
    (value) => markup`<label><input type="radio" name="${measure}" value="${value}"><span>${value}</span></label>
`,
  );
  return markup`<fieldset class="scale"><legend>${words.questions[measure]}</legend>
<p>${low} – ${high}</p>
<div class="choices">${choices}</div>
</fieldset>
`;
}
