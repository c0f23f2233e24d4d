import { z } from "zod";
import { REFERENCE_NAME } from "../../inbox/references/pairs";
import { recipient } from "../messages/input";
import { pageQuery, updatedSinceQuery } from "../paging";

const id = z.string().min(1);

/** What a request says about attributes, of a person or a conversation. */
export const attributeChange = z
  .record(
    z.string().regex(REFERENCE_NAME, "Letters, digits, dot, dash and underscore, which is not first."),
    z.union([z.string().max(500), z.number(), z.boolean(), z.null()]),
  )
  .describe("Those named are changed, `null` takes one away. A field of your settings takes values of its kind only.");

export const contactsQuery = z.strictObject({
  ...pageQuery,
  search: z.string().trim().min(1).max(200).optional().describe("Words of a name or an address."),
  organizationId: id.optional().describe("Its people, by name; goes without `search`."),
  updatedSince: updatedSinceQuery.describe(
    "Who changed since then, the longest unchanged first; goes without `search`.",
  ),
});

export const contactInput = recipient
  .safeExtend({
    organizationId: z
      .union([id, z.null()])
      .optional()
      .describe(
        "Where the person belongs from now on, `null` for nowhere; absent = as it is, or by their mail domain.",
      ),
  })
  .describe("Addresses that find the person, or make them.");

export const contactChangeInput = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    locale: z.union([z.string().trim().min(1), z.null()]).describe("A language as in BCP 47."),
    timezone: z.union([z.string().trim().min(1), z.null()]).describe("A zone of the IANA database."),
    organizationId: z.union([id, z.null()]).describe("Where the person belongs."),
    tags: z.array(z.string().trim().min(1).max(60)).max(50).describe("All of them; replaces what was there."),
    attributes: attributeChange,
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { message: "Name at least one field to change." });
