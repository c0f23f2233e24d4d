import { ImageOff, MoreHorizontal } from "lucide-react";
import { type SyntheticEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { cleanMailHtml, frameDocument } from "../../lib/html-sanitize";
import { useStored } from "../../lib/stored";
import { Button } from "./button";

type MailFrameProps = {
  html: string;
  /** Accessible name of the frame. */
  title: string;
  /** Our own mail on a simulated device shows whole; foreign mail folds what it quotes. */
  foldQuotes?: boolean;
  /** Addresses of the mail's own pictures by their Content-ID. */
  pictures?: ReadonlyMap<string, string>;
  /** Whose pictures from elsewhere may be shown always, if asked; absent = only this once. */
  sender?: string | undefined;
};

/** Below this the frame never shrinks, so that short mails do not flicker while they are measured. */
const MIN_HEIGHT_PX = 40;

/** A mail that claims to be taller scrolls: no page of a mail is. */
const MAX_HEIGHT_PX = 20_000;
/** Senders remembered in this browser; the oldest make room. */
const MAX_SENDERS = 500;
/** Heights of mails that were shown, so that one scrolled back to is as tall at once; the oldest make room. */
const knownHeights = new Map<string, number>();
const MAX_HEIGHTS = 300;
const NO_PICTURES: ReadonlyMap<string, string> = new Map();

/**
 * Foreign HTML in a frame that can run no script. `allow-same-origin` only lets us measure its height; without
 * `allow-scripts` nothing inside can use it.
 */
export function MailFrame({ html, title, foldQuotes = false, pictures = NO_PICTURES, sender }: MailFrameProps) {
  const { t } = useTranslation();
  const [isAsked, setIsAsked] = useState(false);
  const [senders, setSenders] = useStored<string>("mail-pictures", "");
  const showRemote = isAsked || (sender !== undefined && senders.split(" ").includes(sender));
  const [showQuote, setShowQuote] = useState(!foldQuotes);
  const mail = useMemo(
    () => cleanMailHtml(html, { showRemote, showQuote, pictures }),
    [html, showRemote, showQuote, pictures],
  );
  const [height, setHeight] = useState(() => knownHeights.get(mail.html) ?? MIN_HEIGHT_PX);
  const measure = (event: SyntheticEvent<HTMLIFrameElement>) => {
    const page = event.currentTarget.contentDocument;
    if (page === null) return;
    const fit = () => {
      const tall = Math.ceil(page.documentElement.getBoundingClientRect().height);
      const fitting = Math.min(MAX_HEIGHT_PX, Math.max(MIN_HEIGHT_PX, tall));
      setHeight(fitting);
      knownHeights.set(mail.html, fitting);
      const [oldest] = knownHeights.keys();
      if (knownHeights.size > MAX_HEIGHTS && oldest !== undefined) knownHeights.delete(oldest);
    };
    fit();
    for (const image of page.images) image.addEventListener("load", fit);
  };
  return (
    <div className="flex flex-col gap-2">
      {mail.hasRemoteContent && !showRemote && (
        <div className="flex flex-wrap items-center gap-2 text-xs text-muted">
          <ImageOff aria-hidden size={14} className="shrink-0" />
          <span className="grow">{t("mail.remoteHeld")}</span>
          <Button size="sm" variant="quiet" onPress={() => setIsAsked(true)}>
            {t("mail.showRemote")}
          </Button>
          {sender !== undefined && (
            <Button
              size="sm"
              variant="quiet"
              onPress={() => setSenders([...senders.split(" "), sender].slice(-MAX_SENDERS).join(" "))}
            >
              {t("mail.alwaysShow", { sender })}
            </Button>
          )}
        </div>
      )}
      <iframe
        title={title}
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        srcDoc={frameDocument(mail.html, showRemote, pictures)}
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
