"use node";

import type { Doc } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import { secretsOf } from "../../connections/model";
import { log, reasonOf } from "../../lib/log";
import { emailHeaders } from "../headers";
import { openAdapter } from "../providers/adapters";
import type { OutgoingMessage } from "../providers/types";
import type { SendResult } from "../schema";
import type { SystemMail } from "../systemMail/model";

/** Sends a mail of the product through the first account that takes it. Null when one did, else the last one's reason. */
export async function sendSystemMail(ctx: ActionCtx, mail: SystemMail): Promise<string | null> {
  let reason = "There is no account to send e-mail with.";
  for (const account of mail.accounts) {
    const result = await sendThrough(ctx, account, mail).catch(refusedByUs);
    if (result.kind === "accepted") return null;
    reason = whyNot(result);
    log.warn("systemMail.refused", { connectionId: account._id, reason });
  }
  return reason;
}

async function sendThrough(ctx: ActionCtx, account: Doc<"connections">, mail: SystemMail): Promise<SendResult> {
  const secrets = await secretsOf(account);
  const adapter = openAdapter(account.provider, { ctx, settings: account.settings, secrets });
  try {
    return await adapter.send(messageOf(account, mail));
  } finally {
    adapter.close();
  }
}

function messageOf(
  account: Doc<"connections">,
  { orgId, orgName, to, subject, text, at }: SystemMail,
): OutgoingMessage {
  const { fromAddress, fromName } = account.settings;
  const from = typeof fromAddress === "string" ? fromAddress : "";
  const id = crypto.randomUUID();
  return {
    orgId,
    connectionId: account._id,
    channel: "email",
    idempotencyKey: `system:${id}`,
    to,
    from: { address: from, name: typeof fromName === "string" && fromName !== "" ? fromName : orgName },
    subject,
    text,
    messageId: `${id}@${from.split("@")[1] ?? "switchboard.invalid"}`,
    references: [],
    headers: emailHeaders({ channel: "email", purpose: "service", sourceKind: "system" }, undefined),
    attachments: [],
    at,
  };
}

function refusedByUs(thrown: unknown): SendResult {
  return { kind: "refused", failure: { class: "config", reason: reasonOf(thrown) } };
}

function whyNot(result: Exclude<SendResult, { kind: "accepted" }>): string {
  if (result.kind === "refused") return result.failure.reason;
  return result.kind === "lost" ? result.reason : "It was not started.";
}
