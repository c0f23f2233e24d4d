import { z } from "zod";
import { recipient } from "../messages/input";
import { pageQuery } from "../paging";

export const contactsQuery = z.strictObject({
  ...pageQuery,
  search: z.string().trim().min(1).max(200).optional().describe("Words of a name or an address."),
});

export const contactInput = recipient.describe("Addresses that find the person, or make them.");
