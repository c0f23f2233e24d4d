import { Link } from "@tanstack/react-router";
import {
  Activity,
  Building2,
  CalendarDays,
  ChartColumn,
  Inbox,
  ListChecks,
  ListOrdered,
  type LucideIcon,
  Menu as MenuIcon,
  Route,
  Settings,
  ShieldCheck,
  Smartphone,
  Ticket,
  Users,
} from "lucide-react";
import { Button } from "react-aria-components";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Menu } from "../../components/ui/menu";
import { useOrgQuery } from "../../lib/org";
import { BellButton } from "./notifications/bell";
import type { ShellDialog } from "./shell";
import { UserMenu } from "./user-menu";

const ENTRIES = [
  { id: "inbox", to: "/inbox", icon: Inbox },
  { id: "bookings", to: "/bookings", icon: CalendarDays },
  { id: "queue", to: "/queue", icon: ListOrdered },
] as const;

const ENTRY =
  "relative flex h-14 min-w-14 flex-col items-center justify-center gap-0.5 rounded-md text-2xs text-muted aria-[current=page]:font-medium aria-[current=page]:text-accent-text";

/** Navigation of phones, within reach of the thumb. */
export function BottomNav({ onDialog }: { onDialog: (dialog: ShellDialog) => void }) {
  const { t } = useTranslation();
  const counts = useOrgQuery(api.inbox.queries.counts, {});
  return (
    <nav
      aria-label={t("shell.navigation")}
      className="flex shrink-0 items-center justify-around border-t border-line bg-canvas pb-[env(safe-area-inset-bottom)] in-data-keyboard:hidden"
    >
      {ENTRIES.map(({ id, to, icon: Icon }) => (
        <Link key={id} to={to} className={ENTRY}>
          <Icon aria-hidden size={20} strokeWidth={1.7} />
          {t(`nav.${id}`)}
          {id === "inbox" && counts !== undefined && counts.all > 0 && (
            <span className="absolute top-1 right-1.5 rounded-full bg-accent px-1 text-[10px] leading-4 font-semibold text-on-accent">
              {counts.all}
            </span>
          )}
        </Link>
      ))}
      <BellButton onPress={() => onDialog("news")} size={20} className={ENTRY} />
      <MoreMenu onDialog={onDialog} />
      <UserMenu onDialog={onDialog} />
    </nav>
  );
}

function MoreMenu({ onDialog }: { onDialog: (dialog: ShellDialog) => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const item = (
    id:
      | "contacts"
      | "accounts"
      | "tasks"
      | "tickets"
      | "sequences"
      | "monitoring"
      | "reports"
      | "consent"
      | "phones"
      | "settings",
    Icon: LucideIcon,
  ) => ({
    id,
    label: t(`nav.${id}`),
    icon: <Icon size={16} />,
    onAction: () => void navigate({ to: `/${id}` }),
  });
  return (
    <Menu
      label={t("shell.menu")}
      placement="top"
      groups={[
        {
          id: "screens",
          items: [
            item("contacts", Users),
            item("accounts", Building2),
            item("tasks", ListChecks),
            item("tickets", Ticket),
            item("sequences", Route),
            item("monitoring", Activity),
            item("reports", ChartColumn),
            item("consent", ShieldCheck),
            item("phones", Smartphone),
            item("settings", Settings),
          ],
        },
        {
          id: "tools",
          items: [{ id: "palette", label: t("shell.palette"), onAction: () => onDialog("palette") }],
        },
      ]}
      trigger={
        <Button className={ENTRY}>
          <MenuIcon aria-hidden size={20} strokeWidth={1.7} />
          {t("common.more")}
        </Button>
      }
    />
  );
}
