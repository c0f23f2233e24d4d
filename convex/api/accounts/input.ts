import { z } from "zod";
import { MAX_DOMAINS } from "../../contacts/accounts/domains";
import { ACCOUNT_KINDS } from "../../contacts/accounts/kinds";
import { pageQuery } from "../paging";

const MAX_NAME_CHARS = 200;
/** A domain has 253; it may come as an address or a link that has it. */
const MAX_DOMAIN_TEXT_CHARS = 500;

const name = z.string().trim().min(1).max(MAX_NAME_CHARS);
const kind = z.enum(ACCOUNT_KINDS);
const domains = z
  .array(z.string().trim().min(1).max(MAX_DOMAIN_TEXT_CHARS))
  .max(MAX_DOMAINS)
  .describe("What follows the @ in its people's addresses: whoever is new and writes from there belongs to it.");

export const accountsQuery = z.strictObject({
  ...pageQuery,
  kind: kind.optional(),
  search: z.string().trim().min(1).max(MAX_NAME_CHARS).optional().describe("Words of the name."),
});

export const newAccountInput = z.strictObject({
  name,
  kind: kind.default("customer"),
  domains: domains.default([]),
});

export const accountChangeInput = z
  .strictObject({ name, kind, domains: domains.describe("All of them; replaces what was there.") })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { message: "Name at least one field to change." });
