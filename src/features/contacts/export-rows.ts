import type { FunctionReturnType } from "convex/server";
import { ordersAsCell } from "../../../convex/contacts/orders/cell";
import { MAX_ORDERS_OF_LINE } from "../../../convex/contacts/orders/rules";
import type { api } from "../../../convex/_generated/api";

type Contact = FunctionReturnType<typeof api.contacts.queries.list>["page"][number];

type Order = { number: string; status: string | null };

const COLUMNS = ["name", "first name", "last name", "email", "phone", "whatsapp", "locale", "timezone"] as const;

/**
 * Contacts as a table that our own import reads again: the primary address of each channel, the others in one cell, a
 * column for every attribute anybody has, times as ISO 8601 with zone. Orders stand in one cell, each with its state;
 * who has more than a line may name stands in several lines.
 */
export function exportTable(
  contacts: readonly Contact[],
  ordersOf: ReadonlyMap<Contact["id"], readonly Order[]>,
): { columns: string[]; rows: string[][] } {
  const keys = [...new Set(contacts.flatMap(({ attributes }) => Object.keys(attributes)))].sort((a, b) =>
    a.localeCompare(b),
  );
  const rows = contacts.flatMap((contact) => {
    const first = (channel: string) => {
      const all = contact.addresses.filter((each) => each.channel === channel);
      return (all.find(({ isPrimary }) => isPrimary) ?? all[0])?.address ?? "";
    };
    const main = [first("email"), first("sms"), first("whatsapp")];
    const others = contact.addresses.map(({ address }) => address).filter((address) => !main.includes(address));
    const { name, firstName = "", lastName = "", locale = "", timezone = "", attributes, createdAt } = contact;
    const facts = [name, firstName, lastName, ...main, locale, timezone, [...new Set(others)].join(" ")];
    const values = keys.map((key) => String(attributes[key] ?? ""));
    const cells = orderCells(ordersOf.get(contact.id) ?? []);
    return cells.map((cell) => [...facts, new Date(createdAt).toISOString(), cell, ...values]);
  });
  return { columns: [...COLUMNS, "other addresses", "created at", "orders", ...keys], rows };
}

function orderCells(orders: readonly Order[]): string[] {
  const cells: string[] = [];
  for (let at = 0; at === 0 || at < orders.length; at += MAX_ORDERS_OF_LINE) {
    cells.push(ordersAsCell(orders.slice(at, at + MAX_ORDERS_OF_LINE)));
  }
  return cells;
}
