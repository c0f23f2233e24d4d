import { ImageOff, MoreHorizontal } from "lucide-react";
import { type SyntheticEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { cleanMailHtml, frameDocument } from "../../lib/html-sanitize";
import { Button } from "./button";

type MailFrameProps = {
  html: string;
  /** Accessible name of the frame. */
  title: string;
  /** Our own mail on a simulated device shows whole; foreign mail folds what it quotes. */
  foldQuotes?: boolean;
};

/** Below this the frame never shrinks, so that short mails do not flicker while they are measured. */
const MIN_HEIGHT_PX = 40;

/**
 * Foreign HTML in a frame that can run no script. `allow-same-origin` only lets us measure its height; without
 * `allow-scripts` nothing inside can use it.
 */
export function MailFrame({ html, title, foldQuotes = false }: MailFrameProps) {
  const { t } = useTranslation();
  const [showRemote, setShowRemote] = useState(false);
  const [showQuote, setShowQuote] = useState(!foldQuotes);
  const [height, setHeight] = useState(MIN_HEIGHT_PX);
  const mail = useMemo(() => cleanMailHtml(html, { showRemote, showQuote }), [html, showRemote, showQuote]);
  const measure = (event: SyntheticEvent<HTMLIFrameElement>) => {
    const page = event.currentTarget.contentDocument;
    if (page === null) return;
    const fit = () =>
      setHeight(Math.max(MIN_HEIGHT_PX, Math.ceil(page.documentElement.getBoundingClientRect().height)));
    fit();
    for (const image of page.images) image.addEventListener("load", fit);
  };
  return (
    <div className="flex flex-col gap-2">
      {mail.hasRemoteContent && !showRemote && (
        <div className="flex items-center gap-2 text-xs text-muted">
          <ImageOff aria-hidden size={14} className="shrink-0" />
          <span className="grow">{t("mail.remoteHeld")}</span>
          <Button size="sm" variant="quiet" onPress={() => setShowRemote(true)}>
            {t("mail.showRemote")}
          </Button>
        </div>
      )}
      <iframe
        title={title}
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        srcDoc={frameDocument(mail.html, showRemote)}
        onLoad={measure}
        style={{ height }}
        className="block w-full rounded-md bg-white"
      />
      {mail.hasQuote && <FoldButton isOpen={showQuote} onPress={() => setShowQuote(!showQuote)} />}
    </div>
  );
}

/** The "…" that opens what a mail program repeated. */
export function FoldButton({ isOpen, onPress }: { isOpen: boolean; onPress: () => void }) {
  const { t } = useTranslation();
  return (
    <Button
      size="sm"
      variant="quiet"
      onPress={onPress}
      aria-expanded={isOpen}
      icon={<MoreHorizontal aria-hidden size={14} />}
      className="self-start"
    >
      {isOpen ? t("mail.hideQuote") : t("mail.showQuote")}
    </Button>
  );
}
