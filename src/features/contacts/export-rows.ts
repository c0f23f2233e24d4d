import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api";

type Contact = FunctionReturnType<typeof api.contacts.queries.list>["page"][number];

type Order = { number: string; status: string | null };

const COLUMNS = ["name", "first name", "last name", "email", "phone", "whatsapp", "locale", "timezone"] as const;

/**
 * Contacts as a table that our own import reads again: the primary address of each channel, the others in one cell, a
 * column for every attribute anybody has, times as ISO 8601 with zone. Orders stand in one cell, each with its state.
 */
export function exportTable(
  contacts: readonly Contact[],
  ordersOf: ReadonlyMap<Contact["id"], readonly Order[]>,
): { columns: string[]; rows: string[][] } {
  const keys = [...new Set(contacts.flatMap(({ attributes }) => Object.keys(attributes)))].sort((a, b) =>
    a.localeCompare(b),
  );
  const rows = contacts.map((contact) => {
    const first = (channel: string) => {
      const all = contact.addresses.filter((each) => each.channel === channel);
      return (all.find(({ isPrimary }) => isPrimary) ?? all[0])?.address ?? "";
    };
    const main = [first("email"), first("sms"), first("whatsapp")];
    const others = contact.addresses.map(({ address }) => address).filter((address) => !main.includes(address));
    const { name, firstName = "", lastName = "", locale = "", timezone = "", attributes, createdAt } = contact;
    const facts = [name, firstName, lastName, ...main, locale, timezone, [...new Set(others)].join(" ")];
    const orders = (ordersOf.get(contact.id) ?? []).map(orderText).join("; ");
    return [...facts, new Date(createdAt).toISOString(), orders, ...keys.map((key) => String(attributes[key] ?? ""))];
  });
  return { columns: [...COLUMNS, "other addresses", "created at", "orders", ...keys], rows };
}

function orderText({ number, status }: Order): string {
  return status === null ? number : `${number} (${status})`;
}
