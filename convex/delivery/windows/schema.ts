import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

/** What may be written to a person on WhatsApp (providers.md 13.4). */
export const vAnswerWindow = v.object({
  /** Anything until then (UTC ms); null: always. In the past: only the templates. */
  until: v.union(v.number(), v.null()),
  /** False: the organisation prefers other channels to templates. */
  usesTemplates: v.boolean(),
  /** Approved at an account that sends, each once, in the language that would be sent. */
  templates: v.array(
    v.object({
      templateId: v.id("templates"),
      name: v.string(),
      language: v.string(),
      /** The text with `{{variables}}`. */
      text: v.string(),
      variables: v.array(v.object({ name: v.string(), fallback: v.string() })),
    }),
  ),
});
export type AnswerWindow = Infer<typeof vAnswerWindow>;

export const windowTables = {
  // When a person last wrote to a WhatsApp account: for 24 hours anything may be answered (providers.md 13.4). One row a
  // person and account. Written by inbox when a message comes in; read before each send.
  inboundWindows: defineTable({
    orgId: v.id("organisations"),
    contactId: v.id("contacts"),
    connectionId: v.id("connections"),
    /** The person's own time of the message, not ours. */
    lastInboundAt: v.number(),
  }).index("by_contact", ["contactId", "connectionId"]),
};
