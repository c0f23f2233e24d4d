"use node";

import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import { secretsOf } from "../../connections/model";
import { webhookAddressOf } from "../../connections/webhooks/model";
import { derivedToken, sha256Hex } from "../../lib/crypto";
import { requireEnv } from "../../lib/env";
import { log, reasonOf } from "../../lib/log";
import { emailHeaders, unsubscribeAddress, wantsUnsubscribe, type UnsubscribeLinks } from "../headers";
import type { Outgoing, Parcel } from "../model/outgoing";
import type { Finding } from "../model/recovery";
import type { Settlement } from "../model/settle";
import { unsubscribeMailToken } from "../model/unsubscribeLinks";
import { openAdapter } from "../providers/adapters";
import { reactsAndQuotes } from "../providers/chatAbilities";
import type { OutgoingMessage, ProviderAdapter } from "../providers/types";
import { renderMessage } from "../render";
import type { Rendered, SendResult } from "../schema";

type Org = Parcel["orgs"][number];
type Template = Parcel["templates"][number]["template"];

type LinksByMessage = ReadonlyMap<Id<"messageQueue">, UnsubscribeLinks>;

/** A message in the sender's hands, with what it shares with others. */
export type Carried = {
  outgoing: Outgoing;
  org: Org;
  connection: Doc<"connections"> | null;
  template: Template | null;
  links: UnsubscribeLinks | undefined;
  /** By `performance.now()`: an action does not trust its own wall clock. */
  leaseEndsAt: number;
  /** The database's clock when it was handed out. */
  at: number;
};

/** An opened account, and where its provider reports to. */
type Account = { adapter: ProviderAdapter; statusUrl: string | undefined };

/** Turns what the database hands out into calls of adapters; keeps one adapter a connection open for its whole life. */
export class Carrier {
  private readonly accounts = new Map<Id<"connections">, Promise<Account>>();

  constructor(private readonly ctx: ActionCtx) {}

  /** Puts each message together with what it shares. Messages of a connection that is gone are refused when they are sent. */
  async unpack(parcel: Parcel): Promise<Carried[]> {
    return unpacked(parcel, await this.makeUnsubscribeLinks(parcel.messages));
  }

  /** Renders and sends one message. Throws only for what is ours to repair. */
  async send(message: Carried): Promise<Settlement> {
    const { outgoing, connection } = message;
    const { queueId, attempt } = outgoing;
    if (connection === null) {
      const failure = { class: "config", code: "removed", reason: "The connection was removed." } as const;
      return { queueId, attempt, result: { kind: "refused", failure }, tookMs: 0, isOurs: true };
    }
    if (reactionOf(outgoing) !== undefined && !reactsAndQuotes(connection.provider)) {
      const reason = `${connection.provider} takes no reactions.`;
      const failure = { class: "permanent", code: "reaction", reason } as const;
      return { queueId, attempt, result: { kind: "refused", failure }, tookMs: 0, isOurs: true };
    }
    const rendered = await renderMessage(message);
    const tooLarge = sizeProblem(message, rendered);
    if (tooLarge !== null) {
      const failure = { class: "permanent", code: "too_large", reason: tooLarge, isContent: true } as const;
      return { queueId, attempt, result: { kind: "refused", failure }, tookMs: 0, isOurs: true };
    }
    const account = await this.accountOf(connection).catch(reasonOf);
    if (typeof account === "string") {
      // The account is what is wrong, not the message: it waits, and the breaker keeps the others away.
      const failure = { class: "config", code: "account", reason: account } as const;
      return { queueId, attempt, result: { kind: "refused", failure }, tookMs: 0 };
    }
    const ready = await this.ready(message, rendered, account.statusUrl);
    const askedAt = performance.now();
    const result = await sendSafely(account.adapter, ready);
    const tookMs = Math.round(performance.now() - askedAt);
    return { queueId, attempt, result, tookMs, ...(isAsGiven(outgoing, rendered) ? {} : { rendered }) };
  }

  /** Asks the provider whether it has the message. */
  async find(message: Carried): Promise<Finding> {
    if (message.connection === null) return { kind: "cannot_say", reason: "The connection was removed." };
    const { adapter, statusUrl } = await this.accountOf(message.connection);
    if (adapter.find === undefined) return { kind: "cannot_say", reason: "The provider cannot be asked." };
    const ready = await this.ready(message, await renderMessage(message), statusUrl);
    // Providers are searched by time: it is the try that is looked for, not the question about it.
    const found = await adapter.find({ ...ready, at: message.outgoing.startedAt });
    return found === null ? { kind: "absent" } : { kind: "found", ...found };
  }

  close(): void {
    for (const account of this.accounts.values()) {
      account.then(
        ({ adapter }) => adapter.close(),
        () => undefined, // It never opened; the messages that wanted it have the reason.
      );
    }
  }

  private async accountOf(connection: Doc<"connections">): Promise<Account> {
    const known = this.accounts.get(connection._id) ?? this.open(connection);
    this.accounts.set(connection._id, known);
    return await known;
  }

  private async open(connection: Doc<"connections">): Promise<Account> {
    const secrets = await secretsOf(connection);
    const adapter = openAdapter(connection.provider, { ctx: this.ctx, settings: connection.settings, secrets });
    return { adapter, statusUrl: (await webhookAddressOf(connection)) ?? undefined };
  }

  private async ready(message: Carried, rendered: Rendered, statusUrl: string | undefined): Promise<OutgoingMessage> {
    const { outgoing, org, connection, links, at } = message;
    const { orgId, channel, connectionId, idempotencyKey, address, contactName, threading, copies } = outgoing;
    const { fromAddress, fromName } = connection?.settings ?? {};
    return {
      orgId,
      connectionId,
      channel,
      idempotencyKey,
      to: { address, name: contactName },
      copies: channel === "email" ? copies : undefined,
      from: {
        address: outgoing.from?.address ?? (typeof fromAddress === "string" ? fromAddress : ""),
        name: nonEmpty(outgoing.from?.name) ?? nonEmpty(fromName) ?? org.brand.name,
      },
      replyTo: threading?.replyTo,
      messageId: threading?.messageId,
      inReplyTo: threading?.inReplyTo,
      references: threading?.references ?? [],
      headers: channel === "email" ? emailHeaders(outgoing, links) : {},
      ...rendered,
      reaction: reactionOf(outgoing),
      template: outgoing.whatsappTemplate,
      attachments: await this.loadAttachments(outgoing),
      statusUrl,
      at,
    };
  }

  private async loadAttachments({ attachments, channel }: Outgoing) {
    // An SMS carries none; where WhatsApp takes no file its adapter says so.
    if (channel !== "email" && channel !== "whatsapp") return [];
    return await Promise.all(
      attachments.map(async ({ storageId, name, contentType, contentId }) => {
        const blob = await this.ctx.storage.get(storageId);
        if (blob === null) throw new Error(`The attachment ${name} is gone.`);
        return { name, contentType, contentId, content: await blob.arrayBuffer() };
      }),
    );
  }

  private async makeUnsubscribeLinks(messages: readonly Outgoing[]): Promise<LinksByMessage> {
    const wanting = messages.filter(wantsUnsubscribe);
    if (wanting.length === 0) return new Map();
    const made = await Promise.all(
      wanting.map(async ({ queueId, mailbox, idempotencyKey, address: to }) => {
        // The same for every try: a provider that honours our key refuses a second request that says something else.
        const token = await derivedToken("unsubscribe", JSON.stringify([idempotencyKey, to]));
        const tokenHash = await sha256Hex(token);
        const url = `${requireEnv("CONVEX_SITE_URL")}/u/${token}`;
        const address = unsubscribeAddress(mailbox, unsubscribeMailToken(tokenHash));
        return { queueId, tokenHash, links: { url, address } };
      }),
    );
    const links = made.map(({ queueId, tokenHash }) => ({ queueId, tokenHash }));
    await this.ctx.runMutation(internal.delivery.jobs.registerUnsubscribe, { links });
    return new Map(made.map((each) => [each.queueId, each.links]));
  }
}

function nonEmpty(text: unknown): string | undefined {
  return typeof text === "string" && text !== "" ? text : undefined;
}

// An adapter does not throw. Should one do so all the same, nobody knows how far it came.
async function sendSafely(adapter: ProviderAdapter, message: OutgoingMessage): Promise<SendResult> {
  try {
    return await adapter.send(message);
  } catch (thrown) {
    log.error("delivery.adapter_threw", { connectionId: message.connectionId, reason: reasonOf(thrown) });
    return { kind: "lost", reason: reasonOf(thrown) };
  }
}

/** The messages of a parcel, each with what it shares with others; `links` are their unsubscribe links. */
export function unpacked(parcel: Parcel, links: LinksByMessage): Carried[] {
  const orgs = new Map(parcel.orgs.map((org) => [org.orgId, org]));
  const connections = new Map(parcel.connections.map((connection) => [connection._id, connection]));
  const templates = new Map(parcel.templates.map(({ versionId, template }) => [versionId, template]));
  const arrivedAt = performance.now();
  return parcel.messages.map((outgoing) => {
    const { orgId, queueId, content, connectionId, leaseMs } = outgoing;
    const org = orgs.get(orgId);
    if (org === undefined) throw new Error(`The organisation of message ${queueId} is not in its parcel.`);
    return {
      outgoing,
      org,
      connection: connections.get(connectionId) ?? null,
      template: content.kind === "template" ? (templates.get(content.templateVersionId) ?? null) : null,
      links: links.get(queueId),
      leaseEndsAt: arrivedAt + leaseMs,
      at: parcel.now,
    };
  });
}

const KILOBYTE = 1_024;

function sizeProblem({ outgoing, org }: Carried, { text, html }: Rendered): string | null {
  if (outgoing.channel !== "email") return null;
  const attached = outgoing.attachments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const bytes = Buffer.byteLength(text) + Buffer.byteLength(html ?? "") + attached;
  const limit = org.channelSettings.email.maxKilobytes;
  return bytes > limit * KILOBYTE ? `The mail has ${Math.ceil(bytes / KILOBYTE)} kB; ${limit} kB are allowed.` : null;
}

// What went out is kept only where it says more than the content itself.
function isAsGiven({ content }: Outgoing, { subject, text, html }: Rendered): boolean {
  return content.kind === "finished" && content.subject === subject && content.text === text && content.html === html;
}

function reactionOf({ content }: Outgoing): OutgoingMessage["reaction"] {
  return content.kind === "finished" ? content.reaction : undefined;
}
