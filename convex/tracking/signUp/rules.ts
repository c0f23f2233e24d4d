import { ADDRESS_CHANNELS, type AddressChannel } from "../../contacts/schema";
import { CHANNEL_NAMES } from "../../contacts/wordings/defaults";
import type { CustomerLanguage } from "../../lib/languages";

// What a sign-up form may be and what it may be sent. Pure.

/** Where forms are posted to, before the key. */
export const SIGN_UP_PREFIX = "/signup/";

/** Names of the fields of a form. The trap has a name that machines like to fill; people never see it. */
export const SIGN_UP_FIELDS = {
  name: "name",
  email: "email",
  phone: "phone",
  agreed: "consent",
  wording: "wording",
  trap: "website",
} as const;

/** Longer than any name, address or number of a person. */
export const MAX_FIELD_CHARS = 320;

/** A filled form is a few hundred bytes. */
export const MAX_BODY_BYTES = 16 * 1024;

/**
 * The origin of a web address as browsers send it, or null for what is none. Without TLS only this machine counts: what
 * people type into a form is not for everybody on the way.
 */
export function originOf(text: string): string | null {
  if (!URL.canParse(text.trim())) return null;
  const { protocol, hostname, origin } = new URL(text.trim());
  const isLocal = hostname === "localhost" || hostname === "127.0.0.1";
  return protocol === "https:" || (protocol === "http:" && isLocal) ? origin : null;
}

/** What is wrong with where a form sends people: null for an address on one of its own pages. */
export function redirectProblem(
  redirectUrl: string,
  origins: readonly string[],
): "not_an_address" | "elsewhere" | null {
  const origin = originOf(redirectUrl);
  if (origin === null) return "not_an_address";
  return origins.includes(origin) ? null : "elsewhere";
}

/** True for channels a form may ask for together: SMS and WhatsApp would bring two questions to one number. */
export function areChannelsFit(channels: readonly AddressChannel[]): boolean {
  return channels.length > 0 && !(channels.includes("sms") && channels.includes("whatsapp"));
}

/** Which fields for addresses a form has. */
export function addressFields(channels: readonly AddressChannel[]): ("email" | "phone")[] {
  const fields: ("email" | "phone")[] = [];
  if (channels.includes("email")) fields.push("email");
  if (channels.some((channel) => channel !== "email")) fields.push("phone");
  return fields;
}

/** "E-Mail, SMS": what stands for {channel} in the words of a form. */
export function channelsInWords(channels: readonly AddressChannel[], language: CustomerLanguage): string {
  return ADDRESS_CHANNELS.filter((channel) => channels.includes(channel))
    .map((channel) => CHANNEL_NAMES[language][channel])
    .join(", ");
}

/** What somebody filled in. Addresses as written. */
export type Submission = { name?: string; email?: string; phone?: string; wording?: number };

/** A filled form as read: what it says, a machine in the trap, or the first field that is wrong. */
export type ReadSubmission =
  | { kind: "filled"; submission: Submission }
  | { kind: "trapped" }
  | { kind: "invalid"; field: string; message: string };

/** Reads a filled form, JSON or fields; what a page sends besides is left out. Only a ticked box is a yes. */
export function readSubmission(fields: Readonly<Record<string, unknown>>): ReadSubmission {
  const { name, email, phone, agreed, wording, trap } = SIGN_UP_FIELDS;
  const texts: Record<string, string> = {};
  for (const field of [name, email, phone, trap]) {
    const value = fields[field] ?? "";
    if (typeof value !== "string") return { kind: "invalid", field, message: "This is text." };
    if (value.length > MAX_FIELD_CHARS) {
      return { kind: "invalid", field, message: `At most ${MAX_FIELD_CHARS} characters.` };
    }
    texts[field] = value.trim();
  }
  if (texts[trap] !== "") return { kind: "trapped" };
  if (!isYes(fields[agreed])) {
    return { kind: "invalid", field: agreed, message: "Without agreement there is nothing to confirm." };
  }
  const version = versionOf(fields[wording]);
  if (version === null) return { kind: "invalid", field: wording, message: "This is the number of a version." };
  const kept = (text: string | undefined) => (text === "" ? undefined : text);
  const submission = { name: kept(texts[name]), email: kept(texts[email]), phone: kept(texts[phone]) };
  return { kind: "filled", submission: { ...submission, wording: version } };
}

function isYes(value: unknown): boolean {
  return value === true || (typeof value === "string" && ["yes", "true", "on", "1"].includes(value.toLowerCase()));
}

// Undefined: not said, the newest counts. Null: not a version.
function versionOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const version = typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : value;
  return typeof version === "number" && Number.isInteger(version) && version > 0 ? version : null;
}

/**
 * Whom a limit counts: an IPv4 address, or the network of an IPv6 one (/64: a single line can change the rest at will).
 */
export function callerOf(ip: string | undefined): string {
  if (ip === undefined) return "unknown";
  const bare = ip.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
  if (!bare.includes(":")) return bare;
  const [head = "", tail] = bare.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
