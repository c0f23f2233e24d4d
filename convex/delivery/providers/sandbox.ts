import { internal } from "../../_generated/api";
import type { SendResult } from "../schema";
import { copiesOf } from "./emailParts";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";

/** The simulated provider of every channel: it honours our key, so a repeated send is one message on the device. */
export function sandboxAdapter({ ctx }: Pick<AdapterAccount, "ctx">): ProviderAdapter {
  return {
    async send(message: OutgoingMessage): Promise<SendResult> {
      const { result, afterMs } = await ctx.runMutation(internal.sandbox.jobs.accept, {
        orgId: message.orgId,
        connectionId: message.connectionId,
        channel: message.channel,
        idempotencyKey: message.idempotencyKey,
        address: message.to.address,
        copies: message.copies === undefined ? [] : copiesOf(message).all,
        name: message.to.name,
        subject: message.subject,
        text: message.text,
        html: message.html,
        messageId: message.messageId,
        replyTo: message.replyTo ?? (message.channel === "email" ? message.from.address : undefined),
        from: message.channel === "email" ? { name: "", ...message.from } : undefined,
        references: message.references,
        reaction: message.reaction,
        inReplyTo: message.channel === "whatsapp" ? message.inReplyTo : undefined,
      });
      if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
      return result;
    },
    close() {},
  };
}
