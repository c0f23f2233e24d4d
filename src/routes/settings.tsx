import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { SettingsScreen } from "../features/settings/settings-screen";

export function SettingsRoute() {
  const { section } = useParams({ from: "/settings/$section" });
  const { part } = useSearch({ from: "/settings/$section" });
  const navigate = useNavigate();
  return (
    <SettingsScreen
      section={section}
      part={part ?? "channelSettings"}
      onSection={(next) => void navigate({ to: "/settings/$section", params: { section: next } })}
      onPart={(next) =>
        void navigate({
          to: "/settings/$section",
          params: { section: "delivery" },
          search: { part: next },
          replace: true,
        })
      }
    />
  );
}
