import {
  Activity,
  AlarmClock,
  AtSign,
  CalendarClock,
  Eye,
  PencilLine,
  Star,
  Building2,
  CalendarDays,
  ChartColumn,
  FileText,
  Hourglass,
  Inbox,
  ListChecks,
  ListOrdered,
  type LucideIcon,
  Mail,
  MessageCircle,
  MessageSquareText,
  MessagesSquare,
  ClipboardList,
  Route,
  Settings,
  ShieldCheck,
  Smartphone,
  Ticket,
  User,
  UserRoundX,
  Users,
  Archive,
  ShieldX,
  Trash2,
} from "lucide-react";
import type { InternalChannel } from "../../../convex/lib/closedSets";
import type { Permission } from "../../../convex/lib/permissions";
import type { InboxSearch } from "../../lib/search-params";

type CountKey = "all" | "mine" | "unassigned" | "overdue" | "email" | "sms" | "whatsapp" | InternalChannel;
type OwnCountKey = "mentioned" | "followed" | "drafts" | "planned";

export type InboxNavItem = {
  id: CountKey | OwnCountKey | "starred" | "snoozed" | "closed" | "spam" | "deleted";
  icon: LucideIcon;
  search: InboxSearch;
  /** Which live count stands beside it. */
  count: CountKey | OwnCountKey | null;
  /** Who may not do this does not see it. */
  needs?: Permission;
};

export const INBOX_NAV: readonly InboxNavItem[] = [
  { id: "all", icon: Inbox, search: { view: "all" }, count: "all" },
  { id: "mine", icon: User, search: { view: "mine" }, count: "mine" },
  { id: "unassigned", icon: UserRoundX, search: { view: "unassigned" }, count: "unassigned" },
  { id: "overdue", icon: AlarmClock, search: { view: "overdue" }, count: "overdue" },
  { id: "email", icon: Mail, search: { view: "all", channel: "email" }, count: "email" },
  { id: "sms", icon: MessageSquareText, search: { view: "all", channel: "sms" }, count: "sms" },
  { id: "whatsapp", icon: MessageCircle, search: { view: "all", channel: "whatsapp" }, count: "whatsapp" },
  {
    id: "internal_comment",
    icon: MessagesSquare,
    search: { view: "all", channel: "internal_comment" },
    count: "internal_comment",
  },
  {
    id: "internal_ticket",
    icon: ClipboardList,
    search: { view: "all", channel: "internal_ticket" },
    count: "internal_ticket",
  },
  { id: "closed", icon: Archive, search: { view: "closed" }, count: null },
  { id: "spam", icon: ShieldX, search: { view: "spam" }, count: null },
  { id: "deleted", icon: Trash2, search: { view: "deleted" }, count: null, needs: "threads.delete" },
];

/** What conversations are to the member alone; its counts stop at 100. */
export const OWN_NAV: readonly InboxNavItem[] = [
  { id: "mentioned", icon: AtSign, search: { view: "mentioned" }, count: "mentioned" },
  { id: "followed", icon: Eye, search: { view: "followed" }, count: "followed" },
  { id: "starred", icon: Star, search: { view: "starred" }, count: null },
  { id: "drafts", icon: PencilLine, search: { view: "drafts" }, count: "drafts" },
  { id: "planned", icon: CalendarClock, search: { view: "planned" }, count: "planned" },
  { id: "snoozed", icon: Hourglass, search: { view: "snoozed" }, count: null },
];

export const SCREEN_NAV = [
  { id: "bookings", icon: CalendarDays, to: "/bookings", keys: "g b" },
  { id: "contacts", icon: Users, to: "/contacts", keys: "g c" },
  { id: "accounts", icon: Building2, to: "/accounts", keys: "g a" },
  { id: "tasks", icon: ListChecks, to: "/tasks", keys: "g t" },
  { id: "tickets", icon: Ticket, to: "/tickets", keys: "g k" },
  { id: "sequences", icon: Route, to: "/sequences", keys: "g s" },
  { id: "templates", icon: FileText, to: "/templates", keys: "g e" },
  { id: "queue", icon: ListOrdered, to: "/queue", keys: "g q" },
  { id: "monitoring", icon: Activity, to: "/monitoring", keys: "g m" },
  { id: "reports", icon: ChartColumn, to: "/reports", keys: "g r" },
  { id: "consent", icon: ShieldCheck, to: "/consent", keys: "g o" },
  { id: "phones", icon: Smartphone, to: "/phones", keys: "g p" },
  { id: "settings", icon: Settings, to: "/settings", keys: "mod+," },
] as const;
