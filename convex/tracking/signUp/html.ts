import type { EmailBrand } from "../../../emails/content";
import { markup, pageDocument, type Html } from "../pages/frame";
import type { CustomerLanguage } from "../../lib/languages";
import { SIGN_UP_FIELDS } from "./rules";
import { SIGN_UP_WORDS } from "./words";

/** What is needed to show a form. */
export type FormView = {
  /** Where it is posted to. */
  url: string;
  language: CustomerLanguage;
  fields: readonly ("email" | "phone")[];
  wording: string;
  wordingVersion: number;
};

const FAR_AWAY = "position:absolute;left:-9999px";

/** The form itself: on our page and in the HTML to copy. */
function formOf({ url, language, fields, wording, wordingVersion }: FormView): Html {
  const words = SIGN_UP_WORDS[language];
  const { name, agreed, wording: version, trap } = SIGN_UP_FIELDS;
  const isOnly = fields.length === 1;
  const types = { email: "email", phone: "tel" } as const;
  const inputs = fields.map(
    (field) => markup`  <p><label class="stacked"><span>${words[field]}</span>
    <input type="${types[field]}" name="${field}" autocomplete="${types[field]}"${isOnly && markup` required`}></label></p>
`,
  );
  return markup`<form method="post" action="${url}" accept-charset="utf-8">
  <p><label class="stacked"><span>${words.name}</span>
    <input type="text" name="${name}" autocomplete="name"></label></p>
${inputs}${!isOnly && markup`  <p><small>${words.either}</small></p>\n`}  <p style="${FAR_AWAY}" aria-hidden="true"><label>${words.trap}
    <input type="text" name="${trap}" tabindex="-1" autocomplete="off"></label></p>
  <p><label><input type="checkbox" name="${agreed}" value="yes" required>
    <span>${wording}</span></label></p>
  <input type="hidden" name="${version}" value="${wordingVersion}">
  <p><button type="submit">${words.button}</button></p>
</form>`;
}

/** The form as HTML for somebody's own page. */
export function snippetOf(view: FormView): string {
  return `${formOf(view).html}\n`;
}

/** A sentence about a form, and the form where there is one to fill in (again). */
export type SignUpPage = {
  brand: EmailBrand | null;
  language: CustomerLanguage;
  title: "title" | "thanksTitle" | "problemTitle";
  note?: { text: string; isProblem: boolean };
  form?: FormView;
};

/** The page as a whole document. */
export function signUpHtml({ brand, language, title, note, form }: SignUpPage): string {
  const tone = note?.isProblem === true ? "note warn" : "note";
  const role = note?.isProblem === true ? "alert" : "status";
  const said = note !== undefined && markup`<p class="${tone}" role="${role}">${note.text}</p>`;
  const body = markup`${said}${form !== undefined && formOf(form)}`;
  return pageDocument({ language, title: SIGN_UP_WORDS[language][title], brand, body });
}
