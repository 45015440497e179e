import type { SignalDetail } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { SeverityLabel } from "../kit/severity.tsx";
import { TimeAgo } from "../kit/time.tsx";
import { wordText } from "../kit/words.ts";
import { hrefs } from "../places.ts";
import { useDetailLayout } from "./layout.ts";
import { DetailHead } from "./section.tsx";

/** What happened to what, and when. */
export function SignalHead({ signal }: { signal: SignalDetail }) {
  const isPage = useDetailLayout() === "page";
  return (
    <DetailHead
      title={signal.title}
      above={
        isPage && (
          <AppLink href={hrefs.signals()} c="dimmed" fz="inherit">
            Signals
          </AppLink>
        )
      }
      below={
        <>
          <b>{wordText(signal.change)}</b>
          <TimeAgo at={signal.at} />
          <span>{wordText(signal.subject.kind)}</span>
          {signal.severity !== null && <SeverityLabel severity={signal.severity} />}
        </>
      }
    />
  );
}
