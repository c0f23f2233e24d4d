"use node";

import { v } from "convex/values";
import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { ActionCtx } from "../_generated/server";
import { secretsOf } from "../connections/model";
import { webhookAddressOf } from "../connections/webhooks/model";
import { derivedToken, sha256Hex } from "../lib/crypto";
import { requireEnv } from "../lib/env";
import { internalAction } from "../lib/functions";
import { log, reasonOf } from "../lib/log";
import { unsubscribeMailToken, type Outgoing } from "./model/outgoing";
import type { Settlement } from "./model/settle";
import { emailHeaders, unsubscribeAddress, wantsUnsubscribe, type UnsubscribeLinks } from "./headers";
import { openAdapter } from "./providers/adapters";
import type { OutgoingMessage, ProviderAdapter } from "./providers/types";
import { renderMessage } from "./render";
import { vLane, type SendResult } from "./schema";

/** Messages of a batch that are with their providers at the same time. */
const CONCURRENCY = 10;

/** No send is started with less than this left of the lease: the longest an adapter may take. */
const SEND_BUDGET_MS = 35_000;

/**
 * Sends the claimed attempts of one lane and shard. A sender takes the next message only when the answer to its last one
 * is recorded: a crash leaves at most `CONCURRENCY` messages in doubt.
 */
export const sendBatch = internalAction({
  args: { lane: vLane, shard: v.number(), attemptIds: v.array(v.id("attempts")) },
  returns: v.null(),
  handler: async (ctx, { attemptIds, ...queue }): Promise<null> => {
    const startedAt = performance.now();
    const { now, remainingMs, messages } = await ctx.runQuery(internal.delivery.jobs.loadBatch, { attemptIds });
    const links = await makeUnsubscribeLinks(ctx, messages);
    const adapters = new Adapters(ctx);
    const settler = new Settler((settlements) =>
      ctx.runMutation(internal.delivery.jobs.settle, { ...queue, settlements }),
    );
    const mayStart = () => performance.now() - startedAt < remainingMs - SEND_BUDGET_MS;
    const waiting = [...messages];
    const sendNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const link = links.get(next.attemptId);
        await settler.add(mayStart() ? await sendOne(ctx, adapters, next, now, link) : notStarted(next));
      }
    };
    try {
      await Promise.all(Array.from({ length: CONCURRENCY }, sendNext));
    } finally {
      adapters.close();
    }
    return null;
  },
});

function notStarted({ attemptId }: Outgoing): Settlement {
  return { attemptId, result: { kind: "not_started" } };
}

async function sendOne(
  ctx: ActionCtx,
  adapters: Adapters,
  message: Outgoing,
  now: number,
  links: UnsubscribeLinks | undefined,
): Promise<Settlement> {
  const { attemptId } = message;
  try {
    const rendered = await renderMessage(message, links?.url);
    const attachments = await loadAttachments(ctx, message);
    const { adapter, statusUrl } = await adapters.for(message.connection);
    const outgoing = { ...envelope(message, now, links), ...rendered, attachments, statusUrl };
    const result = await adapter.send(outgoing);
    return { attemptId, result, rendered };
  } catch (thrown) {
    // Nothing left: adapters report what providers say as results, so this is ours (a template, a file, a secret).
    return { attemptId, result: brokenMessage(reasonOf(thrown)) };
  }
}

function brokenMessage(reason: string): SendResult {
  log.error("delivery.broken_message", { reason });
  return { kind: "refused", failure: { class: "permanent", code: "internal", reason } };
}

function envelope(
  message: Outgoing,
  now: number,
  links: UnsubscribeLinks | undefined,
): Omit<OutgoingMessage, "subject" | "text" | "html" | "attachments" | "statusUrl"> {
  const { orgId, brand, channel, connection, idempotencyKey, address, contactName, threading } = message;
  const { fromAddress, fromName } = connection.settings;
  return {
    orgId,
    connectionId: connection._id,
    channel,
    idempotencyKey,
    to: { address, name: contactName },
    from: {
      address: typeof fromAddress === "string" ? fromAddress : "",
      name: typeof fromName === "string" ? fromName : brand.name,
    },
    replyTo: threading?.replyTo,
    messageId: threading?.messageId,
    inReplyTo: threading?.inReplyTo,
    references: threading?.references ?? [],
    headers: channel === "email" ? emailHeaders(message, links) : {},
    at: now,
  };
}

async function loadAttachments(ctx: ActionCtx, { attachments, channel }: Outgoing) {
  // An SMS carries none; where WhatsApp takes no file its adapter says so.
  if (channel !== "email" && channel !== "whatsapp") return [];
  return await Promise.all(
    attachments.map(async ({ storageId, ...attachment }) => {
      const blob = await ctx.storage.get(storageId);
      if (blob === null) throw new Error(`The attachment ${attachment.name} is gone.`);
      return { ...attachment, content: await blob.arrayBuffer() };
    }),
  );
}

async function makeUnsubscribeLinks(
  ctx: ActionCtx,
  messages: Outgoing[],
): Promise<Map<Id<"attempts">, UnsubscribeLinks>> {
  const wanting = messages.filter(wantsUnsubscribe);
  if (wanting.length === 0) return new Map();
  const made = await Promise.all(
    wanting.map(async ({ attemptId, mailbox, idempotencyKey, address: to }) => {
      // The same for every try: a provider that honours our key refuses a second request that says something else.
      const token = await derivedToken("unsubscribe", JSON.stringify([idempotencyKey, to]));
      const tokenHash = await sha256Hex(token);
      const url = `${requireEnv("CONVEX_SITE_URL")}/u/${token}`;
      const address = unsubscribeAddress(mailbox, unsubscribeMailToken(tokenHash));
      return { attemptId, tokenHash, links: { url, address } };
    }),
  );
  const links = made.map(({ attemptId, tokenHash }) => ({ attemptId, tokenHash }));
  await ctx.runMutation(internal.delivery.jobs.registerUnsubscribe, { links });
  return new Map(made.map((each) => [each.attemptId, each.links]));
}

/** An open adapter, and where its provider reports what becomes of the messages. */
type OpenAccount = { adapter: ProviderAdapter; statusUrl?: string };

/** One adapter per connection for the length of the batch, so that a pooled transport is shared and closed. */
class Adapters {
  private readonly open = new Map<Id<"connections">, Promise<OpenAccount>>();

  constructor(private readonly ctx: ActionCtx) {}

  async for(connection: Doc<"connections">): Promise<OpenAccount> {
    const known = this.open.get(connection._id) ?? this.make(connection);
    this.open.set(connection._id, known);
    return await known;
  }

  close(): void {
    for (const account of this.open.values()) {
      account.then(
        ({ adapter }) => adapter.close(),
        () => undefined, // It never opened; the messages that wanted it have the reason.
      );
    }
  }

  private async make(connection: Doc<"connections">): Promise<OpenAccount> {
    const { provider, settings } = connection;
    const statusUrl = (await webhookAddressOf(connection)) ?? undefined;
    const secrets = await secretsOf(connection);
    return { adapter: openAdapter(provider, { ctx: this.ctx, settings, secrets }), statusUrl };
  }
}

/** Records answers in groups: whatever came in while the last group was being written is the next group. */
class Settler {
  private waiting: Settlement[] = [];
  private current: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;

  constructor(private readonly settle: (settlements: Settlement[]) => Promise<null>) {}

  /**
   * Resolves when the answer is recorded, or cannot be: then its lease deals with it. Whoever waits for that before the
   * next send keeps small what a crash leaves in doubt.
   */
  add(settlement: Settlement): Promise<void> {
    this.waiting.push(settlement);
    this.next ??= this.current.then(() => this.writeNext());
    return this.next;
  }

  private writeNext(): Promise<void> {
    this.next = null;
    this.current = this.write(this.waiting.splice(0));
    return this.current;
  }

  private async write(group: Settlement[]): Promise<void> {
    try {
      await this.settle(group);
    } catch (thrown) {
      log.error("delivery.settle_failed", { size: group.length, reason: reasonOf(thrown) });
      for (const settlement of group) await this.writeAlone(settlement);
    }
  }

  // One answer that cannot be recorded must not make the others of its group look lost.
  private async writeAlone(settlement: Settlement): Promise<void> {
    try {
      await this.settle([settlement]);
    } catch (thrown) {
      log.error("delivery.settle_lost", { attemptId: settlement.attemptId, reason: reasonOf(thrown) });
    }
  }
}
