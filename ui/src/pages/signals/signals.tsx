import { useMay } from "../../api/me.ts";
import { SignalDetails } from "../../details/signal-details.tsx";
import { Explorer } from "../../list/explorer.tsx";
import { places } from "../../places.ts";
import { SignalsHeader } from "./header.tsx";
import { firstSignalColumns } from "./signals-columns.tsx";
import { signalList } from "./signals-list.tsx";

export function SignalsPage() {
  const mayAdd = useMay("admin");
  return (
    <Explorer
      description={signalList}
      title="Search"
      crumb="Signals"
      firstColumns={firstSignalColumns}
      header={(list) => <SignalsHeader {...list} />}
      details={(id, onClose) => <SignalDetails id={id} layout="panel" onClose={onClose} />}
      addIntegrationHref={mayAdd ? places.catalogue : null}
    />
  );
}
