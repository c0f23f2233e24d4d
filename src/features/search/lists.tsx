import { SearchX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { EmptyState } from "../../components/ui/empty-state";
import { useOrgPaginatedQuery } from "../../lib/org";
import { FIRST_PAGE, HitList } from "./hit-list";
import { AccountHit, ContactHit, FileHit, MessageHit, TaskHit, ThreadHit } from "./hits";
import { plainWords } from "./plain-words";

// The lists of one kind, each to its end. Each needs a key of its own for each search.

const { conversations, messages, files, contacts } = api.inbox.search.queries;

type ListProps = { text: string };

export function ThreadList({ text }: ListProps) {
  const { t } = useTranslation();
  const pages = useOrgPaginatedQuery(conversations, { text }, FIRST_PAGE);
  const row = (thread: (typeof pages.results)[number]) => <ThreadHit thread={thread} text={text} />;
  return <HitList label={t("search.kinds.conversations")} pages={pages} renderRow={row} />;
}

export function MessageList({ text }: ListProps) {
  const { t } = useTranslation();
  const pages = useOrgPaginatedQuery(messages, { text }, FIRST_PAGE);
  const row = (message: (typeof pages.results)[number]) => <MessageHit message={message} text={text} />;
  return <HitList label={t("search.kinds.messages")} pages={pages} renderRow={row} />;
}

export function FileList({ text }: ListProps) {
  const { t } = useTranslation();
  const pages = useOrgPaginatedQuery(files, { text }, FIRST_PAGE);
  const row = (file: (typeof pages.results)[number]) => <FileHit file={file} text={text} />;
  return <HitList label={t("search.kinds.files")} pages={pages} renderRow={row} />;
}

export function ContactList({ text }: ListProps) {
  const { t } = useTranslation();
  const pages = useOrgPaginatedQuery(contacts, { text }, FIRST_PAGE);
  const row = (contact: (typeof pages.results)[number]) => <ContactHit contact={contact} text={text} />;
  return <HitList label={t("search.kinds.contacts")} pages={pages} renderRow={row} />;
}

export function AccountList({ text }: ListProps) {
  const { t } = useTranslation();
  const words = plainWords(text);
  const pages = useOrgPaginatedQuery(
    api.contacts.accounts.queries.list,
    words === "" ? "skip" : { text: words },
    FIRST_PAGE,
  );
  const row = (account: (typeof pages.results)[number]) => <AccountHit account={account} text={text} />;
  if (words === "") return <NoWords />;
  return <HitList label={t("search.kinds.accounts")} pages={pages} renderRow={row} />;
}

export function TaskList({ text }: ListProps) {
  const { t } = useTranslation();
  const words = plainWords(text);
  const pages = useOrgPaginatedQuery(api.tasks.queries.find, words === "" ? "skip" : { text: words }, FIRST_PAGE);
  const row = (task: (typeof pages.results)[number]) => <TaskHit task={task} text={text} />;
  if (words === "") return <NoWords />;
  return <HitList label={t("search.kinds.tasks")} pages={pages} renderRow={row} />;
}

/** Operators are about conversations: without a word nothing else is looked for. */
function NoWords() {
  const { t } = useTranslation();
  return <EmptyState icon={SearchX} title={t("search.nothing")} text={t("search.wordsOnly")} />;
}
