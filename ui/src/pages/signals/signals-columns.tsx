import type { Signal } from "../../api/types.ts";
import { changesText } from "../../details/changes.ts";
import { SeverityLabel, severityWords } from "../../kit/severity.tsx";
import { agoText } from "../../kit/times.ts";
import { wordText } from "../../kit/words.ts";
import { Card, RowLink, Second, TimeCell } from "../../list/cells.tsx";
import type { Column } from "../../list/explorer-types.ts";
import { hrefs } from "../../places.ts";

export const signalColumns: readonly Column<Signal>[] = [
  {
    id: "at",
    title: "When",
    width: 96,
    sort: "at",
    text: ({ at }, now) => agoText(at, now),
    render: ({ at }, now) => <TimeCell at={at} now={now} />,
  },
  { id: "change", title: "Change", width: 88, text: ({ change }) => wordText(change) },
  { id: "kind", title: "Of a", width: 122, text: ({ subject }) => wordText(subject.kind) },
  {
    id: "severity",
    title: "Severity",
    width: 94,
    text: ({ severity }) => (severity === null ? null : severityWords[severity]),
    render: ({ severity }) => (severity === null ? null : <SeverityLabel severity={severity} />),
  },
  {
    id: "title",
    title: "Title",
    width: 240,
    isWide: true,
    text: ({ title }) => title,
    render: ({ id, title }) => <RowLink href={hrefs.signal(id)}>{title}</RowLink>,
  },
  { id: "asset", title: "Asset", width: 160, text: ({ asset }) => asset },
  { id: "fields", title: "What changed", width: 200, text: ({ fields }) => changesText(fields) },
  { id: "integration", title: "Integration", width: 120, text: ({ integration }) => integration },
  { id: "stream", title: "Stream", width: 130, text: ({ stream }) => wordText(stream) },
  { id: "externalId", title: "ID at source", width: 290, isMono: true, text: ({ subject }) => subject.externalId },
];

export const firstSignalColumns: readonly string[] = ["at", "change", "kind", "severity", "title", "asset", "fields"];

/** In one cell of two lines, for a narrow screen. */
export const signalCard: Column<Signal> = {
  id: "card",
  title: "Signal",
  width: 0,
  isWide: true,
  text: ({ title }) => title,
  render: (signal, now) => (
    <Card
      first={
        <>
          {wordText(signal.change)}: <RowLink href={hrefs.signal(signal.id)}>{signal.title}</RowLink>
          {signal.severity !== null && <Second>{severityWords[signal.severity]}</Second>}
        </>
      }
      under={[agoText(signal.at, now), signal.asset, changesText(signal.fields)]}
    />
  ),
};
