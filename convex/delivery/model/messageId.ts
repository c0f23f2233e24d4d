import type { Doc } from "../../_generated/dataModel";

/**
 * The Message-ID of an automatic e-mail, without angle brackets: set at the first try and the same ever after, so that
 * mailboxes can tell that a second one is the same mail (providers.md 7.4). An agent's reply has one in its threading.
 */
export function messageIdFor(row: Doc<"messageQueue">, connection: Pick<Doc<"connections">, "settings">): string {
  return row.messageId ?? `sb-${row._id}@${domainOf(connection.settings.fromAddress)}`;
}

function domainOf(fromAddress: unknown): string {
  const domain = typeof fromAddress === "string" ? fromAddress.split("@").at(-1) : undefined;
  return domain === undefined || domain === "" ? "switchboard.invalid" : domain;
}
