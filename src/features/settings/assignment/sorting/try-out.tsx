import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../../convex/_generated/api";
import { CHANNELS, type Channel } from "../../../../../convex/lib/closedSets";
import { Button } from "../../../../components/ui/button";
import { Checkbox } from "../../../../components/ui/checkbox";
import { Dialog } from "../../../../components/ui/dialog";
import { Select } from "../../../../components/ui/select";
import { TextField } from "../../../../components/ui/text-field";
import { useOrgQuery } from "../../../../lib/org";
import { useSortingWords } from "./use-sorting-words";

/** As much as the server looks at. */
const MAX_CHARS = { from: 300, subject: 998, text: 8_000 };

type Tried = { channel: Channel; from: string; subject: string; text: string; hasFiles: boolean };

/** Which rules would take a text that is typed here; nothing is kept. */
export function TryOut({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [tried, setTried] = useState<Tried>({ channel: "email", from: "", subject: "", text: "", hasFiles: false });
  const set = (patch: Partial<Tried>) => setTried({ ...tried, ...patch });
  return (
    <Dialog
      title={t("sorting.tryOut")}
      isOpen
      onClose={onClose}
      footer={<Button onPress={onClose}>{t("common.close")}</Button>}
    >
      <div className="flex flex-col gap-3">
        <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
          <Select
            label={t("assignment.channel")}
            options={CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) }))}
            value={tried.channel}
            onChange={(channel) => set({ channel })}
          />
          <TextField
            label={t("sorting.from")}
            value={tried.from}
            onChange={(from) => set({ from })}
            maxLength={MAX_CHARS.from}
          />
        </div>
        <TextField
          label={t("sorting.subject")}
          value={tried.subject}
          onChange={(subject) => set({ subject })}
          maxLength={MAX_CHARS.subject}
        />
        <TextField
          label={t("sorting.text")}
          value={tried.text}
          onChange={(text) => set({ text })}
          maxLength={MAX_CHARS.text}
          rows={4}
        />
        <Checkbox isSelected={tried.hasFiles} onChange={(hasFiles) => set({ hasFiles })}>
          {t("sorting.files.with")}
        </Checkbox>
        <Outcome tried={tried} />
      </div>
    </Dialog>
  );
}

function Outcome({ tried }: { tried: Tried }) {
  const { t } = useTranslation();
  const words = useSortingWords();
  const asked = useDeferredValue(tried);
  const found = useOrgQuery(api.inbox.sorting.queries.tryOut, asked);
  return (
    <section aria-live="polite" className="flex flex-col gap-2 rounded-lg border border-line p-3 text-sm">
      {found === undefined ? (
        <p className="text-faint">…</p>
      ) : found.taken.length === 0 ? (
        <p className="font-medium">{t("sorting.noneTakes")}</p>
      ) : (
        <div>
          <p className="font-medium">
            {t("sorting.takes", { names: found.taken.map(({ name }) => `“${name}”`).join(", ") })}
          </p>
          <p className="text-muted">→ {words.effect(found.effect)}</p>
        </div>
      )}
      {found !== undefined && found.passed.length > 0 && (
        <ul className="flex flex-col gap-0.5 text-xs text-muted">
          {found.passed.map(({ id, name, because }) => (
            <li key={id}>
              {name}: {t(`sorting.misses.${because}`)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
