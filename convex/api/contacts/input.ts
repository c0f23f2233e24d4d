import { z } from "zod";
import { recipient } from "../messages/input";
import { pageQuery } from "../paging";

const id = z.string().min(1);

export const contactsQuery = z.strictObject({
  ...pageQuery,
  search: z.string().trim().min(1).max(200).optional().describe("Words of a name or an address."),
  organizationId: id.optional().describe("Its people, by name; goes without `search`."),
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
