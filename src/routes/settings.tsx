import { useNavigate, useParams } from "@tanstack/react-router";
import { SettingsScreen } from "../features/settings/settings-screen";

export function SettingsRoute() {
  const { section } = useParams({ from: "/settings/$section" });
  const navigate = useNavigate();
  return (
    <SettingsScreen
      section={section}
      onSection={(next) => void navigate({ to: "/settings/$section", params: { section: next }, replace: true })}
    />
  );
}
