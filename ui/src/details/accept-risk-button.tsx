import { Button } from "@mantine/core";
import { IconShieldHalf } from "@tabler/icons-react";
import { lazyRouteComponent } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { isActiveStatus } from "../../../src/model.ts";
import { useMay } from "../api/me.ts";
import type { FindingDetail } from "../api/types.ts";
import { term } from "../query/terms.ts";

const AcceptanceForm = lazyRouteComponent(() => import("./acceptance-form.tsx"), "AcceptanceForm");

/** Asks who answers for leaving a finding as it is: this one, or all that are like it. */
export function AcceptRiskButton({ finding }: { finding: FindingDetail }) {
  const may = useMay("analyst");
  const [isOpen, setOpen] = useState(false);
  const isOffered = may && isActiveStatus(finding.status);
  // The dialog tells the end of it, when the finding is accepted already.
  if (!isOffered && !isOpen) return null;
  return (
    <>
      {isOffered && (
        <Button variant="default" leftSection={<IconShieldHalf size={14} stroke={1.6} />} onClick={() => setOpen(true)}>
          Accept risk …
        </Button>
      )}
      <Suspense>
        {isOpen && <AcceptanceForm acceptance={null} start={startOf(finding)} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  );
}

function startOf({ id, cve, rule, asset }: FindingDetail) {
  const scope = term("id", id);
  const alike = cve !== null ? term("cve", cve) : rule !== null ? term("rule", rule) : null;
  const onAsset = asset === null ? null : term("asset.id", asset.id);
  const choices = [
    { label: "This finding", scope },
    ...(alike !== null && onAsset !== null
      ? [
          {
            label: cve !== null ? "This CVE on this asset" : "This rule on this asset",
            scope: `${alike} AND ${onAsset}`,
          },
        ]
      : []),
    ...(alike !== null ? [{ label: cve !== null ? "This CVE everywhere" : "This rule everywhere", scope: alike }] : []),
  ];
  return { scope, choices };
}
