import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { connectorsQuery } from "../../../api/connectors.ts";
import { useMay } from "../../../api/me.ts";
import { AppLink } from "../../../kit/link.tsx";
import { Page } from "../../../kit/page.tsx";
import { PageHead } from "../../../kit/page-head.tsx";
import { Empty, Failure, RowSkeletons } from "../../../kit/states.tsx";
import { hrefs, places } from "../../../places.ts";
import { WizardForm } from "./wizard-form.tsx";

/** From "Add Integration" to the first run, in three steps. */
export function WizardPage() {
  const { connector: wanted = "wiz" } = useSearch({ strict: false }) as { connector?: string };
  const { data: connectors, error, isPending, refetch } = useQuery(connectorsQuery);
  const connector = connectors?.find(({ id, shortName }) => [id, shortName].includes(wanted));
  const mayAdd = useMay("admin");
  return (
    <Page width={1120}>
      <PageHead
        title={connector === undefined ? "Add Integration" : `Add Integration: ${connector.title}`}
        above={<AppLink href={places.integrations}>Integrations</AppLink>}
      >
        {connector?.summary}{" "}
        {connector !== undefined && (
          <AppLink href={hrefs.help("connect-wiz")} fz="inherit" underline="always">
            Help: connect {connector.title}
          </AppLink>
        )}
      </PageHead>
      {isPending && <RowSkeletons rows={6} />}
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {!mayAdd && <Empty title="An administrator adds integrations">Ask one, or ask for that role.</Empty>}
      {mayAdd && connectors !== undefined && connector === undefined && (
        <Empty title="There is no such connector">
          Nothing in the catalogue is called <span className="mono foreign">{wanted}</span>.{" "}
          <AppLink href={places.catalogue} underline="always">
            See what there is
          </AppLink>
          .
        </Empty>
      )}
      {mayAdd && connector !== undefined && <WizardForm key={connector.id} connector={connector} />}
    </Page>
  );
}
