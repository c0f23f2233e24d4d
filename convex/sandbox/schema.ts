import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vChannel } from "../lib/closedSets";
import { SANDBOX_ANSWERS, SANDBOX_RECEIPTS, SANDBOX_SENDING } from "./behaviour";

/** How one simulated provider account behaves. */
export const vSandboxBehaviour = v.object({
  sending: literals(...SANDBOX_SENDING),
  receipts: literals(...SANDBOX_RECEIPTS),
  answers: literals(...SANDBOX_ANSWERS),
});
export type SandboxBehaviour = Infer<typeof vSandboxBehaviour>;

export const sandboxTables = {
  // What lies on the simulated devices. Written by the sandbox provider (inbound to the device) and by the device itself.
  sandboxMessages: defineTable({
    orgId: v.id("organisations"),
    channel: vChannel,
    /** The customer's address on that channel: which device it belongs to. */
    address: v.string(),
    direction: literals("to_customer", "from_customer"),
    /** Name in the To header; what the phone wall calls the device. */
    name: v.optional(v.string()),
    /** The connection it came through; absent for what the customer wrote. */
    connectionId: v.optional(v.id("connections")),
    subject: v.optional(v.string()),
    text: v.string(),
    html: v.optional(v.string()),
    /** E-mail headers the answer needs: Message-ID, Reply-To. */
    messageId: v.optional(v.string()),
    replyTo: v.optional(v.string()),
    /** Of a mail: whom it says it is from. */
    from: v.optional(v.object({ address: v.string(), name: v.string() })),
    references: v.optional(v.array(v.string())),
    /** The id the provider gave: receipts name it. Unique per organisation: a repeated send is one message. */
    providerMessageId: v.string(),
    /** What the two sides reacted to it with. */
    ourReaction: v.optional(v.string()),
    customerReaction: v.optional(v.string()),
    /** The provider's id of the message it quotes. */
    quotedId: v.optional(v.string()),
    at: v.number(),
  })
    .index("by_device", ["orgId", "address", "at"])
    .index("by_provider_message", ["orgId", "providerMessageId"]),
  // Chosen behaviour of a sandbox connection; absent = WELL_BEHAVED. Written and read by the sandbox.
  sandboxBehaviours: defineTable({
    orgId: v.id("organisations"),
    connectionId: v.id("connections"),
    ...vSandboxBehaviour.fields,
  }).index("by_connection", ["orgId", "connectionId"]),
};
