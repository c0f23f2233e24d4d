import type { ActionCtx } from "../../_generated/server";
import type { Id } from "../../_generated/dataModel";
import type { Channel } from "../../lib/closedSets";
import type { Copies, Failure, SendResult } from "../schema";

/** A message ready to leave: rendered, addressed, with the headers and the key that make it one message. */
export type OutgoingMessage = {
  orgId: Id<"organisations">;
  connectionId: Id<"connections">;
  channel: Channel;
  /** Ours; the same for every try of the same message. Providers that honour keys get it. */
  idempotencyKey: string;
  to: { address: string; name: string };
  /** E-mail only: who gets the same mail beside `to`. */
  copies?: Copies;
  from: { address: string; name?: string };
  replyTo?: string;
  subject?: string;
  text: string;
  html?: string;
  /** Answers to tap below the text; channels without buttons get them as lines. */
  quickReplies?: QuickReplies;
  /** WhatsApp: it is this reaction to a message, by the provider's id, and no message; an empty emoji takes it back. */
  reaction?: { to: string; emoji: string };
  /** An approved WhatsApp template instead of free text: outside the 24 h window nothing else is allowed. */
  template?: WhatsAppTemplate;
  /** E-mail ids, without angle brackets (providers.md 7.4). `messageId` is the same for every try. */
  messageId?: string;
  inReplyTo?: string;
  references: string[];
  /** Further e-mail headers, written as they are. */
  headers: Record<string, string>;
  attachments: { name: string; contentType: string; contentId?: string; content: ArrayBuffer }[];
  /** Where the provider reports this message's status; absent when the connection has no webhook address. */
  statusUrl?: string;
  /** When it is sent, UTC ms, by the database's clock. */
  at: number;
};

/** One to ten answers; `label` is what opens the list where they are more than fit as buttons. */
export type QuickReplies = { label: string; options: { id: string; title: string; description?: string }[] };

/** How the provider knows an approved template, and the values of its placeholders in order. */
export type WhatsAppTemplate = {
  name: string;
  /** BCP 47 with underscore as Meta writes it: "de", "en_US". */
  language: string;
  /** Twilio's Content SID, where the provider has its own id for it. */
  providerTemplateId?: string;
  bodyValues: string[];
};

/** What a provider says of one WhatsApp template; `reason`: why it is not approved, in its words. */
export type TemplateApproval = { name: string; language: string; state: string; reason?: string };

/** What an adapter knows of the account it sends through. Secrets never leave the adapter. */
export type AdapterAccount = {
  ctx: Pick<ActionCtx, "runMutation">;
  settings: Record<string, string | number | boolean>;
  secrets: Record<string, string>;
  /** Longest one call may take, ms; the adapter's own limit when absent. */
  timeoutMs?: number;
  /** The way of calls to an address that somebody entered: guarded against our own network. The plain one when absent. */
  fetch?: typeof fetch;
};

/** One provider account for the length of one batch. `send` never throws: what goes wrong is a result. */
export type ProviderAdapter = {
  send(message: OutgoingMessage): Promise<SendResult>;
  /**
   * Asks the provider what became of a message whose answer was lost, by our own key or reference (design rule 4).
   * Null: it does not know it, so it may be sent again. Throws when the provider could not be asked, or does not show new
   * messages at once: then nothing is known. Adapters of providers that cannot be asked have no `find`.
   */
  find?(message: OutgoingMessage): Promise<{ providerMessageId: string } | null>;
  /** Cheapest call that proves key and address: no message leaves. Null when all is well, else what is wrong. */
  check?(): Promise<Failure | null>;
  /**
   * How far the approval of the account's WhatsApp templates is, in the provider's own words. Throws when it could not be
   * asked. Adapters of providers without such a list have no `templates`.
   */
  templates?(): Promise<TemplateApproval[]>;
  /** Gives back sockets. The adapter is not used afterwards. */
  close(): void;
};

/** A provider's request to us, as it came. */
export type WebhookRequest = {
  method: "GET" | "POST";
  /** The public address the provider called, query included: some sign it (providers.md 0.1). */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Uint8Array;
  /** UTC ms. */
  receivedAt: number;
};

/** Canonical statuses of providers.md. */
export const STATUS_KINDS = [
  "queued",
  "sent",
  "delivered",
  "read",
  "opened",
  "clicked",
  "bounced",
  "failed",
  "complained",
  "unsubscribed",
] as const;
export type StatusKind = (typeof STATUS_KINDS)[number];

/** One status of one message in a provider's report. */
export type StatusReport = {
  kind: StatusKind;
  /** The provider's id of the message; with `reference` at least one is known. */
  providerMessageId?: string;
  /** Our own key, where the provider sends it back. */
  reference?: string;
  /** The provider's id of this event, where there is one; otherwise the caller hashes message, status and time. */
  eventId?: string;
  /** UTC ms by the provider's clock. */
  at: number;
  /** The recipient as the provider names it: bounces and complaints may come without a message of ours. */
  address?: string;
  failure?: Failure;
  /** A soft bounce: the provider goes on trying. Kept as an event, no suppression. */
  isTransient?: boolean;
  /** Opened or clicked by a machine (mail privacy proxies, link scanners). */
  isMachine?: boolean;
  url?: string;
  userAgent?: string;
  ip?: string;
  priceMicros?: number;
  segments?: number;
};

/** A text a customer sent us through a provider. */
export type InboundReport = {
  channel: "sms" | "whatsapp";
  providerMessageId: string;
  /** Phone in E.164, or a WhatsApp business-scoped user id where the person has no number. */
  from: string;
  /** The same person's business-scoped user id beside the number (providers.md 13.1). */
  userId?: string;
  fromName?: string;
  to?: string;
  text: string;
  /** UTC ms. */
  at: number;
  /** Files the provider keeps for us: fetched with the connection's key. */
  media: InboundMedia[];
  /** The provider handled an opt-out word itself and answers for us (Twilio's OptOutType). */
  optOut?: "stop" | "start" | "help";
  /** The provider's id of the message this one answers, or reacts to. */
  inReplyTo?: string;
  /** It is a reaction to that one and no message; empty: taken back. */
  reaction?: string;
};

/** A file of an inbound message, by the provider's id or address of it. */
export type InboundMedia = { id?: string; url?: string; contentType: string; name?: string };

/** What became of fetching one: `refused` says whether it is worth another try. */
export type MediaResult =
  | { kind: "file"; bytes: Uint8Array<ArrayBuffer>; contentType: string }
  | { kind: "refused"; failure: Failure; tooLarge?: TooLarge };

/** How a file begins that is longer than we take. */
export type TooLarge = {
  head: Uint8Array<ArrayBuffer>;
  /** As its keeper says; where it does not, what we have seen of it. */
  sizeBytes: number;
  /** What it begins with is JSON around the file. */
  isJson?: boolean;
};

/** A person's word about marketing that reached the provider, not us (Meta's user_preferences). */
export type ChoiceReport = {
  channel: "sms" | "whatsapp";
  /** As in InboundReport. */
  address: string;
  marketing: "stop" | "resume";
  /** UTC ms. */
  at: number;
};

/** The person behind one WhatsApp address is reached at another from now on. */
export type IdentityReport = { from: string; to: string };

/** A mail a customer sent us that the provider keeps: fetched whole, with the connection's key. One of the two is known. */
export type MailReport = {
  /** The provider's id of it. */
  id?: string;
  /** Where it is. */
  url?: string;
  /** To whom it was delivered, where the provider says: its headers need not. */
  recipients?: string[];
};

/** What the provider decided about an approved template of ours; in its words, upper case. */
export type TemplateReport = TemplateApproval & { providerTemplateId?: string };

export type WebhookReport = {
  statuses: StatusReport[];
  inbound: InboundReport[];
  choices?: ChoiceReport[];
  identities?: IdentityReport[];
  templates?: TemplateReport[];
  mails?: MailReport[];
};

/** What a webhook of a provider is read with. No Node imports: HTTP actions run in Convex's own runtime. */
export type ProviderWebhook = {
  /**
   * True when the request proves to come from the provider (signature over the raw body). Providers that sign nothing
   * answer true: the unguessable path is their proof.
   */
  verify(request: WebhookRequest, account: Pick<AdapterAccount, "settings" | "secrets">): Promise<boolean>;
  /**
   * False where `verify` has nothing but the secret address to go by: whoever learnt it may send, so such requests are
   * counted. Absent: a signature proves the provider, and counting would only lose its reports.
   */
  provesSender?(account: Pick<AdapterAccount, "settings" | "secrets">, request: WebhookRequest): boolean;
  /** Mails handed over whole, as a form, at the same address; absent where the provider does not. */
  mail?: {
    /** What reads the form; null for a form that only reports (`read`). */
    kindOf(request: WebhookRequest): "email_sendgrid" | "email_mailgun" | null;
    /** The answer to a mail that is too large: the status that ends the provider's repetitions. */
    tooLargeStatus: number;
  };
  /** The facts in it. Throws AppError `invalid` for what cannot be read. Unknown events are left out. */
  read(request: WebhookRequest): WebhookReport;
  /**
   * What makes a repeated request the same one; without it, or for null, the body's hash does. Where the signature does
   * not cover the body (Mailgun's token), a second body under the same key must not be read.
   */
  dedupeKey?(request: WebhookRequest): string | null;
  /** An address of the provider's to be fetched once so that reports begin (SNS); null for every other request. */
  confirmUrl?(request: WebhookRequest): string | null;
  /** Answer of a GET handshake (Meta's hub.challenge); null when it is none. */
  handshake?(request: WebhookRequest, account: Pick<AdapterAccount, "settings" | "secrets">): string | null;
  /** Body and type of the answer, where the provider wants a certain one. */
  answer?: { contentType: string; body: string };
};
