import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import {
  NO_PARTS,
  numberedBody,
  samplesOf,
  WHATSAPP_LIMITS,
  whatsappProblem,
} from "../../../convex/templates/whatsapp";
import { Button, IconButton } from "../../components/ui/button";
import { CopyField } from "../../components/ui/copy-field";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import type { TemplateText, WhatsAppParts } from "../../lib/api-types";
import { VariableField } from "./variable-field";

const KINDS = ["reply", "url", "phone"] as const satisfies readonly WhatsAppParts["buttons"][number]["kind"][];

export type TextFieldsProps = {
  text: TemplateText;
  onChange: (changes: Partial<TemplateText>) => void;
  isDisabled: boolean;
};

/** A WhatsApp template: what stands above and below the text, its buttons, and what WhatsApp is shown for its values. */
export function WhatsAppFields({ text, onChange, isDisabled }: TextFieldsProps) {
  const { t } = useTranslation();
  const parts = text.whatsapp ?? NO_PARTS;
  const set = (changes: Partial<WhatsAppParts>) => onChange({ whatsapp: { ...parts, ...changes } });
  const problem = text.body.trim() === "" ? null : whatsappProblem(text);
  const errorAt = (field: string) =>
    problem?.field === field ? t(`templates.whatsappProblems.${problem.code}`) : undefined;
  const { body: numbered, placeholders } = numberedBody(text.body);
  const names = samplesOf(placeholders, parts.samples, text.variables);
  return (
    <>
      <TextField
        label={t("templates.header")}
        value={parts.header}
        maxLength={WHATSAPP_LIMITS.header}
        isDisabled={isDisabled}
        onChange={(header) => set({ header })}
        error={errorAt("header") ?? null}
      />
      <VariableField
        label={t("texts.body")}
        rows={8}
        value={text.body}
        isDisabled={isDisabled}
        onChange={(body) => onChange({ body })}
        error={errorAt("body") ?? null}
        description={t("templates.bodyLimit", { used: text.body.length, most: WHATSAPP_LIMITS.body })}
      />
      <TextField
        label={t("templates.footer")}
        value={parts.footer}
        maxLength={WHATSAPP_LIMITS.footer}
        isDisabled={isDisabled}
        onChange={(footer) => set({ footer })}
        error={errorAt("footer") ?? null}
      />
      <Buttons parts={parts} onChange={set} isDisabled={isDisabled} error={errorAt("buttons")} />
      {names.length > 0 && (
        <fieldset className="flex flex-col gap-2">
          <legend className="pb-1 text-xs font-medium text-muted">{t("templates.samples")}</legend>
          <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
            {names.map(({ name }, index) => (
              <TextField
                key={name}
                label={`{{${index + 1}}} ${name}`}
                value={parts.samples[name] ?? ""}
                isDisabled={isDisabled}
                onChange={(sample) => set({ samples: { ...parts.samples, [name]: sample } })}
              />
            ))}
          </div>
        </fieldset>
      )}
      {text.body.trim() !== "" && <CopyField label={t("templates.toRegister")} value={numbered} />}
      <p className="text-xs text-faint">{t("templates.registerText")}</p>
    </>
  );
}

type ButtonsProps = {
  parts: WhatsAppParts;
  onChange: (changes: Partial<WhatsAppParts>) => void;
  isDisabled: boolean;
  error: string | undefined;
};

function Buttons({ parts: { buttons }, onChange, isDisabled, error }: ButtonsProps) {
  const { t } = useTranslation();
  const put = (index: number, changes: Partial<WhatsAppParts["buttons"][number]>) =>
    onChange({ buttons: buttons.map((button, at) => (at === index ? { ...button, ...changes } : button)) });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1 text-xs font-medium text-muted">{t("templates.buttons")}</legend>
      {buttons.map((button, index) => (
        <div key={index} className="flex flex-wrap items-end gap-2">
          <Select
            label={t("templates.buttonKind")}
            hideLabel
            className="w-36"
            value={button.kind}
            isDisabled={isDisabled}
            options={KINDS.map((id) => ({ id, label: t(`templates.buttonKinds.${id}`) }))}
            onChange={(kind) => put(index, { kind, value: "" })}
          />
          <TextField
            label={t("templates.buttonText")}
            hideLabel
            placeholder={t("templates.buttonText")}
            className="w-40"
            value={button.text}
            maxLength={WHATSAPP_LIMITS.button}
            isDisabled={isDisabled}
            onChange={(value) => put(index, { text: value })}
          />
          {button.kind !== "reply" && (
            <TextField
              label={t(`templates.buttonKinds.${button.kind}`)}
              hideLabel
              placeholder={button.kind === "url" ? "https://" : "+49 …"}
              className="min-w-0 grow basis-40"
              value={button.value}
              isDisabled={isDisabled}
              onChange={(value) => put(index, { value })}
            />
          )}
          <IconButton
            label={t("templates.removeButton", { name: button.text })}
            icon={<Trash2 size={15} />}
            isDisabled={isDisabled}
            onPress={() => onChange({ buttons: buttons.filter((_, at) => at !== index) })}
          />
        </div>
      ))}
      {error !== undefined && <p className="text-xs text-danger">{error}</p>}
      {buttons.length < WHATSAPP_LIMITS.buttons && (
        <Button
          size="sm"
          className="self-start"
          icon={<Plus aria-hidden size={13} />}
          isDisabled={isDisabled}
          onPress={() => onChange({ buttons: [...buttons, { kind: "reply", text: "", value: "" }] })}
        >
          {t("templates.addButton")}
        </Button>
      )}
    </fieldset>
  );
}
