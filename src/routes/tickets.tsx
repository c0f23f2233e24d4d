import { useNavigate, useSearch } from "@tanstack/react-router";
import { TicketsScreen } from "../features/tickets/tickets-screen";

export function TicketsRoute() {
  const search = useSearch({ from: "/tickets" });
  const navigate = useNavigate();
  return <TicketsScreen search={search} onSearch={(next) => void navigate({ to: "/tickets", search: next })} />;
}
