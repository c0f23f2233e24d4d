import { useState } from "react";
import { useTranslation } from "react-i18next";
import { THREAD_TYPES } from "../../../convex/lib/closedSets";
import { tidyOrderStates } from "../../../convex/templates/orderStates";
import { TEMPLATE_CATEGORIES, TEMPLATE_CHANNEL_TYPES } from "../../../convex/templates/sets";
import type { TemplateIdentity } from "../../lib/api-types";
import { BrandSelect } from "../brand";
import { Checkbox } from "../ui/checkbox";
import { Select } from "../ui/select";
import { TextField } from "../ui/text-field";

type Identity = Omit<TemplateIdentity, "name">;

type IdentityFieldsProps = {
  value: Identity;
  onChange: (changes: Partial<Identity>) => void;
  localeError: string | null;
};

/** What a text is for: its channel, language, category, brand, and the kinds of conversations it is offered in. */
export function IdentityFields({ value, onChange, localeError }: IdentityFieldsProps) {
  const { t } = useTranslation();
  const { channelType, locale, category, businessEntity, threadTypes, orderStates = [] } = value;
  return (
    <>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Select
          label={t("texts.channel")}
          options={TEMPLATE_CHANNEL_TYPES.map((id) => ({ id, label: t(`texts.channels.${id}`) }))}
          value={channelType}
          onChange={(id) => onChange({ channelType: id })}
        />
        <TextField
          label={t("texts.locale")}
          value={locale}
          onChange={(text) => onChange({ locale: text })}
          error={localeError}
        />
        <Select
          label={t("texts.category")}
          options={TEMPLATE_CATEGORIES.map((id) => ({ id, label: t(`texts.categories.${id}`) }))}
          value={category}
          onChange={(id) => onChange({ category: id })}
        />
        <BrandSelect value={businessEntity} onChange={(id) => onChange({ businessEntity: id })} />
      </div>
      <fieldset>
        <legend className="pb-1 text-xs font-medium text-muted">{t("texts.threadTypes")}</legend>
        <div className="grid grid-cols-2 max-md:grid-cols-1">
          {THREAD_TYPES.map((type) => (
            <Checkbox
              key={type}
              isSelected={threadTypes.includes(type)}
              onChange={(isOn) =>
                onChange({
                  threadTypes: THREAD_TYPES.filter((each) => (each === type ? isOn : threadTypes.includes(each))),
                })
              }
            >
              {t(`slaSettings.types.${type}`)}
            </Checkbox>
          ))}
        </div>
      </fieldset>
      <OrderStates value={orderStates} onChange={(states) => onChange({ orderStates: states })} />
    </>
  );
}

/** The states of orders a text is offered at first, one after the other. */
function OrderStates({ value, onChange }: { value: readonly string[]; onChange: (states: string[]) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value.join(", "));
  return (
    <TextField
      label={t("texts.orderStates")}
      description={t("texts.orderStatesText")}
      value={typed}
      onChange={(text) => {
        setTyped(text);
        onChange(tidyOrderStates(text.split(",")));
      }}
    />
  );
}
