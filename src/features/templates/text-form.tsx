import type { Editor } from "@tiptap/react";
import { LayoutTemplate } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Id } from "../../../convex/_generated/dataModel";
import { preflight } from "../../../convex/templates/preflight/check";
import { variablesIn } from "../../../convex/templates/variables";
import { PreflightList } from "../../components/preflight/preflight-list";
import { Button } from "../../components/ui/button";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import type { TemplateIdentity, TemplateText } from "../../lib/api-types";
import { EmailDesigner } from "../../editor/email/lazy";
import { documentOf } from "./document-of";
import { SegmentMeter } from "./segment-meter";
import { SharedDesigner } from "./shared-designer";
import { VariableField } from "./variable-field";
import { type TextFieldsProps, WhatsAppFields } from "./whatsapp-fields";

const LAYOUTS = [
  "agent_reply",
  "booking_confirmation",
  "reminder",
  "check_in",
  "follow_up",
] as const satisfies readonly TemplateText["layout"][];

type SharedProps = {
  templateId: Id<"templates">;
  /** The editor of an e-mail that others write in too. */
  onEditor: (editor: Editor | null) => void;
};

/** Writes a template, each channel with what it needs. */
export function TextForm({
  channelType,
  templateId,
  onEditor,
  ...props
}: TextFieldsProps & SharedProps & { channelType: TemplateIdentity["channelType"] }) {
  const { t } = useTranslation();
  const { text, onChange, isDisabled } = props;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {channelType === "whatsapp_business" ? (
        <WhatsAppFields {...props} />
      ) : channelType === "email_outlook" || channelType === "any" ? (
        <MailFields {...props} templateId={templateId} onEditor={onEditor} withShort={channelType === "any"} />
      ) : (
        <>
          <VariableField
            label={t("texts.body")}
            rows={6}
            value={text.body}
            isDisabled={isDisabled}
            onChange={(body) => onChange({ body })}
          />
          {channelType === "sms" && <SegmentMeter body={text.body} variables={text.variables} />}
        </>
      )}
      <Fallbacks {...props} />
      <Check channelType={channelType} text={text} />
    </div>
  );
}

function MailFields(props: TextFieldsProps & SharedProps & { withShort: boolean }) {
  const { text, onChange, isDisabled, withShort, templateId, onEditor } = props;
  const { t } = useTranslation();
  return (
    <>
      <VariableField
        label={t("templates.subject")}
        rows={1}
        value={text.subject}
        isDisabled={isDisabled}
        onChange={(subject) => onChange({ subject: subject.replace(/[\r\n]+/g, " ") })}
      />
      <Select
        label={t("templates.layout")}
        className="w-60"
        value={text.layout}
        isDisabled={isDisabled}
        options={LAYOUTS.map((id) => ({ id, label: t(`templates.layouts.${id}`) }))}
        onChange={(layout) => onChange({ layout })}
      />
      {text.document === undefined ? (
        <>
          <VariableField
            label={t("texts.body")}
            rows={12}
            value={text.body}
            isDisabled={isDisabled}
            onChange={(body) => onChange({ body })}
          />
          <Button
            size="sm"
            className="self-start"
            icon={<LayoutTemplate aria-hidden size={14} />}
            isDisabled={isDisabled}
            onPress={() => onChange({ document: documentOf(text) })}
          >
            {t("templates.design")}
          </Button>
        </>
      ) : isDisabled ? (
        <EmailDesigner label={t("texts.body")} value={text.document} isReadOnly />
      ) : (
        <SharedDesigner label={t("texts.body")} templateId={templateId} onEditor={onEditor} />
      )}
      {withShort && (
        <>
          <VariableField
            label={t("texts.shortBody")}
            rows={4}
            value={text.shortBody ?? ""}
            isDisabled={isDisabled}
            onChange={(shortBody) => onChange({ shortBody: shortBody === "" ? undefined : shortBody })}
          />
          <SegmentMeter body={text.shortBody ?? text.body} variables={text.variables} />
        </>
      )}
    </>
  );
}

const CHECKED_AS = {
  email_outlook: "email",
  any: "email",
  sms: "sms",
  whatsapp_business: "whatsapp",
  internal_comment: "other",
} as const;

/** What should be mended before it goes out. */
function Check({ channelType, text }: { channelType: TemplateIdentity["channelType"]; text: TemplateText }) {
  const { t } = useTranslation();
  const { subject, body, document, variables } = text;
  if (body.trim() === "" && document === undefined) return null;
  return (
    <section aria-label={t("preflight.title")} className="flex flex-col gap-2">
      <h2 className="text-xs font-medium text-muted">{t("preflight.title")}</h2>
      <PreflightList findings={preflight({ channel: CHECKED_AS[channelType], subject, body, document, variables })} />
    </section>
  );
}

function Fallbacks({ text, onChange, isDisabled }: TextFieldsProps) {
  const { t } = useTranslation();
  const names = variablesIn(
    [text.subject, text.document === undefined ? text.body : "", text.shortBody ?? ""].join("\n"),
  );
  if (names.length === 0) return null;
  const fallbackOf = (name: string) => text.variables.find((variable) => variable.name === name)?.fallback ?? "";
  const put = (name: string, fallback: string) =>
    onChange({
      variables: names.map((each) => ({ name: each, fallback: each === name ? fallback : fallbackOf(each) })),
    });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1 text-xs font-medium text-muted">{t("texts.fallbacks")}</legend>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        {names.map((name) => (
          <TextField
            key={name}
            label={name}
            value={fallbackOf(name)}
            isDisabled={isDisabled}
            onChange={(fallback) => put(name, fallback)}
          />
        ))}
      </div>
    </fieldset>
  );
}
