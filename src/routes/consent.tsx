import { useNavigate, useSearch } from "@tanstack/react-router";
import { ConsentScreen } from "../features/consent/consent-screen";

export function ConsentRoute() {
  const { tab } = useSearch({ from: "/consent" });
  const navigate = useNavigate();
  return (
    <ConsentScreen
      tab={tab}
      onTab={(next) => void navigate({ to: "/consent", search: { tab: next }, replace: true })}
    />
  );
}
