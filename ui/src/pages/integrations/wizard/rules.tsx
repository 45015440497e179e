import { Text, Title } from "@mantine/core";
import classes from "./rules.module.css";

const rules = [
  {
    title: "The source's own id",
    text: "What one integration delivers under the same id is always the same asset, whatever else changed.",
  },
  {
    title: "The provider's unique id",
    text: "An ARN, an Azure resource id and the like: records of several integrations that have the same are one asset.",
  },
];

/** what decides which asset a record belongs to. There is nothing to choose yet. */
export function Rules() {
  return (
    <div style={{ maxWidth: 760 }}>
      <Title order={2} fz="md" mb={4}>
        How Weir tells which asset a record belongs to
      </Title>
      <Text fz="sm" c="dimmed" mb="md">
        In this order; the first rule that fits decides. There is nothing to choose here yet: go on with the defaults.
      </Text>
      <ol className={classes.rules}>
        {rules.map(({ title, text }, index) => (
          <li key={title}>
            <span className={classes.place}>{index + 1}</span>
            <div>
              <Text fz="sm" fw={600}>
                {title}
              </Text>
              <Text fz="sm" c="dimmed">
                {text}
              </Text>
            </div>
            <span className={classes.scope}>every class</span>
          </li>
        ))}
      </ol>
      <Text fz="sm" c="dimmed" mt="md">
        Rules that compare other attributes, such as host names and network addresses, are not there yet. When they are,
        they will apply to compute assets only; assets of other classes stay untouched by them.
      </Text>
    </div>
  );
}
