import { Send, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { Purpose } from "../../../convex/lib/closedSets";
import type { TemplateText, WhatsAppParts } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrgQuery } from "../../lib/org";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { Select } from "../ui/select";
import { SkeletonRows } from "../ui/skeleton";

import { BookingPicker, type Subject } from "./booking-picker";
import { MailPreview } from "./mail-preview";
import { PhonePreview } from "./phone-preview";
import { TestDialog } from "./test-dialog";
import { usePreview } from "./use-preview";

export type PreviewChannel = "email" | "sms" | "whatsapp";

type MessagePreviewProps = {
  templateId: Id<"templates">;
  /** Those it can go by, the one shown first before the others. */
  channels: readonly PreviewChannel[];
  purpose: Purpose;
  /** What is being typed; absent: what is published. */
  text?: TemplateText;
  /** What stands around the text on WhatsApp. */
  parts: WhatsAppParts | undefined;
};

/** What a template says to a real person, as it will be sent, and a way to try it out. */
export function MessagePreview({ templateId, channels, purpose, text, parts }: MessagePreviewProps) {
  const { t } = useTranslation();
  const mayTest = useCan("templates.edit");
  const [wished, setChannel] = useState<PreviewChannel | null>(null);
  const [subject, setSubject] = useState<Subject>({ bookingId: null, contactId: null });
  const [showsGaps, setShowsGaps] = useState(true);
  const [isTesting, setIsTesting] = useState(false);
  const channel = channels.find((each) => each === wished) ?? channels[0] ?? "email";
  const { previewId, answer, error } = usePreview({
    templateId,
    channel,
    purpose,
    ...(text === undefined ? {} : { text }),
    ...(subject.bookingId === null ? {} : { bookingId: subject.bookingId }),
    ...(subject.contactId === null ? {} : { contactId: subject.contactId }),
  });
  const state = answer?.state;
  const rendered = state?.kind === "ready" ? ((showsGaps ? state.marked : undefined) ?? state.rendered) : null;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        {channels.length > 1 && (
          <Select
            label={t("preview.channel")}
            className="w-32"
            value={channel}
            options={channels.map((id) => ({ id, label: t(`channels.${id}`) }))}
            onChange={setChannel}
          />
        )}
        <BookingPicker value={subject} onChange={setSubject} />
        {mayTest && (
          <Button
            icon={<Send aria-hidden size={14} />}
            isDisabled={state?.kind !== "ready"}
            onPress={() => setIsTesting(true)}
          >
            {t("preview.test")}
          </Button>
        )}
      </div>
      {channel === "whatsapp" && <Approval templateId={templateId} />}
      {answer !== null && answer.missing.length > 0 && (
        <div className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          <p className="flex min-w-0 items-center gap-2">
            <TriangleAlert aria-hidden size={15} className="shrink-0" />
            <span className="min-w-0">{t("preview.missing", { names: answer.missing.join(", ") })}</span>
          </p>
          <Checkbox isSelected={showsGaps} onChange={setShowsGaps}>
            {t("preview.showGaps")}
          </Checkbox>
        </div>
      )}
      {error !== null && <p className="text-sm text-danger">{describeError(error, t)}</p>}
      {state?.kind === "failed" && (
        <p className="text-sm text-danger">{t("preview.failed", { reason: state.reason })}</p>
      )}
      {rendered === null && error === null && state?.kind !== "failed" && <SkeletonRows count={4} className="px-0" />}
      {rendered !== null && answer?.channel === "email" && (
        <MailPreview subject={rendered.subject ?? ""} html={rendered.html} text={rendered.text} />
      )}
      {rendered !== null && (answer?.channel === "sms" || answer?.channel === "whatsapp") && (
        <PhonePreview channel={answer.channel} text={rendered.text} parts={parts} />
      )}
      {isTesting && previewId !== null && (
        <TestDialog previewId={previewId} channel={channel} onClose={() => setIsTesting(false)} />
      )}
    </div>
  );
}

/** Says so when no account may send the text once the person's 24 hours are over (product.md B-12). */
function Approval({ templateId }: { templateId: Id<"templates"> }) {
  const { t } = useTranslation();
  const registrations = useOrgQuery(api.delivery.whatsappTemplates.queries.list, {});
  if (registrations === undefined) return null;
  const own = registrations.filter((each) => each.templateId === templateId);
  if (own.some(({ state }) => state === "approved")) return null;
  return (
    <p className="flex items-center gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      <TriangleAlert aria-hidden size={15} className="shrink-0" />
      {own[0] === undefined
        ? t("preview.notRegistered")
        : t("preview.notApproved", { state: t(`registrations.states.${own[0].state}`) })}
    </p>
  );
}
