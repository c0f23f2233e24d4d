import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { AccountScreen } from "../features/accounts/account-screen";
import { AccountsScreen } from "../features/accounts/accounts-screen";

export function AccountsRoute() {
  const search = useSearch({ from: "/accounts" });
  const navigate = useNavigate();
  return (
    <AccountsScreen
      search={search}
      onSearch={(next) => void navigate({ to: "/accounts", search: next, replace: true })}
    />
  );
}

export function AccountRoute() {
  const { accountId } = useParams({ from: "/accounts/$accountId" });
  return <AccountScreen accountId={accountId as Id<"accounts">} />;
}
