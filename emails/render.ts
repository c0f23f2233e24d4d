import { createElement } from "react";
import { render } from "react-email";
import type { EmailLayout } from "../convex/templates/schema";
import { safeUrl, type EmailContent } from "./content";
import { EMAIL_COMPONENTS } from "./registry";
import { frameWords } from "./words";

/** A mail's content and the layout it is set in. */
export type EmailToRender = EmailContent & { layout: EmailLayout };

/**
 * Sets a mail: an HTML document with everything inline, and the same as plain text. The content is plain text and is
 * escaped here. Needs Node (react-email renders with React's server renderer): call it from a `"use node"` action.
 */
export async function renderEmail({ layout, ...content }: EmailToRender): Promise<{ html: string; text: string }> {
  const html = await render(createElement(EMAIL_COMPONENTS[layout], content));
  return { html, text: textOf(layout, content) };
}

// Written from the content rather than from the HTML: no layout table leaves its traces in it.
function textOf(layout: EmailLayout, content: EmailContent): string {
  const { brand, paragraphs, facts = [], action, signature, quote, unsubscribeUrl } = content;
  const words = frameWords(content.locale);
  const hasFacts = layout === "booking_confirmation" || layout === "reminder";
  const actionUrl = safeUrl(action?.url);
  const unsubscribe = safeUrl(unsubscribeUrl);
  const isReply = layout === "agent_reply";
  const blocks = [
    ...paragraphs,
    hasFacts ? facts.map(({ label, value }) => `${label}: ${value}`).join("\n") : "",
    !isReply && action !== undefined && actionUrl !== null ? `${action.label}:\n${actionUrl}` : "",
    isReply && signature ? signature : "",
    isReply && quote ? `${words.wrote(quote.author)}\n${quote.text.replace(/^/gm, "> ")}` : "",
    ["-- ", ...(brand.imprint[0]?.includes(brand.name) ? [] : [brand.name]), ...brand.imprint].join("\n"),
    words.reason(brand.name) + (unsubscribe === null ? "" : `\n${words.unsubscribe}: ${unsubscribe}`),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}
