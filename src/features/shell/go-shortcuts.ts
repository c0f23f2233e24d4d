import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Shortcut } from "../../lib/shortcuts";

/** The keys that lead from anywhere to each screen. */
export function useGoShortcuts(): Shortcut[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return [
    {
      id: "go-inbox",
      keys: "g i",
      label: t("actions.goInbox"),
      group: "go",
      run: () => void navigate({ to: "/inbox", search: { view: "all" } }),
    },
    {
      id: "go-queue",
      keys: "g q",
      label: t("actions.goQueue"),
      group: "go",
      run: () => void navigate({ to: "/queue", search: { group: "waiting" } }),
    },
    {
      id: "go-monitoring",
      keys: "g m",
      label: t("actions.goMonitoring"),
      group: "go",
      run: () => void navigate({ to: "/monitoring", search: { range: "day" } }),
    },
    {
      id: "go-tasks",
      keys: "g t",
      label: t("actions.goTasks"),
      group: "go",
      run: () => void navigate({ to: "/tasks", search: { status: "open" } }),
    },
    {
      id: "go-drill",
      keys: "g d",
      label: t("actions.goDrill"),
      group: "go",
      run: () => void navigate({ to: "/drill" }),
    },
    {
      id: "go-bookings",
      keys: "g b",
      label: t("actions.goBookings"),
      group: "go",
      run: () => void navigate({ to: "/bookings", search: { view: "upcoming" } }),
    },
    {
      id: "go-contacts",
      keys: "g c",
      label: t("actions.goContacts"),
      group: "go",
      run: () => void navigate({ to: "/contacts" }),
    },
    {
      id: "go-sequences",
      keys: "g s",
      label: t("actions.goSequences"),
      group: "go",
      run: () => void navigate({ to: "/sequences" }),
    },
    {
      id: "go-consent",
      keys: "g o",
      label: t("actions.goConsent"),
      group: "go",
      run: () => void navigate({ to: "/consent", search: { tab: "suppressions" } }),
    },
    {
      id: "go-phones",
      keys: "g p",
      label: t("actions.goPhones"),
      group: "go",
      run: () => void navigate({ to: "/phones" }),
    },
    {
      id: "go-settings",
      keys: "mod+,",
      label: t("actions.goSettings"),
      group: "go",
      run: () => void navigate({ to: "/settings/$section", params: { section: "general" } }),
    },
  ];
}
