import type { ConsentState, LegalBasis, Proof } from "../../contacts/consents/schema";
import type { AddressChannel } from "../../contacts/schema";
import type { SuppressionReason } from "../../contacts/suppressions/schema";
import type { WordingKey } from "../../contacts/wordings/defaults";
import type { Purpose } from "../../lib/closedSets";
import type { SignUpSettings } from "../../tracking/signUp/schema";
import type { ContactKey } from "./people";

// What the invented customers said about being written to.

export type DemoConsent = {
  person: ContactKey;
  daysAgo: number;
  channel: AddressChannel;
  purpose: Purpose;
  topic?: string;
  state: ConsentState;
  basis?: LegalBasis;
  /** Occasion of the words that were shown. */
  key: WordingKey;
  words?: string;
  source: string;
  proof?: Proof;
  reason?: string;
  untilDays?: number;
  everyDays?: number;
};

/** The form on the school's website. */
export const SIGN_UP_FORM: { settings: SignUpSettings; wording: string } = {
  settings: {
    name: "Newsletter auf der Website",
    language: "de",
    topic: "news",
    channels: ["email"],
    origins: ["https://haff-segeln.example"],
    thanks: "Danke! Bitte bestätigen Sie noch den Link in der E-Mail, die gerade kommt. Bis bald auf dem Haff!",
    isOn: true,
  },
  wording:
    "Ja, {org} darf mir per {channel} Nachrichten zum Thema „{topic}“ schicken. Ich kann das jederzeit widerrufen.",
};

// Addresses of RFC 5737: documentation only.
const FORM: Proof = {
  ip: "198.51.100.23",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/132.0",
  url: "https://haff-segeln.example/newsletter",
};

const NEWS = { channel: "email", purpose: "marketing", topic: "news" } as const;
const SIGN_UP = { ...NEWS, key: "double_opt_in", source: "form:newsletter" } as const;

export const CONSENTS: readonly DemoConsent[] = [
  { person: "anna", daysAgo: 90, ...SIGN_UP, state: "pending", proof: FORM },
  { person: "anna", daysAgo: 89.9, ...SIGN_UP, source: "double-opt-in", state: "granted", proof: FORM },
  { person: "mehmet", daysAgo: 60, ...SIGN_UP, source: "double-opt-in", state: "granted", proof: FORM },
  {
    person: "mehmet",
    daysAgo: 6,
    ...NEWS,
    topic: undefined,
    key: "preference_pause",
    source: "preference-page",
    state: "paused",
    untilDays: 80,
  },
  { person: "sophie", daysAgo: 45, ...SIGN_UP, source: "double-opt-in", state: "granted", proof: FORM },
  {
    person: "sophie",
    daysAgo: 3,
    ...NEWS,
    key: "unsubscribe_page",
    source: "unsubscribe-link",
    state: "withdrawn",
    proof: { ip: "203.0.113.41", userAgent: "Apple Mail" },
  },
  {
    person: "karl",
    daysAgo: 30,
    ...NEWS,
    key: "agent_record",
    source: "agent",
    state: "granted",
    basis: "existing_customer",
    proof: { evidence: "Rechnung 2026-0418" },
    reason: "Kursteilnehmer im April, auf ähnliche Angebote hingewiesen",
  },
  {
    person: "paul",
    daysAgo: 12,
    channel: "sms",
    purpose: "marketing",
    key: "opt_out_word",
    words: "STOPP",
    source: "message:demo",
    state: "withdrawn",
  },
  {
    person: "heike",
    daysAgo: 20,
    channel: "email",
    purpose: "review",
    topic: "reviews",
    key: "preference_yes",
    source: "preference-page",
    state: "granted",
  },
];

export const SUPPRESSIONS: readonly {
  channel: AddressChannel;
  address: string;
  purpose?: Purpose;
  topic?: string;
  reason: SuppressionReason;
  source: string;
  note?: string;
  daysAgo: number;
}[] = [
  { channel: "email", address: "h.vogt@unbekannt.example", reason: "hard_bounce", source: "provider", daysAgo: 9 },
  {
    channel: "email",
    address: "sophie.brandt@example.org",
    purpose: "marketing",
    topic: "news",
    reason: "unsubscribed",
    source: "unsubscribe-link",
    daysAgo: 3,
  },
  { channel: "sms", address: "+491713920007", reason: "opt_out_word", source: "message:demo", daysAgo: 12 },
  {
    channel: "email",
    address: "rolf.eggers@example.org",
    purpose: "marketing",
    reason: "complaint",
    source: "provider",
    daysAgo: 16,
  },
  { channel: "email", address: "voll@postfach.example", reason: "soft_bounces", source: "provider", daysAgo: 2 },
  {
    channel: "email",
    address: "presse@example.net",
    reason: "manual",
    source: "member",
    note: "Möchte nur per Post hören",
    daysAgo: 40,
  },
  {
    channel: "whatsapp",
    address: "+491713920019",
    purpose: "marketing",
    reason: "revocation",
    source: "message:demo",
    note: "„Bitte erst mal nichts mehr“",
    daysAgo: 1,
  },
];
