import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { ContactsScreen } from "../features/contacts/contacts-screen";

export function ContactsRoute() {
  const { account, tab = "contacts" } = useSearch({ from: "/contacts" });
  const navigate = useNavigate();
  return (
    <ContactsScreen
      accountId={account === undefined ? null : (account as Id<"accounts">)}
      tab={tab}
      onTab={(next) => void navigate({ to: "/contacts", search: next === "contacts" ? {} : { tab: next } })}
      onAllAccounts={() => void navigate({ to: "/contacts", search: {} })}
    />
  );
}
