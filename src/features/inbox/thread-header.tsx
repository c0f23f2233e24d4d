import { Archive, ArchiveRestore, ArrowLeft, ChevronDown, ChevronUp, PanelRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { threadName } from "../../lib/thread-name";
import { ThreadStatusBadge, threadStatusIcon } from "../../components/status";
import { Avatar } from "../../components/ui/avatar";
import { Button, IconButton } from "../../components/ui/button";
import { Menu } from "../../components/ui/menu";
import type { ThreadDetail, ThreadStatus } from "../../lib/api-types";
import { useIsPhone } from "../../lib/media";
import { useCan } from "../../lib/org";
import { useStateOf } from "../../lib/state-of";
import { usePresence } from "../../lib/use-presence";
import { AssignMenu } from "./assign-menu";
import { DeadlineChip } from "./deadline-chip";
import { DueMark } from "./due-mark";
import { useInboxPlace } from "./inbox-context";
import { useSettled } from "./settled";
import { SnoozeMenu } from "./snooze-menu";
import { ThreadMenu } from "./thread-menu";
import { ThreadSubject } from "./thread-subject";
import type { ThreadActions } from "./use-thread-actions";
import { WhyAssigned } from "./why-assigned";

const STATUSES: readonly ThreadStatus[] = [
  "open",
  "in_progress",
  "waiting_customer",
  "waiting_internal",
  "escalated",
  "resolved",
  "closed",
];

type ThreadHeaderProps = {
  thread: ThreadDetail;
  actions: ThreadActions;
  isAssignOpen: boolean;
  onAssignOpen: (isOpen: boolean) => void;
  context: { isShown: boolean; toggle: () => void };
};

export function ThreadHeader(props: ThreadHeaderProps) {
  const { thread, actions, isAssignOpen, onAssignOpen, context } = props;
  const { t } = useTranslation();
  const place = useInboxPlace();
  const mayReply = useCan("inbox.reply");
  const mayAssign = useCan("inbox.assign");
  const name = threadName(thread, t);
  const isPhone = useIsPhone();
  const [isUnfolded, setIsUnfolded] = useStateOf(thread.id, false);
  const [isRenaming, setIsRenaming] = useStateOf(thread.id, false);
  const hasState = !isPhone || isUnfolded || isAssignOpen;
  // Alone on the screen it is the page's title; beside the list, the list is.
  const Heading = place.isSingle ? "h1" : "h2";
  return (
    <header className="@container shrink-0 border-b border-line bg-surface px-4 py-2 max-md:px-2">
      {/* Where the pane is narrow, what is done with the conversation stands in a line of its own. */}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {place.isSingle && (
          <IconButton label={t("common.back")} keys="escape" icon={<ArrowLeft size={18} />} onPress={place.leave} />
        )}
        <div className="min-w-24 flex-1">
          <Heading className="truncate text-base font-semibold">{name}</Heading>
          <div className="flex min-h-4 min-w-0 items-center gap-1.5 text-xs text-muted">
            {!hasState && thread.responseDueAt !== undefined && thread.isOpen && <DueMark at={thread.responseDueAt} />}
            <ThreadSubject thread={thread} isRenaming={isRenaming} onRenaming={setIsRenaming} />
          </div>
        </div>
        <Watchers threadId={thread.id} />
        {hasState && (
          <div className="flex items-center gap-1.5 @max-3xl:order-1 @max-3xl:w-full @max-3xl:flex-wrap @max-3xl:gap-0.5 in-data-keyboard:hidden">
            <DeadlineChip thread={thread} />
            {mayReply && <StatusMenu thread={thread} actions={actions} />}
            {mayAssign && (
              <AssignMenu thread={thread} actions={actions} isOpen={isAssignOpen} onOpenChange={onAssignOpen} />
            )}
            <WhyAssigned threadId={thread.id} />
            {mayReply && <SnoozeMenu thread={thread} />}
          </div>
        )}
        <div className="flex items-center gap-1.5 max-md:gap-0">
          {isPhone && (
            <IconButton
              label={t(isUnfolded ? "thread.hideState" : "thread.showState")}
              icon={isUnfolded ? <ChevronUp size={16} /> : <ChevronDown size={16} />}
              aria-expanded={isUnfolded}
              onPress={() => setIsUnfolded(!isUnfolded)}
            />
          )}
          {mayReply && <CloseButton isOpen={thread.isOpen} actions={actions} />}
          {mayReply && <ThreadMenu thread={thread} onRename={() => setIsRenaming(true)} />}
          <IconButton
            size="sm"
            label={t(context.isShown ? "thread.hideContext" : "thread.showContext")}
            icon={<PanelRight size={16} />}
            isActive={context.isShown}
            onPress={context.toggle}
          />
        </div>
      </div>
    </header>
  );
}

/** Closes a conversation, or opens it again. */
function CloseButton({ isOpen, actions }: { isOpen: boolean; actions: ThreadActions }) {
  const { t } = useTranslation();
  const Icon = isOpen ? Archive : ArchiveRestore;
  return (
    <Button
      size="sm"
      keys={isOpen ? "e" : "shift+e"}
      aria-label={t(isOpen ? "actions.close" : "actions.reopen")}
      icon={<Icon aria-hidden size={14} />}
      onPress={isOpen ? actions.close : actions.reopen}
    >
      <span className="@max-xl:sr-only">{t(isOpen ? "thread.close" : "thread.reopen")}</span>
    </Button>
  );
}

function StatusMenu({ thread, actions }: { thread: ThreadDetail; actions: ThreadActions }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useStateOf(thread.id, false);
  return (
    <Menu
      label={t("thread.statusMenu")}
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      groups={() => [
        {
          id: "statuses",
          items: STATUSES.map((status) => {
            const Icon = threadStatusIcon(status);
            return {
              id: status,
              label: t(`threadStatus.${status}`),
              icon: <Icon size={14} />,
              isChosen: status === thread.status,
              onAction: () => actions.setStatus(status),
            };
          }),
        },
      ]}
      trigger={
        <Button
          variant="quiet"
          size="sm"
          className="px-1"
          aria-label={`${t("thread.status")}: ${t(`threadStatus.${thread.status}`)}`}
        >
          <ThreadStatusBadge status={thread.status} />
          <ChevronDown aria-hidden size={13} />
        </Button>
      }
    />
  );
}

/** Nobody is told of somebody who only walks past. */
function Watchers({ threadId }: { threadId: ThreadDetail["id"] }) {
  return useSettled().isStaying && <Faces threadId={threadId} />;
}

/** Faces of everybody else who has this conversation open. */
function Faces({ threadId }: { threadId: ThreadDetail["id"] }) {
  const { t } = useTranslation();
  const present = usePresence(threadId);
  if (present.length === 0) return null;
  const names = present.map(({ name }) => name ?? t("common.unknownPerson")).join(", ");
  const label = t("thread.looking", { names });
  return (
    <div data-testid="presence" role="status" aria-label={label} title={label} className="flex -space-x-1.5">
      {present.slice(0, 4).map((one) => (
        <span key={one.userId} className="rounded-full ring-2 ring-surface">
          <Avatar name={one.name ?? ""} tone="accent" className="ring-1 ring-accent" />
        </span>
      ))}
      <span className="sr-only">{label}</span>
    </div>
  );
}
