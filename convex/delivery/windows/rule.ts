import { templateValue } from "../providers/templateValues";
import type { WhatsAppTemplate } from "../providers/types";

// Free text or template on WhatsApp (providers.md 13.4). Pure.

const HOUR_MS = 3_600_000;
const WINDOW_MS = 24 * HOUR_MS;

/** A message that leaves now arrives a little later; Meta counts by its own clock. */
const SAFETY_MS = 60_000;

/** Until when (UTC ms) anything may be sent to a person who wrote at `lastInboundAt`. */
export function windowExpiresAt(lastInboundAt: number): number {
  return lastInboundAt + WINDOW_MS - SAFETY_MS;
}

/** A template as it is registered and approved at the account in question. */
export type ApprovedTemplate = {
  name: string;
  language: string;
  providerTemplateId?: string;
  /** Names of the variables behind {{1}}, {{2}} … */
  placeholders: readonly string[];
};

export type WhatsAppFacts = {
  now: number;
  /** When the person last wrote to this account, UTC ms; null: never. */
  lastInboundAt: number | null;
  /** BCP 47, the person's. */
  locale: string;
  /** Approved registrations of the message's template at this account; empty for a finished text. */
  templates: readonly ApprovedTemplate[];
  /** The message's values, fallbacks of its variables included. */
  values: Record<string, string>;
};

/** In which form a message may leave. `closed` says why it may not: the router goes on to the next channel. */
export type WhatsAppForm =
  | { kind: "free_text"; windowUntil: number }
  | { kind: "template"; template: WhatsAppTemplate }
  | { kind: "closed"; reason: "window_closed" | "no_approved_template" | "missing_value"; detail: string };

/**
 * Decides at send time: inside the window the text goes as it is; outside only a template that is approved at this
 * account, in the person's language if there is one, with a value for every placeholder.
 */
export function whatsappForm({ now, lastInboundAt, locale, templates, values }: WhatsAppFacts): WhatsAppForm {
  const windowUntil = lastInboundAt === null ? null : windowExpiresAt(lastInboundAt);
  if (windowUntil !== null && now < windowUntil) return { kind: "free_text", windowUntil };
  const [template] = [...templates].sort(
    (a, b) => languageDistance(a.language, locale) - languageDistance(b.language, locale),
  );
  if (template === undefined) return closed(lastInboundAt, templates);
  const { placeholders, ...named } = template;
  const missing = placeholders.find((name) => (values[name] ?? "").trim() === "");
  if (missing !== undefined) {
    return { kind: "closed", reason: "missing_value", detail: `no value for {{${missing}}} of ${template.name}` };
  }
  const bodyValues = placeholders.map((name) => templateValue(values[name] ?? ""));
  return { kind: "template", template: { ...named, bodyValues } };
}

function closed(lastInboundAt: number | null, templates: readonly ApprovedTemplate[]): WhatsAppForm {
  const reason = templates.length === 0 && lastInboundAt !== null ? "window_closed" : "no_approved_template";
  const detail = lastInboundAt === null ? "the person never wrote here" : "the person wrote more than 24 hours ago";
  return { kind: "closed", reason, detail };
}

/**
 * How far a registered language is from the wanted one. 0: the very language; 1: the same without region on one side; 2:
 * another region of it; 3: another language.
 */
export function languageDistance(registered: string, locale: string): number {
  const [language = "", region] = registered.toLowerCase().split(/[_-]/);
  const [wanted = "", wantedRegion] = locale.toLowerCase().split(/[_-]/);
  if (language !== wanted) return 3;
  if (region === wantedRegion) return 0;
  return region === undefined || wantedRegion === undefined ? 1 : 2;
}
