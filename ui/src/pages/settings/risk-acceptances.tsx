import { Button, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../../api/me.ts";
import { acceptancesQuery, type RiskAcceptance, useAcceptanceChanges } from "../../api/risk-acceptances.ts";
import { isEndingSoon } from "../../details/acceptance-days.ts";
import { AcceptanceForm } from "../../details/acceptance-form.tsx";
import { Confirm } from "../../kit/confirm.tsx";
import { countText } from "../../kit/numbers.ts";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { Empty, Failure, RowSkeletons } from "../../kit/states.tsx";
import { AcceptanceTable } from "./acceptance-table.tsx";

/** Which risks someone answers for, until when. */
export function RiskAcceptancesPage() {
  const may = useMay("analyst");
  const { data, error, isPending, refetch } = useQuery(acceptancesQuery);
  const [edited, setEdited] = useState<RiskAcceptance | "new" | null>(null);
  const [withdrawn, setWithdrawn] = useState<RiskAcceptance | null>(null);
  const make = may && (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setEdited("new")}>
      Accept a risk
    </Button>
  );
  return (
    <Page width={1280}>
      <PageHead title="Risk acceptances" above="Settings" actions={make}>
        Findings that someone answers for leaving as they are, for some time. They are not open in lists, counts and
        scores, and the query <span className="mono">status:accepted</span> finds them. At Wiz nothing changes.
      </PageHead>
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <RowSkeletons rows={4} />}
      {data?.items.length === 0 && (
        <Empty title="No risk has been accepted" action={make}>
          Accept the risk of a finding from its details, or of everything that a list finds. Each acceptance has an
          owner, a reason and a day on which it ends.
        </Empty>
      )}
      {groupsOf(data?.items ?? []).map(({ title, items }) => (
        <section key={title}>
          <Title order={2} fz="md" mt="lg">
            {title}
          </Title>
          <AcceptanceTable
            name={title}
            items={items}
            onChange={may ? setEdited : undefined}
            onWithdraw={may ? setWithdrawn : undefined}
          />
        </section>
      ))}
      {edited !== null && (
        <AcceptanceForm acceptance={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
      {withdrawn !== null && <Withdraw acceptance={withdrawn} onClose={() => setWithdrawn(null)} />}
    </Page>
  );
}

/** What asks for a decision first, what is over last and newest first. */
function groupsOf(items: readonly RiskAcceptance[]): { title: string; items: RiskAcceptance[] }[] {
  const active = items.filter(({ state }) => state === "active");
  const over = items.filter(({ state }) => state !== "active").toReversed();
  return [
    { title: "Ending within two weeks", items: active.filter((one) => isEndingSoon(one)) },
    { title: "Active", items: active.filter((one) => !isEndingSoon(one)) },
    { title: "Ended", items: over },
  ].filter((group) => group.items.length > 0);
}

function Withdraw({ acceptance, onClose }: { acceptance: RiskAcceptance; onClose: () => void }) {
  const { withdraw } = useAcceptanceChanges();
  return (
    <Confirm
      title="Withdraw the acceptance"
      verb="Withdraw"
      onClose={onClose}
      onConfirm={() => withdraw.mutate(acceptance.id, { onSuccess: onClose })}
      isPending={withdraw.isPending}
      error={withdraw.error}
    >
      {`${countText(acceptance.findings, "finding")} will be as Wiz has them again, unless another acceptance covers them. It stays in the list of those that have ended.`}
    </Confirm>
  );
}
