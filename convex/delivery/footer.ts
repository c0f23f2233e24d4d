import { frameWords } from "../../emails/words";
import { isAdvertising } from "../contacts/consentRules";
import type { Purpose } from "../lib/closedSets";
import { customerLanguage, type CustomerLanguage } from "../lib/languages";
import type { Rendered } from "./schema";

// The way out that the law wants in every advertising message (§ 7(3) UWG no. 4, CAN-SPAM), where no template sets it.

/** How to end texts; characters of GSM-7 only. */
const STOP_HINTS: Record<CustomerLanguage, string> = {
  de: "Abmelden: STOPP",
  en: "Opt out: STOP",
  nl: "Afmelden: STOP",
};

/** A text message with how to end such messages, unless it says so itself. Other purposes are left as they are. */
export function withStopHint(text: string, purpose: Purpose, locale: string): string {
  if (!isAdvertising(purpose) || /\bstopp?\b/i.test(text)) return text;
  return `${text}\n${STOP_HINTS[customerLanguage(locale)]}`;
}

/** A finished mail with the sender's address and the way out below it, in its text and in its HTML. */
export function withMailFooter(
  mail: Rendered,
  { unsubscribeUrl, imprint, locale }: { unsubscribeUrl: string; imprint: readonly string[]; locale: string },
): Rendered {
  const { unsubscribe, preferences } = frameWords(locale);
  const preferencesUrl = preferencesUrlOf(unsubscribeUrl);
  const lines = [...imprint, `${unsubscribe}: ${unsubscribeUrl}`, `${preferences}: ${preferencesUrl}`];
  const text = `${mail.text}\n\n-- \n${lines.join("\n")}`;
  if (mail.html === undefined) return { ...mail, text };
  const links = `<a href="${unsubscribeUrl}">${unsubscribe}</a> · <a href="${preferencesUrl}">${preferences}</a>`;
  const footer = `<p style="font-size:12px;color:#5b6570">${[...imprint.map(escaped), links].join("<br>")}</p>`;
  const end = /<\/body>/i;
  const html = end.test(mail.html) ? mail.html.replace(end, `${footer}</body>`) : mail.html + footer;
  return { ...mail, text, html };
}

/** The preference page behind the same token as an unsubscribe link. */
export function preferencesUrlOf(unsubscribeUrl: string): string {
  return unsubscribeUrl.replace("/u/", "/p/");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
