import { SimpleGrid, Text } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight, IconMinus } from "@tabler/icons-react";
import type { DashboardTotal } from "../../../../src/api/schemas/dashboard.ts";
import { AppLink } from "../../kit/link.tsx";
import { numberText, totalText } from "../../kit/numbers.ts";
import { hrefs } from "../../places.ts";
import classes from "./dashboard.module.css";

/** The numbers of the morning, each with where it comes from a week ago. */
export function Numbers({ totals }: { totals: DashboardTotal[] }) {
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, md: 6 }} spacing="sm">
      {totals.map((total) => (
        <AppLink key={total.id} href={hrefs.list(total.on, total.query)} underline="never" className={classes.number}>
          <Text component="span" fz="sm" c="dimmed" className={classes.label}>
            {total.label}
          </Text>
          <span className={classes.value}>{totalText(total)}</span>
          <Trend value={total.value} previous={total.previous} />
        </AppLink>
      ))}
    </SimpleGrid>
  );
}

/** More of what is bad is bad, whatever it is. */
function Trend({ value, previous }: { value: number; previous: number | null }) {
  if (previous === null)
    return (
      <Text component="span" fz="xs" c="dimmed">
        now
      </Text>
    );
  const change = value - previous;
  const [Icon, colour] =
    change > 0
      ? [IconArrowUpRight, "var(--bad)"]
      : change < 0
        ? [IconArrowDownRight, "var(--good)"]
        : [IconMinus, "var(--ink-2)"];
  return (
    <Text component="span" fz="xs" c="dimmed" className={classes.trend}>
      <Icon size={14} color={colour} aria-hidden="true" />
      {change === 0 ? "as a week ago" : `${numberText(Math.abs(change))} ${change > 0 ? "more" : "fewer"} in a week`}
    </Text>
  );
}
