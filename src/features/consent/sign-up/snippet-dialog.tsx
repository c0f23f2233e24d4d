import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { useCopy } from "../../../components/ui/use-copy";
import type { SignUpForm } from "./sign-up-forms";

/** The form as HTML for one's own page. */
export function SnippetDialog({ form, onClose }: { form: SignUpForm; onClose: () => void }) {
  const { t } = useTranslation();
  const copy = useCopy();
  const copyForm = async () => {
    if (await copy(form.snippet)) onClose();
  };
  return (
    <Dialog
      title={t("signUpForms.snippetTitle", { name: form.name })}
      isOpen
      onClose={onClose}
      size="lg"
      footer={
        <Button variant="primary" icon={<Copy aria-hidden size={14} />} onPress={() => void copyForm()}>
          {t("signUpForms.copyHtml")}
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-sm text-muted">{t("signUpForms.snippetText")}</p>
        <pre tabIndex={0} className="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-2xs">
          {form.snippet}
        </pre>
      </div>
    </Dialog>
  );
}
