import { registerUnsubscribe } from "../../convex/delivery/model/unsubscribeLinks";
import { setState } from "../../convex/delivery/model";
import { sha256Hex } from "../../convex/lib/crypto";
import type { NewMessage } from "../../convex/delivery/model";
import type { Id } from "../../convex/_generated/dataModel";
import { inMutation, NOON, queueText, type Convex, type Workspace } from "./delivery";

/** An advertising mail that reached the workspace's contact, with `token` in its links. */
export async function mailWithLink(
  t: Convex,
  workspace: Workspace,
  token: string,
  overrides: Partial<NewMessage> = {},
): Promise<Id<"messageQueue">> {
  const advertising = { lane: "marketing", purpose: "marketing", idempotencyKey: token } as const;
  const { queueId } = await queueText(t, workspace, { ...advertising, ...overrides });
  const tokenHash = await sha256Hex(token);
  await inMutation(t, async (ctx) => {
    const row = await ctx.db.get("messageQueue", queueId);
    if (row === null) throw new Error("the message is gone");
    const connectionId = workspace.connections.email;
    const route = {
      connectionId,
      providerMessageId: token,
      routedChannel: "email",
      address: "max@example.org",
    } as const;
    await setState(ctx, row, { kind: "sent", at: NOON }, route);
    await registerUnsubscribe(ctx, row._id, tokenHash);
  });
  return queueId;
}

/** Posts a form the way a browser does, from an address and with a browser's name. */
export async function postForm(t: Convex, path: string, fields: Record<string, string> = {}): Promise<Response> {
  const metadata = { ip: "203.0.113.7", userAgent: "Testbrowser/1.0" };
  return await t.withRequestMetadata(metadata).fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });
}
