/** What an organisation is to us (requirement S1: customer_organization_id, partner_organization_id). */
export const ACCOUNT_KINDS = ["customer", "partner"] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];
