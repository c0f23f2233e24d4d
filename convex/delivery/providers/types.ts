import type { ActionCtx } from "../../_generated/server";
import type { Id } from "../../_generated/dataModel";
import type { Channel } from "../../lib/closedSets";
import type { SendResult } from "../schema";

/** A message ready to leave: rendered, addressed, with the headers and the key that make it one message. */
export type OutgoingMessage = {
  orgId: Id<"organisations">;
  connectionId: Id<"connections">;
  channel: Channel;
  /** Ours; the same for every try of the same message. Providers that honour keys get it. */
  idempotencyKey: string;
  to: { address: string; name: string };
  from: { address: string; name?: string };
  replyTo?: string;
  subject?: string;
  text: string;
  html?: string;
  /** E-mail ids, without angle brackets (providers.md 7.4). `messageId` is the same for every try. */
  messageId?: string;
  inReplyTo?: string;
  references: string[];
  /** Further e-mail headers, written as they are. */
  headers: Record<string, string>;
  attachments: { name: string; contentType: string; contentId?: string; content: ArrayBuffer }[];
  /** When it is sent, UTC ms, by the database's clock. */
  at: number;
};

/** What an adapter knows of the account it sends through. Secrets never leave the adapter. */
export type AdapterAccount = {
  ctx: Pick<ActionCtx, "runMutation">;
  settings: Record<string, string | number | boolean>;
  secrets: Record<string, string>;
};

/** One provider account for the length of one batch. `send` never throws: what goes wrong is a result. */
export type ProviderAdapter = {
  send(message: OutgoingMessage): Promise<SendResult>;
  /** Gives back sockets. The adapter is not used afterwards. */
  close(): void;
};
