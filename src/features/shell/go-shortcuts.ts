import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { can } from "../../../convex/lib/permissions";
import { useOrg } from "../../lib/org";
import type { Shortcut } from "../../lib/shortcuts";
import { INBOX_NAV, OWN_NAV } from "./nav-items";

/** The keys that lead from anywhere to each screen. */
export function useGoShortcuts(): Shortcut[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { membership } = useOrg();
  const go = (screen: string, keys: string | null, label: string, run: () => Promise<void>): Shortcut => ({
    id: `go-${screen}`,
    keys,
    label,
    group: "go",
    run: () => void run(),
  });
  const lists = [...INBOX_NAV, ...OWN_NAV].filter(({ needs }) => needs === undefined || can(membership.role, needs));
  return [
    go("inbox", "g i", t("actions.goInbox"), () => navigate({ to: "/inbox", search: { view: "all" } })),
    ...lists.map(({ id, search }): Shortcut => ({
      id: `go-list-${id}`,
      keys: null,
      label: t("actions.goView", { name: t(`nav.${id}`) }),
      group: "go",
      run: () => void navigate({ to: "/inbox", search }),
    })),
    go("queue", "g q", t("actions.goQueue"), () => navigate({ to: "/queue", search: { group: "waiting" } })),
    go("monitoring", "g m", t("actions.goMonitoring"), () => navigate({ to: "/monitoring", search: { range: "day" } })),
    go("reports", "g r", t("actions.goReports"), () => navigate({ to: "/reports", search: { period: "month" } })),
    go("tasks", "g t", t("actions.goTasks"), () => navigate({ to: "/tasks", search: { status: "open" } })),
    go("tickets", "g k", t("actions.goTickets"), () => navigate({ to: "/tickets", search: { view: "open" } })),
    go("drill", "g d", t("actions.goDrill"), () => navigate({ to: "/drill" })),
    go("bookings", "g b", t("actions.goBookings"), () => navigate({ to: "/bookings", search: { view: "upcoming" } })),
    go("contacts", "g c", t("actions.goContacts"), () => navigate({ to: "/contacts", search: {} })),
    go("accounts", "g a", t("actions.goAccounts"), () => navigate({ to: "/accounts", search: {} })),
    go("sequences", "g s", t("actions.goSequences"), () => navigate({ to: "/sequences" })),
    go("templates", "g e", t("actions.goTemplates"), () => navigate({ to: "/templates" })),
    go("consent", "g o", t("actions.goConsent"), () => navigate({ to: "/consent", search: { tab: "suppressions" } })),
    go("phones", "g p", t("actions.goPhones"), () => navigate({ to: "/phones" })),
    go("settings", "mod+,", t("actions.goSettings"), () =>
      navigate({ to: "/settings/$section", params: { section: "general" } }),
    ),
    go("profile", null, t("actions.goProfile"), () =>
      navigate({ to: "/settings/$section", params: { section: "profile" } }),
    ),
  ];
}
