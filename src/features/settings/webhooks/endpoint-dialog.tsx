import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { WEBHOOK_KINDS, type WebhookKind } from "../../../../convex/api/webhooks/kinds";
import { asAppError } from "../../../../convex/lib/errors";
import { Button } from "../../../components/ui/button";
import { Checkbox } from "../../../components/ui/checkbox";
import { Dialog } from "../../../components/ui/dialog";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import type { Endpoint } from "./endpoints";

export type EndpointTarget = { kind: "new" } | { kind: "existing"; endpoint: Endpoint };

type EndpointDialogProps = {
  target: EndpointTarget | null;
  onClose: () => void;
  /** Gets the new endpoint's signing secret, readable this once. */
  onSecret: (secret: string) => void;
};

export function EndpointDialog({ target, onClose, onSecret }: EndpointDialogProps) {
  const { t } = useTranslation();
  const endpoint = target?.kind === "existing" ? target.endpoint : null;
  return (
    <Dialog
      title={t(endpoint === null ? "webhooks.add" : "webhooks.edit")}
      isOpen={target !== null}
      onClose={onClose}
      size="md"
    >
      {target !== null && <EndpointForm endpoint={endpoint} onClose={onClose} onSecret={onSecret} />}
    </Dialog>
  );
}

const DELIVERY_KINDS: readonly WebhookKind[] = WEBHOOK_KINDS.filter((kind) => kind.startsWith("message."));

type EndpointFormProps = { endpoint: Endpoint | null; onClose: () => void; onSecret: (secret: string) => void };

function EndpointForm({ endpoint, onClose, onSecret }: EndpointFormProps) {
  const { t } = useTranslation();
  const add = useOrgMutation(api.api.webhooks.mutations.add);
  const change = useOrgMutation(api.api.webhooks.mutations.change);
  const [url, setUrl] = useState(endpoint?.url ?? "");
  const [description, setDescription] = useState(endpoint?.description ?? "");
  const [kinds, setKinds] = useState<readonly WebhookKind[]>(endpoint?.kinds ?? DELIVERY_KINDS);
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const errorOf = (field: string) => (problem?.field === field ? problem.message : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setProblem(null);
    const fields = { url: url.trim(), description: description.trim(), kinds: [...kinds] };
    try {
      if (endpoint === null) onSecret((await add(fields)).secret);
      else {
        await change({ endpointId: endpoint.id, ...fields });
        toast(t("webhooks.saved"));
      }
      onClose();
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field: error.field, message: error.message });
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4" noValidate>
      <TextField
        label={t("webhooks.url")}
        inputMode="url"
        placeholder="https://"
        value={url}
        onChange={setUrl}
        error={errorOf("url")}
      />
      <TextField
        label={t("webhooks.description")}
        value={description}
        onChange={setDescription}
        error={errorOf("description")}
      />
      <fieldset className="flex flex-col gap-1">
        <legend className="pb-1 text-xs font-medium text-muted">{t("webhooks.kinds")}</legend>
        <div className="grid grid-cols-2 gap-x-4 max-md:grid-cols-1">
          {WEBHOOK_KINDS.map((kind) => (
            <Checkbox
              key={kind}
              isSelected={kinds.includes(kind)}
              onChange={(isOn) =>
                setKinds(WEBHOOK_KINDS.filter((each) => (each === kind ? isOn : kinds.includes(each))))
              }
            >
              <code className="font-mono text-xs">{kind}</code>
            </Checkbox>
          ))}
        </div>
        {errorOf("kinds") !== null && <p className="text-xs text-danger">{errorOf("kinds")}</p>}
      </fieldset>
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" variant="primary" isPending={isBusy}>
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}
