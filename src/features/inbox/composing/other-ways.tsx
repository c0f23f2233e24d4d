import type { FunctionReturnType } from "convex/server";
import { ArrowRightLeft, Mail, MessageCircle, MessageSquare } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { IconButton } from "../../../components/ui/button";
import { Menu } from "../../../components/ui/menu";
import { toastError } from "../../../components/ui/toast";
import type { ThreadDetail } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { changeOpenDrafts, pointToDraft } from "../draft-desk";
import { useInboxPlace } from "../inbox-context";

const ICONS = { email: Mail, whatsapp: MessageCircle, sms: MessageSquare };

type Way = FunctionReturnType<typeof api.inbox.conversations.queries.ways>[number];

type OtherWaysProps = {
  thread: ThreadDetail;
  /** What is written, as texts carry it. */
  text: string;
};

/** Takes what is written to the customer's conversation on another channel; nothing where there is no other one. */
export function OtherWays({ thread, text }: OtherWaysProps) {
  const { t } = useTranslation();
  const place = useInboxPlace();
  const ways = useOrgQuery(api.inbox.conversations.queries.ways, { threadId: thread.id });
  const answerBy = useOrgMutation(api.inbox.conversations.mutations.answerBy);
  if (ways === undefined || ways.length === 0) return null;
  const go = async ({ channel }: Way) => {
    try {
      const into = await changeOpenDrafts(async () => await answerBy({ threadId: thread.id, channel, text }));
      pointToDraft(into);
      place.open(into);
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const items = ways.map((way) => {
    const { channel, address, isTemplatesOnly } = way;
    const Icon = ICONS[channel];
    const words = { channel: t(`channels.${channel}`), address };
    return {
      id: channel,
      label: t(isTemplatesOnly ? "composing.ways.templatesOnly" : "composing.ways.by", words),
      icon: <Icon size={14} />,
      onAction: () => void go(way),
    };
  });
  return (
    <Menu
      label={t("composing.ways.open")}
      placement="top start"
      groups={[{ id: "ways", items }]}
      trigger={<IconButton size="sm" label={t("composing.ways.open")} icon={<ArrowRightLeft size={14} />} />}
    />
  );
}
