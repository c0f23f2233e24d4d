import type { Channel } from "../lib/closedSets";
import { CATALOGUE, type ProviderField } from "./catalogue";
import type { Provider } from "./schema";

/** Public settings of a provider account, by field name. */
export type Settings = Record<string, string | number | boolean>;

/** What is wrong with an account's form; `field` is the path in the arguments. */
export type AccountProblem = { field: string; message: string };

const MAX_VALUE_CHARS = 2_000;
/** A private key in PEM has some 1,700 characters. */
const MAX_SECRET_CHARS = 8_000;

/** Settings every account may have besides its own: what the router and recovery look at. */
const COMMON_FIELDS: readonly ProviderField[] = [
  { name: "resendAfterLostAnswer", kind: "boolean", isSecret: false, isRequired: false },
];

type AccountForm = {
  provider: Provider;
  channel: Channel;
  settings: Settings;
  /** Names of the secrets the account will have. */
  secrets: Record<string, string>;
  /** Secrets that are stored already and stay. */
  storedSecrets: readonly string[];
};

/** Everything that is wrong with a provider account's form by the catalogue; empty when it is complete. */
export function accountProblems({
  provider,
  channel,
  settings,
  secrets,
  storedSecrets,
}: AccountForm): AccountProblem[] {
  const { channels, fields } = CATALOGUE[provider];
  const problems: AccountProblem[] = [];
  if (!channels.includes(channel))
    problems.push({ field: "channel", message: `${provider} does not carry ${channel}.` });
  const known = new Map([...COMMON_FIELDS, ...fields].map((field) => [field.name, field]));
  for (const name of Object.keys(settings)) {
    if (known.get(name)?.isSecret !== false)
      problems.push({ field: `settings.${name}`, message: "There is no such setting." });
  }
  for (const [name, value] of Object.entries(secrets)) {
    if (known.get(name)?.isSecret !== true)
      problems.push({ field: `secrets.${name}`, message: "There is no such secret." });
    if (value.length > MAX_SECRET_CHARS) problems.push({ field: `secrets.${name}`, message: "This is too long." });
  }
  for (const field of known.values()) {
    const message = field.isSecret
      ? secretProblem(field, secrets[field.name] !== undefined || storedSecrets.includes(field.name))
      : settingProblem(field, settings[field.name]);
    if (message !== null) problems.push({ field: `${field.isSecret ? "secrets" : "settings"}.${field.name}`, message });
  }
  return problems;
}

function secretProblem({ isRequired }: ProviderField, isThere: boolean): string | null {
  return isRequired && !isThere ? "This is needed." : null;
}

function settingProblem({ kind, isRequired }: ProviderField, value: Settings[string] | undefined): string | null {
  if (value === undefined || value === "") return isRequired ? "This is needed." : null;
  switch (kind) {
    case "boolean":
      return typeof value === "boolean" ? null : "This is yes or no.";
    case "number":
      return typeof value === "number" && Number.isFinite(value) && value >= 0 ? null : "This must be a number.";
    case "url":
      return typeof value === "string" && isApiAddress(value) ? null : "This must be an https address.";
    case "email":
      return typeof value === "string" && /^[^\s@<>]+@[^\s@<>]+$/.test(value)
        ? null
        : "This must be an e-mail address.";
    case "text":
    case "phone":
      return typeof value === "string" && value.length <= MAX_VALUE_CHARS ? null : "This must be a short text.";
  }
}

/** https anywhere; plain http only on this machine, where a simulator may stand. */
function isApiAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "") return false;
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname));
}

/** The settings with the catalogue's fallbacks where a field is empty; empty optional fields are left out. */
export function completeSettings(provider: Provider, settings: Settings): Settings {
  const complete: Settings = {};
  for (const { name, isSecret, fallback } of [...COMMON_FIELDS, ...CATALOGUE[provider].fields]) {
    const value = settings[name];
    if (isSecret) continue;
    if (value !== undefined && value !== "") complete[name] = typeof value === "string" ? value.trim() : value;
    else if (fallback !== undefined) complete[name] = fallback;
  }
  return complete;
}
