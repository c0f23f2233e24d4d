import { useNavigate, useSearch } from "@tanstack/react-router";
import { MonitoringScreen } from "../features/monitoring/monitoring-screen";

export function MonitoringRoute() {
  const { range } = useSearch({ from: "/monitoring" });
  const navigate = useNavigate();
  return (
    <MonitoringScreen
      range={range}
      onRange={(next) => void navigate({ to: "/monitoring", search: { range: next }, replace: true })}
    />
  );
}
