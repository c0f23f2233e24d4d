import { Tag } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { PRIORITIES, THREAD_TYPES } from "../../../convex/lib/closedSets";
import { Button } from "../../components/ui/button";
import { FormDialog } from "../../components/ui/form-dialog";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { toastError } from "../../components/ui/toast";
import type { ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation } from "../../lib/org";
import { patchThread } from "./optimistic";

/** Also opens the dialog from the menu, which is there when the panel is not. */
export const TAG_KEYS = "l";

/** What a conversation is about: its type, how urgent it is, its tags. */
export function ThreadKind({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  const mayChange = useCan("inbox.reply");
  const change = useChange(thread);
  const isDisabled = !mayChange;
  return (
    <div className="flex flex-col gap-3">
      <Select
        label={t("filters.threadType")}
        options={THREAD_TYPES.map((id) => ({ id, label: t(`slaSettings.types.${id}`) }))}
        value={thread.threadType}
        onChange={(threadType) => void change({ threadType })}
        isDisabled={isDisabled}
      />
      <Select
        label={t("filters.priority")}
        options={PRIORITIES.map((id) => ({ id, label: t(`priorities.${id}`) }))}
        value={thread.priority}
        onChange={(priority) => void change({ priority })}
        isDisabled={isDisabled}
      />
    </div>
  );
}

/** The tags of a conversation, and the way to change them. */
export function ThreadTags({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const mayChange = useCan("inbox.reply");
  return (
    <div className="flex flex-col gap-1.5">
      <h3 className="text-xs font-medium text-muted">{t("thread.tags")}</h3>
      {thread.tags.length > 0 && (
        <ul className="flex flex-wrap gap-1">
          {thread.tags.map((tag) => (
            <li key={tag} className="max-w-full truncate rounded-full bg-neutral-soft px-2 py-0.5 text-xs text-muted">
              {tag}
            </li>
          ))}
        </ul>
      )}
      {mayChange && (
        <Button
          size="sm"
          className="self-start"
          keys={TAG_KEYS}
          icon={<Tag aria-hidden size={13} />}
          onPress={() => setIsOpen(true)}
        >
          {t("thread.changeTags")}
        </Button>
      )}
      {isOpen && <TagsDialog thread={thread} onClose={() => setIsOpen(false)} />}
    </div>
  );
}

/** The tags of a conversation as one line, separated by commas. */
export function TagsDialog({ thread, onClose }: { thread: ThreadDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChange(thread);
  const [text, setText] = useState(thread.tags.join(", "));
  return (
    <FormDialog
      title={t("thread.tags")}
      onClose={onClose}
      onSubmit={async (event) => {
        event.preventDefault();
        if (await change({ tags: text.split(",") })) onClose();
      }}
    >
      <TextField
        label={t("thread.tags")}
        hideLabel
        description={t("person.tagsText")}
        value={text}
        onChange={setText}
        autoFocus
      />
    </FormDialog>
  );
}

type Change = Partial<Pick<ThreadDetail, "threadType" | "priority" | "tags">>;

/** Changes the conversation, on the screen at once; false when the server refused, which it says. */
function useChange(thread: ThreadDetail): (change: Change) => Promise<boolean> {
  const { t } = useTranslation();
  const mutation = useOrgMutation(api.inbox.mutations.change, (store, { threadId, threadType, priority }) =>
    patchThread(store, threadId, {
      ...(threadType === undefined ? {} : { threadType }),
      ...(priority === undefined ? {} : { priority }),
    }),
  );
  return async (change) => {
    try {
      await mutation({ threadId: thread.id, ...change });
      return true;
    } catch (thrown) {
      toastError(describeError(thrown, t));
      return false;
    }
  };
}
