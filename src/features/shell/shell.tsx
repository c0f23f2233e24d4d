import { type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Toaster } from "../../components/ui/toast";
import { useIsPhone, useIsWide, useMediaQuery } from "../../lib/media";
import { DIALOG_COMING, later } from "../../lib/later";
import { useCan } from "../../lib/org";
import { type Shortcut, useShortcuts } from "../../lib/shortcuts";
import { useStored } from "../../lib/stored";
import { DISCUSSION_KEYS, INTERNAL_TICKET_KEYS } from "../../lib/internal-keys";
import { NEW_TICKET_KEYS } from "../../lib/ticket-keys";
import { BottomNav } from "./bottom-nav";
import { useGoShortcuts } from "./go-shortcuts";
import { useDeviceRenewal } from "./notifications/use-device";
import { useNewsWatch } from "./notifications/use-news";
import { OfflineBar } from "./offline-bar";
import { Sidebar } from "./sidebar";
import { useHere } from "./use-here";

const DIALOG = { meanwhile: DIALOG_COMING };
const CommandPalette = later(async () => (await import("./command-palette")).CommandPalette, DIALOG);
const ShortcutHelp = later(async () => (await import("./shortcut-help")).ShortcutHelp, DIALOG);
const SwipeDialog = later(async () => (await import("./swipe-dialog")).SwipeDialog, DIALOG);
const AwayDialog = later(async () => (await import("./away-dialog")).AwayDialog, DIALOG);
const WorkspaceDialog = later(async () => (await import("./workspace-dialog")).WorkspaceDialog, DIALOG);
const NewsDialog = later(async () => (await import("./notifications/news-dialog")).NewsDialog, DIALOG);
const NewTicketDialog = later(
  async () => (await import("../../components/ticket/new-ticket-dialog")).NewTicketDialog,
  DIALOG,
);

const InternalDialog = later(
  async () => (await import("../../components/internal/internal-dialog")).InternalDialog,
  DIALOG,
);

export type ShellDialog =
  "palette" | "help" | "news" | "swipe" | "ticket" | "discussion" | "internalTicket" | "away" | "workspace" | null;

/** The frame around every screen: navigation, palette, help, notices, and the phone wall docked beside. */
export function Shell({ children, dock }: { children: ReactNode; dock: ReactNode }) {
  const { t } = useTranslation();
  const isPhone = useIsPhone();
  const isWide = useIsWide();
  const hasDockRoom = useMediaQuery("(min-width: 1000px)");
  const [dialog, setDialog] = useState<ShellDialog>(null);
  const [isCollapsed, setIsCollapsed] = useStored<boolean>("sidebarCollapsed", false);
  const [isDockOpen, setIsDockOpen] = useStored<boolean>("dock", false);
  const isNarrow = isCollapsed || !isWide;
  const mayUseDock = useCan("sandbox.use");
  const toggleDock = () => setIsDockOpen(!isDockOpen);
  const close = () => setDialog(null);
  useDeviceRenewal();
  useHere();
  useGlobalShortcuts({ open: setDialog, toggleDock: mayUseDock && hasDockRoom ? toggleDock : null });
  return (
    <div className="flex h-full flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2"
      >
        {t("common.skipToContent")}
      </a>
      <OfflineBar />
      <NewsWatch />
      <div className="flex min-h-0 grow">
        {!isPhone && (
          <Sidebar
            isCollapsed={isNarrow}
            canToggle={isWide}
            onToggle={() => setIsCollapsed(!isCollapsed)}
            onDialog={setDialog}
            dock={mayUseDock && hasDockRoom ? { isOpen: isDockOpen, toggle: toggleDock } : null}
          />
        )}
        <main id="content" tabIndex={-1} className="min-w-0 grow overflow-hidden outline-none">
          {children}
        </main>
        {isDockOpen && mayUseDock && hasDockRoom && <Suspense>{dock}</Suspense>}
      </div>
      {isPhone && <BottomNav onDialog={setDialog} />}
      {dialog === "palette" && <CommandPalette isOpen onClose={close} />}
      {dialog === "help" && <ShortcutHelp isOpen onClose={close} />}
      {dialog === "swipe" && <SwipeDialog isOpen onClose={close} />}
      {dialog === "news" && <NewsDialog isOpen onClose={close} />}
      {dialog === "away" && <AwayDialog onClose={close} />}
      {dialog === "workspace" && <WorkspaceDialog onClose={close} />}
      {dialog === "ticket" && <NewTicketDialog onClose={close} />}
      {dialog === "discussion" && <InternalDialog kind="discussion" onClose={close} />}
      {dialog === "internalTicket" && <InternalDialog kind="ticket" onClose={close} />}
      <Toaster className={isNarrow ? "left-18" : "left-60"} />
    </div>
  );
}

/** Apart from the frame: it looks at each conversation that is opened. */
function NewsWatch() {
  useNewsWatch();
  return null;
}

function useGlobalShortcuts(props: { open: (dialog: ShellDialog) => void; toggleDock: (() => void) | null }): void {
  const { t } = useTranslation();
  const goShortcuts = useGoShortcuts();
  const mayReply = useCan("inbox.reply");
  const shortcuts: Shortcut[] = [
    {
      id: "palette",
      keys: "mod+k",
      label: t("actions.openPalette"),
      group: "general",
      run: () => props.open("palette"),
    },
    { id: "search", keys: "/", label: t("actions.search"), group: "general", run: () => props.open("palette") },
    { id: "help", keys: "?", label: t("actions.help"), group: "general", run: () => props.open("help") },
    { id: "news", keys: "g n", label: t("actions.goNews"), group: "go", run: () => props.open("news") },
    ...(mayReply
      ? [
          {
            id: "newTicket",
            keys: NEW_TICKET_KEYS,
            label: t("actions.newTicket"),
            group: "general" as const,
            run: () => props.open("ticket"),
          },
          {
            id: "discussion",
            keys: DISCUSSION_KEYS,
            label: t("actions.newDiscussion"),
            group: "general" as const,
            run: () => props.open("discussion"),
          },
          {
            id: "internalTicket",
            keys: INTERNAL_TICKET_KEYS,
            label: t("actions.newInternalTicket"),
            group: "general" as const,
            run: () => props.open("internalTicket"),
          },
        ]
      : []),
    ...goShortcuts,
    ...(props.toggleDock === null
      ? []
      : [
          {
            id: "dock",
            keys: "shift+p",
            label: t("actions.toggleDock"),
            group: "general" as const,
            run: props.toggleDock,
          },
        ]),
  ];
  useShortcuts(shortcuts);
}
