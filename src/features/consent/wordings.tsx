import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { LANGUAGES, type Language, useLanguage } from "../../lib/i18n";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { Panel } from "./panel";
import { StopWords } from "./stop-words";

type Wording = FunctionReturnType<typeof api.contacts.wordings.queries.list>[number];

/** What people are told when they agree or refuse. Every change is a new version; the old ones stay with what was said. */
export function Wordings() {
  const { t } = useTranslation();
  const [language, setLanguage] = useState<Language>(useLanguage());
  const wordings = useOrgQuery(api.contacts.wordings.queries.list, {});
  return (
    <Panel
      intro={t("consent.wordingsText")}
      actions={
        <Select
          label={t("consent.language")}
          hideLabel
          options={LANGUAGES.map((id) => ({ id, label: t(`languages.${id}`) }))}
          value={language}
          onChange={setLanguage}
        />
      }
    >
      {wordings === undefined && <SkeletonRows count={5} className="px-0" />}
      <ul className="flex flex-col gap-4">
        {wordings
          ?.filter((wording) => wording.language === language)
          .map((wording) => (
            <WordingRow key={`${wording.key}-${wording.language}-${wording.version}`} wording={wording} />
          ))}
      </ul>
      <StopWords />
    </Panel>
  );
}

function WordingRow({ wording }: { wording: Wording }) {
  const { t } = useTranslation();
  const mayManage = useCan("consent.manage");
  const [text, setText] = useState(wording.text);
  const publish = useOrgMutation(api.contacts.wordings.mutations.publish);
  const save = async () => {
    try {
      await publish({ key: wording.key, language: wording.language, text });
      toast(t("consent.wordingSaved"));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <li className="flex flex-col gap-2">
      <TextField
        label={`${t(`consent.occasions.${wording.key}`)} · ${t("consent.version", { number: wording.version })}`}
        value={text}
        onChange={setText}
        rows={3}
        isReadOnly={!mayManage}
      />
      {text !== wording.text && (
        <div className="flex justify-end gap-2">
          <Button size="sm" onPress={() => setText(wording.text)}>
            {t("common.cancel")}
          </Button>
          <Button size="sm" variant="primary" onPress={() => void save()}>
            {t("consent.newVersion")}
          </Button>
        </div>
      )}
    </li>
  );
}
