import type { Editor } from "@tiptap/react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../components/ui/button";
import { FormDialog } from "../components/ui/form-dialog";
import { TextField } from "../components/ui/text-field";
import { linkAddress } from "./link-address";

/** Makes the chosen words a link, changes or removes the one the cursor is in, or writes a new one. */
export function LinkDialog({ editor, onClose }: { editor: Editor; onClose: () => void }) {
  const { t } = useTranslation();
  const [known] = useState(() => (editor.getAttributes("link") as { href?: string }).href ?? "");
  const [hasWords] = useState(() => known !== "" || !editor.state.selection.empty);
  const [address, setAddress] = useState(known);
  const [words, setWords] = useState("");
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const href = linkAddress(address);
    if (href === null) return setError(t("composer.link.invalid"));
    onClose();
    const chain = editor.chain().focus();
    if (hasWords) chain.extendMarkRange("link").setLink({ href }).run();
    else {
      const text = words.trim() === "" ? address.trim() : words.trim();
      chain.insertContent({ type: "text", text, marks: [{ type: "link", attrs: { href } }] }).run();
    }
    await Promise.resolve();
  };
  return (
    <FormDialog title={t("composer.link.title")} onClose={onClose} onSubmit={submit}>
      {!hasWords && <TextField label={t("composer.link.words")} value={words} onChange={setWords} />}
      <TextField
        label={t("composer.link.address")}
        value={address}
        onChange={setAddress}
        error={error}
        placeholder="https://"
        autoFocus
      />
      {known !== "" && (
        <Button
          variant="quiet"
          className="self-start"
          onPress={() => {
            onClose();
            editor.chain().focus().extendMarkRange("link").unsetLink().run();
          }}
        >
          {t("composer.link.remove")}
        </Button>
      )}
    </FormDialog>
  );
}
