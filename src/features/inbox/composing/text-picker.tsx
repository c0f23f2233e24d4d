import type { Editor } from "@tiptap/react";
import { FileText, Lock, MessageSquareQuote } from "lucide-react";
import { type KeyboardEvent, useEffect, useState } from "react";
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
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { fillForWriting } from "../../../../convex/templates/variables";
import { Badge } from "../../../components/ui/badge";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { selectGap } from "../../../editor/gaps";
import { insertText } from "../../../editor/insert-text";
import type { ThreadDetail } from "../../../lib/api-types";
import { matchesWords } from "../../../lib/match-words";
import { useOrgQuery } from "../../../lib/org";
import { useShortcuts } from "../../../lib/shortcuts";
import type { ComposerMode } from "../composer";

type Offered = FunctionReturnType<typeof api.inbox.composing.queries.offered>[number];

/** The key that offers templates and snippets anywhere in the text (product.md 3.1). */
export const TEXTS_KEYS = "mod+;";

type TextPickerProps = {
  editor: Editor | null;
  thread: ThreadDetail;
  mode: ComposerMode;
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
  /** What the words begin with now. */
  onChosen: (templateId: Id<"templates">) => void;
};

/** Templates and snippets to write with: "/" at the start of a line, ⌘; anywhere. */
export function TextPicker(props: TextPickerProps) {
  const { editor, isOpen, onOpen } = props;
  const { t } = useTranslation();
  const open = () => onOpen(true);
  useShortcuts([{ id: "texts", keys: TEXTS_KEYS, label: t("composing.open"), group: "thread", run: open }]);
  useSlash(editor, open);
  const close = () => {
    onOpen(false);
    editor?.commands.focus();
  };
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(isWanted) => !isWanted && close()}
      isDismissable
      className="fixed inset-0 z-40 flex items-end justify-center bg-scrim p-4 pb-[12vh] max-md:p-0"
    >
      <Modal className="float-in w-full max-w-2xl overflow-hidden rounded-xl border border-line bg-raised shadow-float max-md:rounded-b-none">
        <Dialog data-modal aria-label={t("composing.title")} className="outline-none">
          <Choice {...props} onClose={close} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Choice({ editor, thread, mode, onChosen, onClose }: TextPickerProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const offered = useOrgQuery(api.inbox.composing.queries.offered, { threadId: thread.id, mode });
  const values = useOrgQuery(api.bookings.writing.queries.values, { threadId: thread.id });
  const found = (offered ?? []).filter((each) => matchesWords(`${each.name} ${each.text}`, text));
  const fill = ({ text: raw, variables }: Offered) => fillForWriting(raw, values ?? {}, variables);
  const take = (id: string) => {
    const chosen = found.find((each) => each.id === id);
    onClose();
    if (chosen === undefined || editor === null) return;
    insertText(editor, fill(chosen));
    selectGap(editor);
    onChosen(chosen.id);
  };
  // Who types it twice means the sign itself.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "/" || text !== "") return;
    event.preventDefault();
    onClose();
    editor?.commands.insertContent("/");
  };
  const groups = [
    { id: "suggested", title: t("composing.suggested"), texts: found.filter((each) => each.isSuggested) },
    { id: "others", title: t("composing.all"), texts: found.filter((each) => !each.isSuggested) },
  ].filter(({ texts }) => texts.length > 0);
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <TextField aria-label={t("composing.search")} autoFocus className="border-b border-line px-4">
        <Input
          onKeyDown={onKeyDown}
          placeholder={t("composing.search")}
          className="h-12 w-full min-w-0 bg-transparent text-base outline-none max-md:text-lg [&::-webkit-search-cancel-button]:hidden"
        />
      </TextField>
      <div
        tabIndex={0}
        role="group"
        aria-label={t("composing.title")}
        className="max-h-[45vh] overflow-auto outline-offset-[-2px]"
      >
        {offered === undefined || values === undefined ? (
          <SkeletonRows count={4} />
        ) : (
          <Menu
            aria-label={t("composing.title")}
            onAction={(key) => take(String(key))}
            className="p-2 outline-none"
            renderEmptyState={() => <Nothing isSearching={text !== ""} />}
          >
            {groups.map((group) => (
              <MenuSection key={group.id}>
                <Header className="px-2 pt-2 pb-1 text-2xs font-semibold text-faint">{group.title}</Header>
                {group.texts.map((each) => (
                  <Row key={each.id} text={each} filled={fill(each)} />
                ))}
              </MenuSection>
            ))}
          </Menu>
        )}
      </div>
    </Autocomplete>
  );
}

function Nothing({ isSearching }: { isSearching: boolean }) {
  const { t } = useTranslation();
  return (
    <p className="p-6 text-center text-sm text-muted">{t(isSearching ? "composing.notFound" : "composing.none")}</p>
  );
}

function Row({ text, filled }: { text: Offered; filled: string }) {
  const { t } = useTranslation();
  const Icon = text.isPrivate ? Lock : text.isSnippet ? MessageSquareQuote : FileText;
  return (
    <MenuItem
      id={text.id}
      textValue={text.name}
      className="group flex cursor-default items-start gap-3 rounded-md px-2 py-2 text-sm outline-none focused:bg-selected max-md:py-3"
    >
      <Icon aria-hidden size={15} className="mt-0.5 shrink-0 text-faint" />
      <span className="min-w-0 grow">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium group-focused:text-accent-text">{text.name}</span>
          <Badge>{text.locale}</Badge>
          {text.isPrivate && <Badge>{t("composing.private")}</Badge>}
        </span>
        <span className="line-clamp-2 text-xs text-muted">{filled}</span>
      </span>
    </MenuItem>
  );
}

function useSlash(editor: Editor | null, open: () => void): void {
  useEffect(() => {
    if (editor === null) return;
    const field = editor.view.dom;
    const listen = (event: globalThis.KeyboardEvent) => {
      const { selection } = editor.state;
      const { parentOffset, nodeBefore } = selection.$from;
      const isAtStart = selection.empty && (parentOffset === 0 || nodeBefore?.type.name === "hardBreak");
      if (event.key !== "/" || event.isComposing || !isAtStart) return;
      event.preventDefault();
      event.stopPropagation();
      open();
    };
    field.addEventListener("keydown", listen, true);
    return () => field.removeEventListener("keydown", listen, true);
  });
}
