"use node";

import { paragraphsOf } from "../../emails/content";
import { renderEmail } from "../../emails/render";
import { fillLine, fillVariables } from "../templates/variables";
import { shortText, simplified } from "./content";
import { preferencesUrlOf, withMailFooter, withStopHint } from "./footer";
import type { Outgoing } from "./model/outgoing";
import type { Rendered } from "./schema";

type Renderable = Pick<
  Outgoing,
  "channel" | "content" | "template" | "brand" | "locale" | "purpose" | "sourceKind" | "signature"
>;

/**
 * The message as its channel wants it (product.md C-06): e-mail set by react-email as HTML and text, everything else as
 * short plain text. Finished HTML goes out as it was written. Needs Node. Throws when a template is missing.
 */
export async function renderMessage(message: Renderable, unsubscribeUrl: string | undefined): Promise<Rendered> {
  const { channel, content } = message;
  if (content.kind === "template") {
    if (channel === "email") return await templateEmail(message, unsubscribeUrl);
    return { text: withStopHint(templateText(message), message.purpose, message.locale) };
  }
  const { subject, text, html } = content;
  if (channel !== "email") return { text: withStopHint(simplified(text), message.purpose, message.locale) };
  if (html !== undefined || message.sourceKind !== "agent") {
    if (unsubscribeUrl === undefined) return { subject, text, html };
    const { imprint } = message.brand;
    return withMailFooter({ subject, text, html }, { unsubscribeUrl, imprint, locale: message.locale });
  }
  const { brand, locale, signature } = message;
  const reply = { brand, locale, subject: subject ?? "", paragraphs: paragraphsOf(text), signature };
  return { subject, ...(await renderEmail({ layout: "agent_reply", ...reply })) };
}

async function templateEmail(message: Renderable, unsubscribeUrl: string | undefined): Promise<Rendered> {
  const { layout, subject: subjectText, body, variables, locale } = requireTemplateText(message);
  const values = valuesOf(message);
  const subject = fillLine(subjectText, values, variables);
  const paragraphs = paragraphsOf(fillVariables(body, values, variables));
  const { brand } = message;
  const facts = factsOf(values, locale);
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

function valuesOf({ content }: Renderable): Record<string, string> {
  return content.kind === "template" ? content.values : {};
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
