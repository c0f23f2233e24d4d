import { Link, useRouterState } from "@tanstack/react-router";
import { ChevronDown, type LucideIcon, PanelLeftClose, PanelLeftOpen, Search, Smartphone } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Focusable } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { IconButton, WithTooltip } from "../../components/ui/button";
import { Badge } from "../../components/ui/badge";
import { cx } from "../../components/ui/classes";
import { Kbd } from "../../components/ui/kbd";
import { Logo } from "../../components/ui/logo";
import { can } from "../../../convex/lib/permissions";
import { useOrg, useOrgQuery } from "../../lib/org";
import { type InboxSearch, searchKey } from "../../lib/search-params";
import { useStored } from "../../lib/stored";
import { INBOX_NAV, type InboxNavItem, OWN_NAV, SCREEN_NAV } from "./nav-items";
import { BellButton } from "./notifications/bell";
import { OwnMenu } from "./own-menu";
import { SavedViews } from "./saved-views";
import type { ShellDialog } from "./shell";
import { MOST_LATE, useLateTasks } from "./use-late-tasks";
import { UserMenu } from "./user-menu";

type SidebarProps = {
  isCollapsed: boolean;
  /** False where there is only room for the narrow form. */
  canToggle: boolean;
  onToggle: () => void;
  onDialog: (dialog: ShellDialog) => void;
  dock: { isOpen: boolean; toggle: () => void } | null;
};

export function Sidebar({ isCollapsed, canToggle, onToggle, onDialog, dock }: SidebarProps) {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t("shell.navigation")}
      className={cx(
        "flex shrink-0 flex-col gap-2 border-r border-line bg-canvas py-3",
        isCollapsed ? "w-14 items-center px-2" : "w-56 px-3",
      )}
    >
      <SidebarHead isCollapsed={isCollapsed} />
      <SearchButton isCollapsed={isCollapsed} onPress={() => onDialog("palette")} />
      <SidebarNav isCollapsed={isCollapsed} />
      <div className={cx("flex gap-1", isCollapsed ? "flex-col items-center" : "items-center")}>
        <BellButton
          onPress={() => onDialog("news")}
          size={16}
          className="inline-flex size-8 shrink-0 cursor-default items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-text"
        />
        {dock !== null && (
          <IconButton
            label={t("shell.phoneDock")}
            keys="shift+p"
            icon={<Smartphone size={16} />}
            isActive={dock.isOpen}
            aria-pressed={dock.isOpen}
            onPress={dock.toggle}
          />
        )}
        {canToggle && (
          <IconButton
            label={t(isCollapsed ? "shell.expand" : "shell.collapse")}
            icon={isCollapsed ? <PanelLeftOpen size={16} /> : <PanelLeftClose size={16} />}
            onPress={onToggle}
          />
        )}
        {!isCollapsed && <span className="grow" />}
        <UserMenu onDialog={onDialog} />
      </div>
    </nav>
  );
}

function SidebarHead({ isCollapsed }: { isCollapsed: boolean }) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  if (isCollapsed) return <Logo size={28} />;
  return (
    <div className="flex items-center gap-2 px-1">
      <Logo size={28} />
      <div className="min-w-0 grow leading-tight">
        <p className="truncate text-sm font-semibold">{membership.orgName}</p>
        <p className="flex items-center gap-1.5 text-2xs text-faint">
          {t("app.name")}
          {membership.isDemo && <Badge tone="warn">{t("shell.demo")}</Badge>}
        </p>
      </div>
    </div>
  );
}

function SearchButton({ isCollapsed, onPress }: { isCollapsed: boolean; onPress: () => void }) {
  const { t } = useTranslation();
  if (isCollapsed) {
    return <IconButton label={t("shell.palette")} keys="mod+k" icon={<Search size={16} />} onPress={onPress} />;
  }
  return (
    <button
      type="button"
      onClick={onPress}
      aria-label={t("shell.palette")}
      className="mt-1 flex h-8 shrink-0 items-center gap-2 rounded-md border border-line bg-surface px-2 text-sm text-faint transition-colors hover:border-line-strong"
    >
      <Search aria-hidden size={14} />
      <span className="grow text-left">{t("common.search")}</span>
      <Kbd keys="mod+k" />
    </button>
  );
}

/** Screens that are part of another one's. */
const PART_OF: Readonly<Record<string, string>> = { "/segments": "/contacts" };

function SidebarNav({ isCollapsed }: { isCollapsed: boolean }) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const counts = useOrgQuery(api.inbox.queries.counts, {});
  const own = useOrgQuery(api.inbox.personal.queries.counts, {});
  const [isOwnFolded, setIsOwnFolded] = useStored<boolean>("ownListsFolded", false);
  // Which conversation of a screen is open makes no difference here: nothing is drawn again for it.
  const screen = useRouterState({ select: ({ location }) => `/${location.pathname.split("/")[1] ?? ""}` });
  const searchText = useRouterState({ select: ({ location }) => JSON.stringify(location.search) });
  const inboxSearch = screen === "/inbox" ? (JSON.parse(searchText) as InboxSearch) : null;
  const isCurrent = (search: { view: string; channel?: string }) =>
    inboxSearch !== null && inboxSearch.view === search.view && inboxSearch.channel === search.channel;
  const places = useRef<HTMLDivElement>(null);
  // On a low window the list is longer than its room: where one is stays in sight.
  useEffect(() => {
    places.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: "nearest" });
  }, [screen]);
  const late = useLateTasks();
  // The list of what is overdue has tasks among the conversations.
  const overdue = counts === undefined ? undefined : counts.overdue + late;
  const shown = { ...counts, ...own, overdue };
  const inboxEntry = (item: InboxNavItem) => (
    <NavEntry
      key={item.id}
      icon={item.icon}
      label={t(`nav.${item.id}`)}
      isCollapsed={isCollapsed}
      isCurrent={isCurrent(item.search)}
      count={item.count === null ? undefined : shown[item.count]}
      isCapped={OWN_NAV.includes(item) || (item.count === "overdue" && late >= MOST_LATE)}
    >
      {(className, content) => (
        <Link to="/inbox" search={item.search} className={className}>
          {content}
        </Link>
      )}
    </NavEntry>
  );
  return (
    <div ref={places} className="flex min-h-0 grow flex-col gap-4 overflow-y-auto py-1">
      <div className="flex flex-col gap-px">
        {!isCollapsed && <p className="px-2 pb-1 text-2xs font-semibold text-faint">{t("nav.inbox")}</p>}
        {INBOX_NAV.filter(({ needs }) => needs === undefined || can(membership.role, needs)).map(inboxEntry)}
      </div>
      <div className="flex flex-col gap-px">
        {!isCollapsed && (
          <button
            type="button"
            aria-expanded={!isOwnFolded}
            onClick={() => setIsOwnFolded(!isOwnFolded)}
            className="flex h-6 items-center gap-1 rounded-md px-2 text-2xs font-semibold text-faint hover:bg-hover hover:text-text"
          >
            <span className="grow text-left">{t("nav.own")}</span>
            <ChevronDown aria-hidden size={13} className={cx("transition-transform", isOwnFolded && "-rotate-90")} />
          </button>
        )}
        {isCollapsed ? (
          <OwnMenu isCurrent={isCurrent} countOf={({ count }) => (count === null ? 0 : (shown[count] ?? 0))} />
        ) : (
          !isOwnFolded && OWN_NAV.map(inboxEntry)
        )}
      </div>
      <SavedViews isCollapsed={isCollapsed} currentKey={inboxSearch === null ? null : searchKey(inboxSearch)} />
      <ScreenLinks isCollapsed={isCollapsed} screen={screen} />
    </div>
  );
}

/** The screens beside the inbox. */
function ScreenLinks({ isCollapsed, screen }: { isCollapsed: boolean; screen: string }) {
  const { t } = useTranslation();
  const queue = useOrgQuery(api.delivery.queries.counts, {});
  return (
    <div className="flex flex-col gap-px">
      {SCREEN_NAV.map((item) => (
        <NavEntry
          key={item.id}
          icon={item.icon}
          label={t(`nav.${item.id}`)}
          keys={item.keys}
          isCollapsed={isCollapsed}
          isCurrent={(PART_OF[screen] ?? screen) === item.to}
          count={item.id === "queue" ? queue?.waiting : undefined}
        >
          {(className, content) => (
            <Link to={item.to} className={className}>
              {content}
            </Link>
          )}
        </NavEntry>
      ))}
    </div>
  );
}

type NavEntryProps = {
  icon: LucideIcon;
  label: string;
  keys?: string;
  isCollapsed: boolean;
  isCurrent: boolean;
  count: number | undefined;
  /** It was counted up to 100 only. */
  isCapped?: boolean;
  children: (className: string, content: ReactNode) => React.ReactElement<React.DOMAttributes<Element>, string>;
};

function NavEntry({
  icon: Icon,
  label,
  keys,
  isCollapsed,
  isCurrent,
  count,
  isCapped = false,
  children,
}: NavEntryProps) {
  const className = cx(
    "flex items-center rounded-md transition-colors",
    isCollapsed ? "relative size-9 justify-center" : "h-7 gap-2 px-2",
    isCurrent ? "bg-selected font-medium text-accent-text" : "text-muted hover:bg-hover hover:text-text",
  );
  const hasCount = count !== undefined && count > 0;
  const content = isCollapsed ? (
    <>
      <Icon aria-hidden size={17} strokeWidth={1.8} />
      <span className="sr-only">{label}</span>
      {hasCount && (
        <span className="absolute top-0.5 right-0 min-w-3.5 rounded-full bg-canvas px-0.5 text-center text-[10px] leading-3.5 font-semibold">
          {count > 99 ? "99+" : count}
        </span>
      )}
    </>
  ) : (
    <>
      <Icon aria-hidden size={16} strokeWidth={1.8} className="shrink-0" />
      <span className="grow truncate">{label}</span>
      {hasCount && <span className="text-xs text-faint">{isCapped && count > 99 ? "99+" : count}</span>}
    </>
  );
  const link = children(className, content);
  if (!isCollapsed) return link;
  return (
    <WithTooltip label={label} keys={keys}>
      <Focusable>{link}</Focusable>
    </WithTooltip>
  );
}
