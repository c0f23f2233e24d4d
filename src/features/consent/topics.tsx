import { Archive, ArrowDown, ArrowUp, PencilLine, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { useLocalText } from "../../components/consent/local-text";
import { ChannelIcon } from "../../components/status";
import { Badge } from "../../components/ui/badge";
import { Button, IconButton } from "../../components/ui/button";
import { SkeletonRows } from "../../components/ui/skeleton";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { Panel } from "./panel";
import { TopicDialog } from "./topic-dialog";

export type Topic = FunctionReturnType<typeof api.contacts.topics.queries.list>[number];

/** What people can choose on their preference page. */
export function Topics() {
  const { t } = useTranslation();
  const mayManage = useCan("consent.manage");
  const topics = useOrgQuery(api.contacts.topics.queries.list, {});
  const [edited, setEdited] = useState<Topic | "new" | null>(null);
  const reorder = useOrgMutation(api.contacts.topics.mutations.reorder, (store, { orgId, keys }) => {
    const before = store.getQuery(api.contacts.topics.queries.list, { orgId });
    if (before === undefined) return;
    const sorted = before.toSorted((a, b) => keys.indexOf(a.key) - keys.indexOf(b.key));
    store.setQuery(api.contacts.topics.queries.list, { orgId }, sorted);
  });
  const move = async (key: string, by: -1 | 1) => {
    const keys = (topics ?? []).map((topic) => topic.key);
    const at = keys.indexOf(key);
    const other = keys[at + by];
    if (other === undefined) return;
    keys[at + by] = key;
    keys[at] = other;
    try {
      await reorder({ keys });
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Panel
      intro={t("consent.topicsText")}
      actions={
        mayManage && (
          <Button icon={<Plus aria-hidden size={14} />} onPress={() => setEdited("new")}>
            {t("consent.newTopic")}
          </Button>
        )
      }
    >
      {topics === undefined ? (
        <SkeletonRows count={4} className="px-0" />
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line">
          {topics.map((topic, index) => (
            <TopicRow
              key={topic.key}
              topic={topic}
              isFirst={index === 0}
              isLast={index === topics.length - 1}
              onEdit={() => setEdited(topic)}
              onMove={(by) => void move(topic.key, by)}
            />
          ))}
        </ul>
      )}
      {edited !== null && <TopicDialog topic={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </Panel>
  );
}

type TopicRowProps = {
  topic: Topic;
  isFirst: boolean;
  isLast: boolean;
  onEdit: () => void;
  onMove: (by: -1 | 1) => void;
};

function TopicRow({ topic, isFirst, isLast, onEdit, onMove }: TopicRowProps) {
  const { t } = useTranslation();
  const localText = useLocalText();
  const mayManage = useCan("consent.manage");
  const name = localText(topic.name);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <span className="min-w-0 grow basis-60">
        <span className="flex flex-wrap items-center gap-2 text-sm font-medium">
          {name}
          <Badge>{t(`purposes.${topic.purpose}`)}</Badge>
          {topic.isArchived && (
            <Badge tone="warn">
              <Archive aria-hidden size={11} /> {t("consent.archived")}
            </Badge>
          )}
        </span>
        <span className="block text-xs text-muted">{localText(topic.description)}</span>
      </span>
      <span className="flex gap-1.5 text-muted">
        {topic.channels.map((channel) => (
          <ChannelIcon key={channel} channel={channel} />
        ))}
      </span>
      {mayManage && (
        <span className="flex">
          <IconButton
            size="sm"
            label={t("consent.moveUp", { name })}
            isDisabled={isFirst}
            icon={<ArrowUp size={14} />}
            onPress={() => onMove(-1)}
          />
          <IconButton
            size="sm"
            label={t("consent.moveDown", { name })}
            isDisabled={isLast}
            icon={<ArrowDown size={14} />}
            onPress={() => onMove(1)}
          />
          <IconButton
            size="sm"
            label={t("consent.editTopic", { name })}
            icon={<PencilLine size={14} />}
            onPress={onEdit}
          />
        </span>
      )}
    </li>
  );
}
