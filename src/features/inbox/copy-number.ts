/** Pressed again within this time, the next form is copied. */
export const COPY_AGAIN_MS = 2_000;

/** What is copied by pressing the key once, twice, three times: number, number and title, link (product.md A-83). */
const COPY_FORMS = ["number", "title", "link"] as const;
export type CopyForm = (typeof COPY_FORMS)[number];

/** The form that a press copies: the one after the last where that was a moment ago, else the first. */
export function nextForm(last: { form: CopyForm; at: number } | null, now: number): CopyForm {
  if (last === null || now - last.at > COPY_AGAIN_MS) return "number";
  return COPY_FORMS[(COPY_FORMS.indexOf(last.form) + 1) % COPY_FORMS.length] ?? "number";
}

/** The text of a form. A conversation without a subject is called by its customer. */
export function copyText(
  form: CopyForm,
  { number, subject, name, url }: { number: number; subject: string; name: string; url: string },
): string {
  if (form === "link") return url;
  return form === "number" ? `#${number}` : `#${number} ${subject === "" ? name : subject}`;
}
