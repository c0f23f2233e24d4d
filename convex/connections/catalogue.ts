import type { Channel } from "../lib/closedSets";
import type { Provider } from "./schema";

/** One field of a provider account's form. */
export type ProviderField = {
  name: string;
  kind: "text" | "number" | "boolean" | "url" | "email" | "phone";
  /** Secrets are stored encrypted and never shown again (design rule 8). */
  isSecret: boolean;
  isRequired: boolean;
  /** What holds when the field is empty. */
  fallback?: string | number | boolean;
};

/** A provider as the Connections screen offers it. Labels and help texts live in the language files. */
export type ProviderEntry = {
  channels: readonly Channel[];
  fields: readonly ProviderField[];
  /** Reports arrive at a webhook address of ours that has to be entered at the provider. */
  hasWebhook: boolean;
  /** The provider honours our key: a repeated send is one message (providers.md, traps no. 2). */
  honoursKey: boolean;
  /** For so many hours it remembers a key; absent: as long as it matters (providers.md 1.1, 18). */
  keyHours?: number;
  /** The adapter has `find`: a lost answer can be asked for (design rule 4). */
  canBeAsked?: true;
  /** Written after thin public documentation: to be tried with the account before it is relied on (providers.md 11). */
  isUnconfirmed?: true;
};

const text = (name: string): ProviderField => ({ name, kind: "text", isSecret: false, isRequired: true });
const secret = (name: string): ProviderField => ({ name, kind: "text", isSecret: true, isRequired: true });
const email = (name: string): ProviderField => ({ name, kind: "email", isSecret: false, isRequired: true });
const flag = (name: string, fallback: boolean): ProviderField => ({
  name,
  kind: "boolean",
  isSecret: false,
  isRequired: false,
  fallback,
});
const number = (name: string, fallback: number): ProviderField => ({
  name,
  kind: "number",
  isSecret: false,
  isRequired: false,
  fallback,
});
const optional = (field: ProviderField): ProviderField => ({ ...field, isRequired: false });
/** Where the API is; another one for regional hosts and for a local simulator. */
const baseUrl = (fallback?: string): ProviderField => ({
  name: "baseUrl",
  kind: "url",
  isSecret: false,
  isRequired: fallback === undefined,
  fallback,
});
/** Quotation marks and dashes made plain where that saves parts of an SMS (providers.md 12). */
const SMART_ENCODING = flag("smartEncoding", true);
// The last two say where the DNS check is to look, where that differs from account to account.
const SENDER = [
  email("fromAddress"),
  optional(text("fromName")),
  optional(text("dkimSelector")),
  optional(text("returnPathDomain")),
];

/** Every provider and what its account consists of (providers.md sections 1 to 13 and 18). */
export const CATALOGUE: Record<Provider, ProviderEntry> = {
  sandbox: {
    channels: ["email", "sms", "whatsapp", "webhook"],
    fields: [optional(email("fromAddress")), optional(text("fromName")), optional(text("sender"))],
    hasWebhook: false,
    honoursKey: true,
  },
  smtp: {
    channels: ["email"],
    fields: [
      text("host"),
      number("port", 587),
      flag("secure", false),
      flag("requireTls", false),
      flag("ignoreTls", false),
      optional(text("user")),
      optional(secret("password")),
      ...SENDER,
      optional(email("bounceAddress")),
      number("maxConnections", 5),
    ],
    hasWebhook: false,
    honoursKey: false,
  },
  resend: {
    channels: ["email"],
    fields: [secret("apiKey"), optional(secret("webhookSecret")), ...SENDER, baseUrl("https://api.resend.com")],
    hasWebhook: true,
    honoursKey: true,
    keyHours: 24,
  },
  sendgrid: {
    channels: ["email"],
    fields: [
      secret("apiKey"),
      optional(secret("webhookPublicKey")),
      optional(secret("inboundPublicKey")),
      ...SENDER,
      baseUrl("https://api.sendgrid.com"),
    ],
    hasWebhook: true,
    honoursKey: false,
  },
  mailgun: {
    channels: ["email"],
    fields: [
      secret("apiKey"),
      optional(secret("webhookSigningKey")),
      text("domain"),
      ...SENDER,
      baseUrl("https://api.mailgun.net"),
    ],
    hasWebhook: true,
    honoursKey: false,
    canBeAsked: true,
  },
  ses: {
    channels: ["email"],
    fields: [
      text("accessKeyId"),
      secret("secretAccessKey"),
      text("region"),
      optional(text("configurationSet")),
      optional(text("topicArn")),
      ...SENDER,
      optional(baseUrl()),
    ],
    hasWebhook: true,
    honoursKey: false,
  },
  postmark: {
    channels: ["email"],
    fields: [
      secret("serverToken"),
      optional(secret("webhookPassword")),
      optional(text("messageStream")),
      ...SENDER,
      baseUrl("https://api.postmarkapp.com"),
    ],
    hasWebhook: true,
    honoursKey: false,
    canBeAsked: true,
  },
  twilio: {
    channels: ["sms", "whatsapp"],
    fields: [
      text("accountSid"),
      secret("authToken"),
      optional(secret("secondaryAuthToken")),
      optional(text("apiKeySid")),
      optional(secret("apiKeySecret")),
      optional(text("sender")),
      optional(text("messagingServiceSid")),
      SMART_ENCODING,
      baseUrl("https://api.twilio.com"),
    ],
    hasWebhook: true,
    honoursKey: false,
    canBeAsked: true,
  },
  infobip: {
    channels: ["sms", "whatsapp"],
    fields: [secret("apiKey"), optional(secret("webhookPassword")), text("sender"), SMART_ENCODING, baseUrl()],
    hasWebhook: true,
    honoursKey: false,
    canBeAsked: true,
  },
  vonage: {
    channels: ["sms"],
    fields: [
      text("applicationId"),
      secret("privateKey"),
      optional(secret("signatureSecret")),
      text("sender"),
      SMART_ENCODING,
      baseUrl("https://api.nexmo.com"),
    ],
    hasWebhook: true,
    honoursKey: false,
  },
  bird: {
    channels: ["sms"],
    fields: [
      secret("accessKey"),
      optional(secret("signingKey")),
      text("workspaceId"),
      text("channelId"),
      SMART_ENCODING,
      baseUrl("https://api.bird.com"),
    ],
    hasWebhook: true,
    honoursKey: false,
    isUnconfirmed: true,
  },
  messagebird: {
    channels: ["sms"],
    fields: [
      secret("accessKey"),
      optional(secret("signingKey")),
      text("sender"),
      SMART_ENCODING,
      baseUrl("https://rest.messagebird.com"),
    ],
    hasWebhook: true,
    honoursKey: false,
    canBeAsked: true,
  },
  ecall: {
    channels: ["sms"],
    fields: [
      text("user"),
      secret("password"),
      text("sender"),
      { ...optional(text("numberPrefix")), fallback: "00" },
      SMART_ENCODING,
      baseUrl("https://rest.ecall.ch"),
    ],
    hasWebhook: true,
    honoursKey: false,
    isUnconfirmed: true,
  },
  meta: {
    channels: ["whatsapp"],
    fields: [
      secret("accessToken"),
      optional(secret("appSecret")),
      optional(secret("verifyToken")),
      text("phoneNumberId"),
      optional(text("businessAccountId")),
      { ...optional(text("apiVersion")), fallback: "v23.0" },
      baseUrl("https://graph.facebook.com"),
    ],
    hasWebhook: true,
    honoursKey: false,
  },
  webhook: {
    channels: ["webhook"],
    fields: [{ ...text("url"), kind: "url" }, secret("signingSecret"), optional(secret("previousSigningSecret"))],
    hasWebhook: false,
    honoursKey: true,
  },
};
