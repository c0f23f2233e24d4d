import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { ownWordProblem } from "../../../convex/inbox/optOut";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";

/** "Schluss, genug" → ["Schluss", "genug"] */
const wordsIn = (text: string) =>
  text
    .split(/[,;\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== "");

/** Words of one's own that end messages, beside the built-in ones. */
export function StopWords() {
  const words = useOrgQuery(api.inbox.queries.stopWords, {});
  if (words === undefined) return null;
  const stored = words.join(", ");
  return <Editor key={stored} stored={stored} />;
}

function Editor({ stored }: { stored: string }) {
  const { t } = useTranslation();
  const mayManage = useCan("consent.manage");
  const save = useOrgMutation(api.inbox.mutations.setStopWords);
  const [text, setText] = useState(stored);
  const problem = firstProblem(wordsIn(text));
  const submit = async () => {
    try {
      await save({ words: wordsIn(text) });
      toast(t("consent.stopWordsSaved"));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <section className="flex flex-col gap-2 border-t border-line pt-4">
      <TextField
        label={t("consent.stopWords")}
        description={t("consent.stopWordsHint")}
        error={problem === null ? null : t(`consent.stopWordProblems.${problem.kind}`, { word: problem.word })}
        value={text}
        onChange={setText}
        rows={2}
        isReadOnly={!mayManage}
      />
      {text !== stored && (
        <div className="flex justify-end gap-2">
          <Button size="sm" onPress={() => setText(stored)}>
            {t("common.cancel")}
          </Button>
          <Button size="sm" variant="primary" isDisabled={problem !== null} onPress={() => void submit()}>
            {t("common.save")}
          </Button>
        </div>
      )}
    </section>
  );
}

function firstProblem(words: readonly string[]) {
  for (const word of words) {
    const kind = ownWordProblem(word);
    if (kind !== null) return { word, kind };
  }
  return null;
}
