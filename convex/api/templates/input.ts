import { z } from "zod";
import { EMAIL_LAYOUTS } from "../../templates/schema";
import { TEMPLATE_CATEGORIES, TEMPLATE_CHANNEL_TYPES } from "../../templates/sets";
import { BUSINESS_ENTITIES } from "../../lib/closedSets";
import { pageQuery } from "../paging";

const MAX_BODY_CHARS = 100_000;

export const templatesQuery = z.strictObject(pageQuery);

export const newTemplateInput = z.strictObject({
  name: z.string().trim().min(1).max(200),
  category: z.enum(TEMPLATE_CATEGORIES),
  channelType: z.enum(TEMPLATE_CHANNEL_TYPES).default("any"),
  businessEntity: z.enum(BUSINESS_ENTITIES).default("all"),
  locale: z.string().min(2).max(35).default("en"),
  subject: z.string().max(998).default("").describe("Line of an e-mail, with `{{variables}}`."),
  body: z.string().min(1).max(MAX_BODY_CHARS).describe("Text with `{{variables}}`; blank lines part paragraphs."),
  shortBody: z.string().min(1).max(1_600).optional().describe("For SMS and WhatsApp; absent = `body`."),
  layout: z.enum(EMAIL_LAYOUTS).default("agent_reply"),
  variables: z
    .array(z.strictObject({ name: z.string().regex(/^[A-Za-z_]\w*$/), fallback: z.string().max(1_000) }))
    .max(100)
    .default([])
    .describe("What stands where a value is missing."),
});
