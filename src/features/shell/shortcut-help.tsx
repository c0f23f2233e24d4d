import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/ui/dialog";
import { Kbd } from "../../components/ui/kbd";
import { keysOf, type ShortcutGroup, useActiveShortcuts } from "../../lib/shortcuts";

const GROUPS: readonly ShortcutGroup[] = ["general", "go", "list", "thread"];

/** Every key that works on this screen, by group. */
export function ShortcutHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const active = useActiveShortcuts();
  return (
    <Dialog title={t("shortcuts.title")} isOpen={isOpen} onClose={onClose} size="lg">
      <div className="grid gap-x-8 gap-y-6 sm:grid-cols-2">
        {GROUPS.map((group) => {
          const rows = active.filter((shortcut) => shortcut.group === group && shortcut.keys !== null);
          if (rows.length === 0) return null;
          return (
            <KeyTable
              key={group}
              title={t(`shortcuts.${group}`)}
              rows={rows.map((row) => ({ id: row.id, label: row.label, keys: keysOf(row) }))}
            />
          );
        })}
        <KeyTable
          title={t("shortcuts.composer")}
          rows={[
            { id: "send", label: t("shortcuts.send"), keys: ["mod+enter"] },
            { id: "sendClose", label: t("shortcuts.sendClose"), keys: ["mod+shift+enter"] },
          ]}
        />
      </div>
      <p className="mt-6 text-xs text-faint">{t("shortcuts.hint")}</p>
    </Dialog>
  );
}

function KeyTable({ title, rows }: { title: string; rows: { id: string; label: string; keys: string[] }[] }) {
  return (
    <section>
      <h3 className="mb-1 text-xs font-semibold text-faint">{title}</h3>
      <dl>
        {rows.map((row) => (
          <div
            key={row.id}
            className="flex items-center justify-between gap-4 border-b border-line py-1.5 last:border-0"
          >
            <dt className="text-sm">{row.label}</dt>
            <dd className="flex gap-2">
              {row.keys.map((keys) => (
                <span key={keys}>
                  <Kbd keys={keys} />
                  <span className="sr-only">{keys}</span>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
