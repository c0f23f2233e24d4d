import type { ReactNode } from "react";
import { Body, Container, Head, Hr, Html, Img, Link, Preview, Section, Text } from "react-email";
import { accentOf, safeUrl, type EmailContent } from "./content";
import { darkModeCss, palette, type } from "./theme";
import { frameWords } from "./words";

/** Pixels: a line of large text, so that a logo does not push the words down on a phone. */
const LOGO_HEIGHT = 40;

/** The frame of every mail: brand, content, imprint, and a way out where there is one. */
export function Layout({ content, children }: { content: EmailContent; children: ReactNode }) {
  const { brand, locale, subject, paragraphs } = content;
  const { accent } = accentOf(brand);
  return (
    <Html lang={locale} dir="ltr">
      <Head>
        <title>{subject}</title>
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <style>{darkModeCss}</style>
      </Head>
      <Preview>{content.preview ?? paragraphs[0] ?? subject}</Preview>
      <Body className="sb-page" style={{ margin: 0, backgroundColor: palette.page, fontFamily: type.family }}>
        <Container style={{ maxWidth: "600px", margin: "0 auto", padding: "24px 16px" }}>
          <BrandHeader content={content} />
          <Section
            className="sb-card"
            style={{ backgroundColor: palette.card, borderTop: `3px solid ${accent}`, padding: "28px 32px" }}
          >
            {children}
          </Section>
          <Footer content={content} />
        </Container>
      </Body>
    </Html>
  );
}

function BrandHeader({ content: { brand } }: { content: EmailContent }) {
  const website = safeUrl(brand.websiteUrl);
  const nameStyle = { color: palette.text, fontSize: "17px", fontWeight: 600, textDecoration: "none" };
  const logo = safeUrl(brand.logoUrl);
  const title =
    logo === null ? (
      brand.name
    ) : (
      <Img src={logo} alt={brand.name} height={LOGO_HEIGHT} style={{ display: "block", maxWidth: "100%" }} />
    );
  return (
    <Section style={{ padding: "0 4px 16px" }}>
      <Text className="sb-text" style={{ ...nameStyle, margin: 0, lineHeight: "24px" }}>
        {website === null ? (
          title
        ) : (
          <Link href={website} className="sb-text" style={nameStyle}>
            {title}
          </Link>
        )}
      </Text>
      {brand.tagline && (
        <Text
          className="sb-muted"
          style={{ color: palette.muted, fontSize: type.small, margin: 0, lineHeight: "20px" }}
        >
          {brand.tagline}
        </Text>
      )}
    </Section>
  );
}

function Footer({ content: { brand, locale, unsubscribeUrl, preferencesUrl } }: { content: EmailContent }) {
  const words = frameWords(locale);
  const unsubscribe = safeUrl(unsubscribeUrl);
  const preferences = safeUrl(preferencesUrl);
  const line = { color: palette.muted, fontSize: type.small, lineHeight: "18px", margin: "0" };
  return (
    <Section style={{ padding: "16px 4px 0" }}>
      <Text className="sb-muted" style={line}>
        {words.reason(brand.name)}
      </Text>
      {unsubscribe !== null && (
        <Text className="sb-muted" style={line}>
          <Link href={unsubscribe} className="sb-muted" style={{ color: palette.muted, textDecoration: "underline" }}>
            {words.unsubscribe}
          </Link>
          {preferences !== null && (
            <>
              {" · "}
              <Link
                href={preferences}
                className="sb-muted"
                style={{ color: palette.muted, textDecoration: "underline" }}
              >
                {words.preferences}
              </Link>
            </>
          )}
        </Text>
      )}
      <Hr className="sb-rule" style={{ borderColor: palette.rule, margin: "12px 0" }} />
      {brand.imprint.map((text) => (
        <Text key={text} className="sb-muted" style={line}>
          {text}
        </Text>
      ))}
    </Section>
  );
}
