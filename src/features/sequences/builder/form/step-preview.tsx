import { Eye, FileText } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../../convex/_generated/api";
import { PreviewDialog } from "../../../../components/preview/preview-dialog";
import { Button } from "../../../../components/ui/button";
import type { MessageNode } from "../../../../lib/api-types";
import { useOrgQuery } from "../../../../lib/org";

const ANY = ["email", "sms", "whatsapp"] as const;
const CHANNELS_OF = {
  email_outlook: ["email"],
  sms: ["sms"],
  whatsapp_business: ["whatsapp"],
  any: ANY,
  internal_comment: [],
} as const;

/** What the step's template says to somebody who booked, with a way to try it out. */
export function StepPreview({ node }: { node: MessageNode }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const templates = useOrgQuery(api.templates.queries.list, {});
  const template = templates?.find(({ id }) => id === node.templateId);
  if (template === undefined) return null;
  const possible: readonly (typeof ANY)[number][] = CHANNELS_OF[template.channelType];
  const channels = node.channel === "best" ? possible : possible.filter((channel) => channel === node.channel);
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        size="sm"
        icon={<Eye aria-hidden size={14} />}
        isDisabled={channels.length === 0 || template.version === null}
        onPress={() => setIsOpen(true)}
      >
        {t("preview.openAndTest")}
      </Button>
      <Link
        to="/templates/$templateId"
        params={{ templateId: template.id }}
        className="inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs text-muted hover:bg-hover hover:text-text max-md:h-11"
      >
        <FileText aria-hidden size={14} />
        {t("preview.editTemplate")}
      </Link>
      {isOpen && (
        <PreviewDialog
          name={template.name}
          templateId={template.id}
          channels={channels}
          purpose={node.purpose}
          parts={template.version?.whatsapp}
          onClose={() => setIsOpen(false)}
        />
      )}
    </div>
  );
}
