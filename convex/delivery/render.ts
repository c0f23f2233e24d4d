"use node";

import { paragraphsOf } from "../../emails/content";
import { renderEmail } from "../../emails/render";
import { convert as htmlToText } from "html-to-text";
import type { EmailBlock } from "../templates/documents/blocks";
import { fillDocument } from "../templates/documents/fill";
import { readDocument } from "../templates/documents/read";
import { textOfBlocks } from "../templates/documents/text";
import { fillLine, fillVariables } from "../templates/variables";
import { shortened, shortText, simplified } from "./content";
import { requireEnv } from "../lib/env";
import { wantsUnsubscribe } from "./headers";
import type { Outgoing, Sample } from "./model/outgoing";
import { preferencesUrlOf, withMailFooter, withStopHint } from "./footer";
import type { Carried } from "./nodeJobs/carrier";
import type { MessageContent, Rendered } from "./schema";

type Renderable = Pick<Carried, "org" | "template" | "links"> & {
  outgoing: Pick<Outgoing, "channel" | "isSimplified" | "sourceKind" | "signature" | "locale" | "purpose"> & {
    content: Exclude<MessageContent, { kind: "template" }> | { kind: "template"; values: Record<string, string> };
  };
};

/** A sample as it would be sent. The ways out that marketing needs are there, but lead nowhere. */
export async function renderSample({ channel, purpose, locale, values, org, template }: Sample): Promise<Rendered> {
  const content = { kind: "template", values } as const;
  const outgoing = { channel, purpose, locale, content, sourceKind: "sequence", isSimplified: false } as const;
  const links = wantsUnsubscribe(outgoing) ? { url: `${requireEnv("CONVEX_SITE_URL")}/u/preview` } : undefined;
  return await renderMessage({ outgoing, org, template, links });
}

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
  const blocks = documentBlocks(message) ?? undefined;
  const text = blocks === undefined ? paragraphsOf(fillVariables(body, values, variables)) : textOfBlocks(blocks);
  const brand = message.template?.brand ?? message.org.brand;
  const facts = factsOf(values, locale);
  const unsubscribeUrl = message.links?.url;
  const preferencesUrl = unsubscribeUrl === undefined ? undefined : preferencesUrlOf(unsubscribeUrl);
  const said = { subject, paragraphs: text, facts, ...(blocks === undefined ? {} : { blocks }) };
  const set = await renderEmail({ layout, brand, locale, ...said, unsubscribeUrl, preferencesUrl });
  return { subject, ...set };
}

function templateText(message: Renderable): string {
  const template = requireTemplateText(message);
  const blocks = template.shortBody === undefined ? documentBlocks(message) : null;
  return blocks === null ? shortText(template, valuesOf(message)) : simplified(textOfBlocks(blocks).join("\n\n"));
}

/** The document with the person's values; null for a template without one. Throws for a draft's that cannot be read. */
function documentBlocks(message: Renderable): EmailBlock[] | null {
  const { document, images = {}, variables } = requireTemplateText(message);
  if (document === undefined) return null;
  const read = readDocument(document);
  if (!read.ok) throw new Error(read.problem);
  return fillDocument(read.blocks, valuesOf(message), { images, variables });
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
