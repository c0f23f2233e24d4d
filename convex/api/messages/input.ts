import { z } from "zod";
import { LANES } from "../../delivery/schema";
import { CHANNELS, PURPOSES } from "../../lib/closedSets";
import { problemsOf, type FieldProblem } from "../respond";

// Bodies are kept in one row each, and a row holds 1 MiB: room for both texts with everything around them.
const MAX_TEXT_CHARS = 100_000;
const MAX_HTML_CHARS = 400_000;
const MAX_SUBJECT_CHARS = 998; // RFC 5322 2.1.1
const MAX_ATTACHMENTS = 10;
/** All attachments together, decoded. Base64 of it fits the 20 MB an HTTP request may have. */
export const MAX_ATTACHMENT_BYTES = 12 * 1024 * 1024;
const MAX_KEY_CHARS = 256;
/** Messages of one batch: each is a transaction of its own inside the request. */
export const MAX_BATCH = 100;

export const recipient = z
  .strictObject({
    contactId: z.string().optional(),
    email: z.string().max(320).optional(),
    phone: z.string().max(50).optional(),
    whatsapp: z.string().max(150).optional(),
    name: z.string().max(200).optional(),
    locale: z.string().max(35).optional(),
    timezone: z.string().max(60).optional(),
  })
  .refine((to) => Boolean(to.contactId ?? to.email ?? to.phone ?? to.whatsapp), {
    message: "Name a contact or at least one address.",
  });

export const attachment = z.strictObject({
  name: z.string().min(1).max(255),
  contentType: z.string().regex(/^[\w.+-]+\/[\w.+-]+(;.*)?$/, "This is no media type."),
  /** Base64. */
  content: z.base64(),
  contentId: z.string().max(255).optional(),
});

const finished = z.strictObject({
  subject: z.string().max(MAX_SUBJECT_CHARS).optional(),
  text: z.string().min(1).max(MAX_TEXT_CHARS),
  html: z.string().max(MAX_HTML_CHARS).optional(),
  attachments: z.array(attachment).max(MAX_ATTACHMENTS).default([]),
});

const fromTemplate = z.strictObject({
  templateId: z.string().min(1),
  values: z.record(z.string(), z.string().max(MAX_TEXT_CHARS)).default({}),
});

/** A finished message as an outside system hands it over (product.md C-01). */
export const messageInput = z
  .strictObject({
    to: recipient,
    channel: z.enum([...CHANNELS, "best"]).default("best"),
    purpose: z.enum(PURPOSES).default("transactional"),
    priority: z.enum(LANES).optional(),
    content: z.union([finished, fromTemplate]),
    /** ISO 8601 with offset; absent or past = now. */
    scheduledAt: z.iso.datetime({ offset: true }).optional(),
    /** The same key again is the same message (C-40). The header Idempotency-Key says the same for one message. */
    idempotencyKey: z.string().min(1).max(MAX_KEY_CHARS).optional(),
    /** The caller's own name for the message, returned with every status. */
    reference: z.string().max(MAX_KEY_CHARS).optional(),
  })
  .superRefine((message, issues) => {
    const { content, channel, purpose, priority } = message;
    const fail = (path: string[], text: string) => issues.addIssue({ code: "custom", path, message: text });
    if (channel === "email" && "text" in content && !content.subject?.trim()) {
      fail(["content", "subject"], "An e-mail needs a subject.");
    }
    if (purpose === "marketing" && priority !== undefined && priority !== "marketing") {
      fail(["priority"], "Marketing messages go in the marketing lane.");
    }
  });
export type MessageInput = z.infer<typeof messageInput>;

export const batchInput = z.strictObject({ messages: z.array(z.unknown()).min(1).max(MAX_BATCH) });

/** What became of one message of a batch. */
export const batchResult = z.object({
  status: z.int().describe("200, 202, or what the message alone would have been answered."),
  message: z.unknown().describe("The message where it was queued, else a sentence."),
  code: z.string().optional(),
  field: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

/** The message a request describes, or everything that is wrong with it. */
export function readMessage(
  value: unknown,
): { ok: true; message: MessageInput } | { ok: false; problems: FieldProblem[] } {
  const parsed = messageInput.safeParse(value);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
  const { content } = parsed.data;
  if ("attachments" in content) {
    const bytes = content.attachments.reduce((sum, file) => sum + Math.floor((file.content.length * 3) / 4), 0);
    if (bytes > MAX_ATTACHMENT_BYTES) {
      const message = `Attachments may have ${MAX_ATTACHMENT_BYTES} bytes together.`;
      return { ok: false, problems: [{ field: "content.attachments", message }] };
    }
  }
  return { ok: true, message: parsed.data };
}
