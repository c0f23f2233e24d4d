import { useNavigate } from "@tanstack/react-router";
import { CornerDownLeft, MessageSquare, Search, User } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useDeferredValue, useState } from "react";
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  TextField,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { threadName } from "../../lib/thread-name";
import { api } from "../../../convex/_generated/api";
import { Kbd } from "../../components/ui/kbd";
import { typedMeanwhile } from "../../lib/later";
import { useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { useActiveShortcuts } from "../../lib/shortcuts";
import { matchesWords } from "../../lib/match-words";

type Entry = { id: string; label: string; detail?: string; keys?: string; icon?: ReactNode; run: () => void };
type Group = { id: string; title: string; entries: Entry[] };

/** Shorter texts match half the database and help nobody. */
const MIN_SEARCH_LENGTH = 2;
const CONTACTS_SHOWN = 5;

/** ⌘K: every action that works right now, and search over conversations and contacts. */
export function CommandPalette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
      className="fixed inset-0 z-40 flex items-start justify-center bg-scrim p-4 pt-[12vh] max-md:pt-4"
    >
      <Modal className="float-in w-full max-w-xl overflow-hidden rounded-xl border border-line bg-raised shadow-float">
        <Dialog data-modal aria-label={t("palette.title")} className="outline-none">
          <PaletteBody onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function PaletteBody({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(typedMeanwhile);
  const groups = usePaletteGroups(text.trim());
  const entries = groups.flatMap((group) => group.entries);
  const run = (id: string) => {
    onClose();
    entries.find((entry) => entry.id === id)?.run();
  };
  // The list points at its first entry half a second after the last letter, and what it points at may be found no more
  // when Enter comes: what is meant then is the first one.
  const runMeant = (event: KeyboardEvent) => {
    const isOurs = event.key === "Enter" && !event.nativeEvent.isComposing && event.target instanceof HTMLInputElement;
    if (!isOurs) return;
    const pointedAt = pointedId(event.target);
    const meant = entries.find(({ id }) => id === pointedAt) ?? (text.trim() === "" ? undefined : entries[0]);
    if (meant === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run(meant.id);
  };
  return (
    <div onKeyDownCapture={runMeant}>
      <Autocomplete inputValue={text} onInputChange={setText}>
        <TextField
          aria-label={t("palette.title")}
          autoFocus
          className="flex items-center gap-2 border-b border-line px-4"
        >
          <Search aria-hidden size={16} className="shrink-0 text-faint" />
          <Input
            placeholder={t("palette.placeholder")}
            className="h-12 w-full min-w-0 bg-transparent text-base outline-none max-md:text-lg [&::-webkit-search-cancel-button]:hidden"
          />
        </TextField>
        <div
          tabIndex={0}
          role="group"
          aria-label={t("palette.title")}
          className="max-h-[50vh] overflow-auto outline-offset-[-2px]"
        >
          <Menu
            aria-label={t("palette.title")}
            onAction={(key) => run(String(key))}
            className="p-2 outline-none"
            renderEmptyState={() => (
              <p className="p-6 text-center text-sm text-muted">{t("palette.empty", { text })}</p>
            )}
          >
            {groups.map((group) => (
              <MenuSection key={group.id}>
                <Header className="px-2 pt-2 pb-1 text-2xs font-semibold text-faint">{group.title}</Header>
                {group.entries.map((entry) => (
                  <MenuItem
                    key={entry.id}
                    id={entry.id}
                    textValue={entry.label}
                    className="group flex cursor-default items-center gap-3 rounded-md px-2 py-2 text-sm outline-none focused:bg-selected focused:text-accent-text"
                  >
                    <span className="flex w-4 justify-center text-faint">{entry.icon}</span>
                    <span className="min-w-0 grow truncate">
                      {entry.label}
                      {entry.detail !== undefined && <span className="ml-2 text-xs text-faint">{entry.detail}</span>}
                    </span>
                    {entry.keys !== undefined && <Kbd keys={entry.keys} />}
                  </MenuItem>
                ))}
              </MenuSection>
            ))}
          </Menu>
        </div>
      </Autocomplete>
    </div>
  );
}

/** The entry the list points at for who types, if there is such an element. */
function pointedId(input: EventTarget): string | undefined {
  const id = input instanceof HTMLElement ? input.getAttribute("aria-activedescendant") : null;
  return id === null ? undefined : document.getElementById(id)?.dataset["key"];
}

function usePaletteGroups(text: string): Group[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useDeferredValue(text);
  const isSearching = search.length >= MIN_SEARCH_LENGTH;
  const threads = useOrgQuery(api.inbox.queries.searchThreads, isSearching ? { text: search } : "skip") ?? [];
  const contacts = useOrgPaginatedQuery(api.contacts.queries.list, isSearching ? { text: search } : "skip", {
    initialNumItems: CONTACTS_SHOWN,
  });
  const commands = useActiveShortcuts().filter(({ id, label }) => id !== "palette" && matchesWords(label, text));
  const groups: Group[] = [
    {
      id: "threads",
      title: t("palette.threads"),
      entries: threads.map((thread) => ({
        id: `thread-${thread.id}`,
        label: threadName(thread, t),
        detail: thread.subject,
        icon: <MessageSquare aria-hidden size={15} />,
        run: () =>
          void navigate({
            to: "/inbox/$threadId",
            params: { threadId: thread.id },
            search: { view: thread.isOpen ? "all" : "closed" },
          }),
      })),
    },
    {
      id: "contacts",
      title: t("palette.contacts"),
      entries: (isSearching ? contacts.results.slice(0, CONTACTS_SHOWN) : []).map((contact) => ({
        id: `contact-${contact.id}`,
        label: contact.name,
        icon: <User aria-hidden size={15} />,
        run: () => void navigate({ to: "/contacts/$contactId", params: { contactId: contact.id } }),
      })),
    },
    {
      id: "commands",
      title: t("palette.commands"),
      entries: commands.map((command) => ({
        id: `command-${command.id}`,
        label: command.label,
        ...(command.keys === null ? {} : { keys: command.keys }),
        icon: <CornerDownLeft aria-hidden size={14} />,
        run: command.run,
      })),
    },
    // Last: Enter takes what is already named here, and searches for what is not.
    {
      id: "search",
      title: t("search.title"),
      entries: isSearching
        ? [
            {
              id: "search-all",
              label: t("search.all", { text: search }),
              icon: <Search aria-hidden size={15} />,
              run: () => void navigate({ to: "/search", search: { q: search } }),
            },
          ]
        : [],
    },
  ];
  return groups.filter((group) => group.entries.length > 0);
}
