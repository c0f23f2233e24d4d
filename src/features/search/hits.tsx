import { Link } from "@tanstack/react-router";
import { Building2, ListChecks, Paperclip, User } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { threadName } from "../../lib/thread-name";
import type { Id } from "../../../convex/_generated/dataModel";
import { ChannelIcon, ThreadStatusBadge } from "../../components/status";
import { RelativeTime } from "../../components/ui/time";
import type { FoundAccount, FoundContact, FoundFile, FoundMessage, FoundThread, TaskRow } from "../../lib/api-types";
import { marked } from "./marked";

// One result of each kind. Each is a link with `data-hit`: the arrow keys go from one to the next.

const ROW = "flex flex-col gap-0.5 px-2 py-2.5 outline-offset-[-2px] hover:bg-hover";

function ThreadLink({ id, isOpen, children }: { id: Id<"threads">; isOpen: boolean; children: ReactNode }) {
  return (
    <Link
      to="/inbox/$threadId"
      params={{ threadId: id }}
      search={{ view: isOpen ? "all" : "closed" }}
      data-hit
      data-testid="search-hit"
      className={ROW}
    >
      {children}
    </Link>
  );
}

export function ThreadHit({ thread, text }: { thread: FoundThread; text: string }) {
  const { t } = useTranslation();
  const { hit } = thread;
  return (
    <ThreadLink id={thread.id} isOpen={thread.isOpen}>
      <span className="flex items-center gap-2">
        <ChannelIcon channel={thread.channel} size={13} />
        <span className="truncate text-sm font-medium">{threadName(thread, t)}</span>
        <span className="text-xs text-faint">#{thread.number}</span>
        <span className="grow" />
        {thread.status !== "open" && <ThreadStatusBadge status={thread.status} />}
        <RelativeTime at={hit?.at ?? thread.lastMessageAt} className="shrink-0 text-xs text-faint" />
      </span>
      {thread.subject !== "" && <span className="truncate text-sm">{marked(thread.subject, text)}</span>}
      <span className="text-sm text-muted">{marked(hit?.snippet ?? thread.lastMessagePreview, text)}</span>
      {hit !== null && hit.fileNames.length > 0 && <FileNames text={text}>{hit.fileNames.join(", ")}</FileNames>}
    </ThreadLink>
  );
}

export function MessageHit({ message, text }: { message: FoundMessage; text: string }) {
  const { t } = useTranslation();
  const { thread, senderName, messageType, snippet, fileNames, at } = message;
  return (
    <ThreadLink id={thread.id} isOpen={thread.isOpen}>
      <span className="flex items-center gap-2">
        <ChannelIcon channel={thread.channel} size={13} />
        <span className="truncate text-sm font-medium">{senderName}</span>
        {messageType === "internal_note" && <span className="text-xs text-warn">{t("search.note")}</span>}
        <span className="grow" />
        <RelativeTime at={at} className="shrink-0 text-xs text-faint" />
      </span>
      <span className="text-sm">{marked(snippet, text)}</span>
      <InThread thread={thread} />
      {fileNames.length > 0 && <FileNames text={text}>{fileNames.join(", ")}</FileNames>}
    </ThreadLink>
  );
}

export function FileHit({ file, text }: { file: FoundFile; text: string }) {
  const { name, thread, senderName, at } = file;
  return (
    <ThreadLink id={thread.id} isOpen={thread.isOpen}>
      <span className="flex items-center gap-2">
        <Paperclip aria-hidden size={13} className="shrink-0 text-faint" />
        <span className="truncate text-sm font-medium">{marked(name, text)}</span>
        <span className="grow" />
        <RelativeTime at={at} className="shrink-0 text-xs text-faint" />
      </span>
      <span className="truncate text-sm text-muted">{senderName}</span>
      <InThread thread={thread} />
    </ThreadLink>
  );
}

export function ContactHit({ contact: { id, name, address }, text }: { contact: FoundContact; text: string }) {
  return (
    <Link
      to="/contacts/$contactId"
      params={{ contactId: id }}
      data-hit
      data-testid="search-contact"
      className="flex items-center gap-2 px-2 py-2 text-sm outline-offset-[-2px] hover:bg-hover max-md:py-3"
    >
      <User aria-hidden size={15} className="shrink-0 text-faint" />
      <span className="font-medium">{marked(name, text)}</span>
      <span className="truncate text-muted">{address === null ? "" : marked(address, text)}</span>
    </Link>
  );
}

export function AccountHit({ account: { id, name, kind, domains }, text }: { account: FoundAccount; text: string }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/accounts/$accountId"
      params={{ accountId: id }}
      data-hit
      data-testid="search-account"
      className="flex items-center gap-2 px-2 py-2 text-sm outline-offset-[-2px] hover:bg-hover max-md:py-3"
    >
      <Building2 aria-hidden size={15} className="shrink-0 text-faint" />
      <span className="truncate font-medium">{marked(name, text)}</span>
      <span className="shrink-0 text-muted">{t(`person.kinds.${kind}`)}</span>
      <span className="truncate text-faint">{domains.join(", ")}</span>
    </Link>
  );
}

/** A task leads to the conversation it is about, or to the tasks. */
export function TaskHit({ task, text }: { task: TaskRow; text: string }) {
  const { t } = useTranslation();
  const { status, links, title, description, assignee, lastAt } = task;
  const isEnded = status === "completed" || status === "cancelled";
  const shared = { "data-hit": true, "data-testid": "search-task", className: ROW };
  const content = (
    <>
      <span className="flex items-center gap-2">
        <ListChecks aria-hidden size={13} className="shrink-0 text-faint" />
        <span className="truncate text-sm font-medium">{marked(title, text)}</span>
        <span className="grow" />
        <span className="shrink-0 text-xs text-muted">{t(`tasks.status.${status}`)}</span>
        <RelativeTime at={lastAt} className="shrink-0 text-xs text-faint" />
      </span>
      {description !== "" && <span className="truncate text-sm text-muted">{marked(description, text)}</span>}
      {assignee !== null && <span className="truncate text-xs text-faint">{assignee.name}</span>}
    </>
  );
  const { threadId } = links;
  return threadId === undefined ? (
    <Link to="/tasks" search={{ status: isEnded ? status : "open" }} {...shared}>
      {content}
    </Link>
  ) : (
    <Link to="/inbox/$threadId" params={{ threadId }} search={{ view: "tasks" }} {...shared}>
      {content}
    </Link>
  );
}

function InThread({ thread: { number, subject } }: { thread: FoundMessage["thread"] }) {
  return (
    <span className="truncate text-xs text-faint">
      #{number} {subject}
    </span>
  );
}

function FileNames({ children, text }: { children: string; text: string }) {
  return (
    <span className="flex items-center gap-1.5 text-xs text-muted">
      <Paperclip aria-hidden size={12} className="shrink-0" />
      <span className="truncate">{marked(children, text)}</span>
    </span>
  );
}
