import { useNavigate, useSearch } from "@tanstack/react-router";
import { IntakeScreen } from "../features/intake/intake-screen";

export function IntakeRoute() {
  const { group } = useSearch({ from: "/intake" });
  const navigate = useNavigate();
  return (
    <IntakeScreen
      group={group}
      onGroup={(next) => void navigate({ to: "/intake", search: { group: next }, replace: true })}
    />
  );
}
