"use node";

import { paragraphsOf } from "../../emails/content";
import { renderEmail } from "../../emails/render";
import { convert as htmlToText } from "html-to-text";
import { fillLine, fillVariables } from "../templates/variables";
import { shortened, shortText, simplified } from "./content";
import { preferencesUrlOf, withMailFooter, withStopHint } from "./footer";
import type { Carried } from "./nodeJobs/carrier";
import type { Rendered } from "./schema";

type Renderable = Pick<Carried, "outgoing" | "org" | "template" | "links">;

/**
 * The message as its channel wants it (product.md C-06): e-mail set by react-email as HTML and text, everything else as
 * short plain text. Finished HTML goes out as it was written. Simplified content is the text alone. Needs Node. Throws
 * when a template is missing.
 */
export async function renderMessage(message: Renderable): Promise<Rendered> {
  const { channel, isSimplified } = message.outgoing;
  if (channel !== "email") return { text: plainText(message) };
  const { subject, text, html } = await renderMail(message);
  return isSimplified ? { subject, text: text === "" ? htmlToText(html ?? "") : text } : { subject, text, html };
}

async function renderMail(message: Renderable): Promise<Rendered> {
  const { outgoing, org } = message;
  const { content, sourceKind, signature } = outgoing;
  if (content.kind === "template") return await templateEmail(message);
  const { subject, text, html } = content;
  const locale = outgoing.locale ?? org.locale;
  if (html !== undefined || sourceKind !== "agent") {
    if (message.links === undefined) return { subject, text, html };
    const { imprint } = org.brand;
    return withMailFooter({ subject, text, html }, { unsubscribeUrl: message.links.url, imprint, locale });
  }
  const reply = { brand: org.brand, locale, subject: subject ?? "", paragraphs: paragraphsOf(text), signature };
  return { subject, ...(await renderEmail({ layout: "agent_reply", ...reply })) };
}

/** What a channel without layout gets: the short form of a template, finished text as it is, HTML as text. */
function plainText(message: Renderable): string {
  const { outgoing, org } = message;
  const { channel, content } = outgoing;
  const locale = outgoing.locale ?? org.locale;
  const text = content.kind === "template" ? templateText(message) : content.text;
  const known = text === "" && content.kind === "finished" ? htmlToText(content.html ?? "") : text;
  const tidy = simplified(known);
  const hinted = withStopHint(tidy, outgoing.purpose, locale);
  if (channel !== "sms") return hinted;
  return shortened(tidy, org.channelSettings.sms.maxSegments, hinted.slice(tidy.length));
}

async function templateEmail(message: Renderable): Promise<Rendered> {
  const { layout, subject: subjectText, body, variables, locale } = requireTemplateText(message);
  const values = valuesOf(message);
  const subject = fillLine(subjectText, values, variables);
  const paragraphs = paragraphsOf(fillVariables(body, values, variables));
  const { brand } = message.org;
  const facts = factsOf(values, locale);
  const unsubscribeUrl = message.links?.url;
  const preferencesUrl = unsubscribeUrl === undefined ? undefined : preferencesUrlOf(unsubscribeUrl);
  const set = await renderEmail({ layout, brand, locale, subject, paragraphs, facts, unsubscribeUrl, preferencesUrl });
  return { subject, ...set };
}

function templateText(message: Renderable): string {
  return shortText(requireTemplateText(message), valuesOf(message));
}

function requireTemplateText({ template }: Renderable) {
  if (template === null) throw new Error("The message has no template to be set by.");
  return template;
}

function valuesOf({ outgoing }: Renderable): Record<string, string> {
  return outgoing.content.kind === "template" ? outgoing.content.values : {};
}

const FACT_LABELS: Record<string, Record<"what" | "when" | "where" | "reference", string>> = {
  de: { what: "Termin", when: "Beginn", where: "Ort", reference: "Buchungsnummer" },
  nl: { what: "Afspraak", when: "Begin", where: "Plaats", reference: "Boekingsnummer" },
  en: { what: "Event", when: "Starts", where: "Place", reference: "Booking reference" },
};

/** The booking at a glance, from the values every journey has; what is not known is left out. */
export function factsOf(values: Record<string, string>, locale: string): { label: string; value: string }[] {
  const labels = FACT_LABELS[locale.slice(0, 2).toLowerCase()] ?? FACT_LABELS.en;
  const facts = [
    { label: labels?.what ?? "", value: values.eventName },
    { label: labels?.when ?? "", value: [values.eventDate, values.eventTime].filter(Boolean).join(", ") },
    { label: labels?.where ?? "", value: values.location },
    { label: labels?.reference ?? "", value: values.bookingReference },
  ];
  return facts.flatMap(({ label, value }) => (value ? [{ label, value }] : []));
}
