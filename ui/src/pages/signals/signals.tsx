import { lazyRouteComponent } from "@tanstack/react-router";
import { Suspense } from "react";
import { useMay } from "../../api/me.ts";
import { useSoon } from "../../kit/soon.ts";
import { RowSkeletons } from "../../kit/states.tsx";
import { Explorer } from "../../list/explorer.tsx";
import { places } from "../../places.ts";
import { SignalsHeader } from "./header.tsx";
import { firstSignalColumns } from "./signals-columns.tsx";
import { signalList } from "./signals-list.tsx";

const SignalDetails = lazyRouteComponent(() => import("../../details/signal-details.tsx"), "SignalDetails");

export function SignalsPage() {
  useSoon(SignalDetails);
  const mayAdd = useMay("admin");
  return (
    <Explorer
      description={signalList}
      title="Search"
      crumb="Signals"
      firstColumns={firstSignalColumns}
      header={(list) => <SignalsHeader {...list} />}
      details={(id, onClose) => (
        <Suspense fallback={<RowSkeletons />}>
          <SignalDetails id={id} layout="panel" onClose={onClose} />
        </Suspense>
      )}
      addIntegrationHref={mayAdd ? places.catalogue : null}
    />
  );
}
