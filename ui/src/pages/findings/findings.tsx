import { lazyRouteComponent, useParams, useSearch } from "@tanstack/react-router";
import { Suspense } from "react";
import { useMay } from "../../api/me.ts";
import { PageMissing } from "../../kit/page-states.tsx";
import { useSoon } from "../../kit/soon.ts";
import { RowSkeletons } from "../../kit/states.tsx";
import { Explorer } from "../../list/explorer.tsx";
import { type FindingPlace, findingPlaces, hrefs, isFindingPlace, type ListView, places } from "../../places.ts";
import { AcceptFoundButton } from "./accept-found-button.tsx";
import { findingList, firstFindingColumns } from "./findings-list.tsx";

const FindingDetails = lazyRouteComponent(() => import("../../details/finding-details.tsx"), "FindingDetails");

export function FindingsPage() {
  const { place = "" } = useParams({ strict: false });
  if (/^[0-9a-f]{8}-/i.test(place)) return <FindingDetails id={place} layout="page" />;
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
  useSoon(FindingDetails);
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
      actions={(found) => <AcceptFoundButton {...found} />}
      details={(id, onClose) => (
        <Suspense fallback={<RowSkeletons />}>
          <FindingDetails id={id} layout="panel" onClose={onClose} />
        </Suspense>
      )}
      addIntegrationHref={mayAdd ? places.catalogue : null}
    />
  );
}
