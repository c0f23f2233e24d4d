import type { Id } from "../../../convex/_generated/dataModel";

/** A person as it stands in a form: somebody known, or an address that was typed. */
export type PersonDraft = { typed: string; contactId: Id<"contacts"> | null; name: string };

export const NOBODY: PersonDraft = { typed: "", contactId: null, name: "" };

type NamedPerson = { contactId: Id<"contacts"> } | { name: string; email?: string; phone?: string };

/** Whom the form names; null when what was typed is no address. Without a name the address stands for it. */
export function namedPerson({ typed, contactId, name }: PersonDraft): NamedPerson | null {
  if (contactId !== null) return { contactId };
  const address = typed.trim();
  const called = name.trim() === "" ? address : name.trim();
  if (/^\S+@\S+\.\S+$/.test(address)) return { name: called, email: address };
  const digits = address.replace(/[\s()/.-]/g, "");
  return /^\+?\d{6,15}$/.test(digits) ? { name: called, phone: address } : null;
}
