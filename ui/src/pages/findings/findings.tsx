import { useParams, useSearch } from "@tanstack/react-router";
import { useMay } from "../../api/me.ts";
import { FindingDetails } from "../../details/finding-details.tsx";
import { PageMissing } from "../../kit/page-states.tsx";
import { Explorer } from "../../list/explorer.tsx";
import { type FindingPlace, findingPlaces, hrefs, isFindingPlace, type ListView, places } from "../../places.ts";
import { FindingPage } from "./finding.tsx";
import { findingList, firstFindingColumns } from "./findings-list.tsx";

export function FindingsPage() {
  const { place = "" } = useParams({ strict: false });
  if (/^[0-9a-f]{8}-/i.test(place)) return <FindingPage id={place} />;
  return isFindingPlace(place) ? <Findings key={place} place={place} /> : <PageMissing />;
}

const tabTitles: Record<FindingPlace, string> = {
  all: "All",
  vulnerabilities: "Vulnerabilities",
  misconfigurations: "Misconfigurations",
  threats: "Threats",
  issues: "Issues",
};

function Findings({ place }: { place: FindingPlace }) {
  const { q, range, sort }: ListView = useSearch({ strict: false });
  const mayAdd = useMay("admin");
  const { title, kind } = findingPlaces[place];
  const tabs = (Object.keys(tabTitles) as FindingPlace[]).map((one) => ({
    title: tabTitles[one],
    href: hrefs.findings(one, { q, range, sort }),
    isHere: one === place,
  }));
  return (
    <Explorer
      description={findingList}
      title={title}
      crumb="Risk findings"
      tabs={tabs}
      {...(kind !== null && { fixed: `kind:${kind}` })}
      firstColumns={firstFindingColumns[place]}
      details={(id, onClose) => <FindingDetails id={id} layout="panel" onClose={onClose} />}
      addIntegrationHref={mayAdd ? places.catalogue : null}
    />
  );
}
